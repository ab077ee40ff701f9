"""How many pages a document has, and how many embedded files, from as few of its bytes as its format allows.

An image is one page. A TIFF file is a chain of directories, one per page. A PDF file has a table at its end that says
where its objects are; one of them holds the number of pages.
"""

import ctypes
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from document_rendering.confined import A_PAGE, MOST_AT_ONCE, OverLimitError, run
from textract_pipeline.aws import clients
from textract_pipeline.aws.document_errors import reading_document
from textract_pipeline.aws.objects import HEAD_BYTES
from textract_pipeline.document import DocumentFormat, ObjectHead, ObjectVersion
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.registration import xfa_form

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

MAX_PAGES = 3_000  # of a PDF or TIFF file (Textract Developer Guide, "Set Quotas", 2026-11)

_BLOCK = HEAD_BYTES  # 64 KiB: the time of a call would pay for more
_MOST_KEPT = 8 * 1024**2 // _BLOCK  # blocks; if PDFium needs more, the file's object table is lost

_PASSWORD = 4  # FPDF_ERR_PASSWORD

_workers = threading.BoundedSemaphore(MOST_AT_ONCE)  # in which PDFium opens files, however many threads there are


class ObjectBytes:
    """The bytes of an S3 object, read in blocks on demand. `calls` and `bytes_read` count requests and bytes."""

    def __init__(self, source: ObjectVersion, head: ObjectHead) -> None:
        self._source = source._replace(etag=head.etag)
        self.size = head.size_bytes
        self._blocks = {0: head.first_bytes}
        self._next_block, self._ahead = 1, 1
        self.calls = self.bytes_read = 0

    def read(self, place: int, count: int) -> bytes:
        """Read `count` bytes from `place` on; raises EOFError if the file has fewer, DocumentError if it is gone."""
        if place + count > self.size:
            raise EOFError
        while (data := self.kept(place, count)) is None:
            self.fetch(place, count)
        return data

    def kept(self, place: int, count: int) -> bytes | None:
        """These bytes if all of them have been read, else None."""
        return _part_of(self._blocks, place, count)

    @property
    def blocks(self) -> Mapping[int, bytes]:
        """What has been read and is kept: blocks of 64 KiB, by number."""
        return self._blocks

    def fetch(self, place: int, count: int) -> None:
        """Read the blocks that contain these bytes, from the first missing one; the oldest kept blocks are dropped.

        A file that is read sequentially is read in larger and larger pieces.
        """
        first, end = place // _BLOCK, (place + count - 1) // _BLOCK + 1
        while first in self._blocks:
            first += 1
        self._ahead = min(2 * self._ahead, _MOST_KEPT // 4) if first == self._next_block else 1
        self._next_block = min(max(end, first + self._ahead), -(-self.size // _BLOCK))
        data = self._get(first * _BLOCK, min(self._next_block * _BLOCK, self.size))
        for number in range(first, self._next_block):
            self._blocks[number] = data[(number - first) * _BLOCK :][:_BLOCK]
        for number in list(self._blocks)[:-_MOST_KEPT]:
            del self._blocks[number]

    def _get(self, start: int, end: int) -> bytes:
        source = self._source
        request: GetObjectRequestTypeDef = {
            "Bucket": source.bucket,
            "Key": source.key,
            "IfMatch": source.etag or "",
            "Range": f"bytes={start}-{end - 1}",
        }
        if source.version_id:
            request["VersionId"] = source.version_id
        with reading_document():
            answer = clients.s3().get_object(**request)
            data = answer["Body"].read()
        self.calls += 1
        self.bytes_read += len(data)
        return data if answer.get("ContentRange") else data[start:end]  # a server may ignore a range


class Content(NamedTuple):
    """How many pages a document has, and how many files are embedded in it, which are not read."""

    pages: int
    embedded_files: int = 0


def content_of(file: ObjectBytes, document_format: DocumentFormat) -> Content:
    """Look into a file that has been accepted as this format.

    Raises DocumentError if Textract will reject it because it is damaged, password-protected, too long, or an XFA form.
    RetryableError.
    """
    if document_format.is_image:
        return Content(1)
    content = _pdf_content(file) if document_format is DocumentFormat.PDF else Content(_tiff_pages(file))
    if not content.pages:
        raise _broken(document_format, "it has no pages")
    if content.pages > MAX_PAGES:
        raise DocumentError(
            ErrorCode.TOO_LARGE,
            f"The {document_format} file has more than {MAX_PAGES:,} pages, which is Textract's limit. Split it.",
        )
    return content


def _tiff_pages(file: ObjectBytes) -> int:
    """Follow the chain of directories (TIFF 6.0, Section 2) until there are no new ones, or too many."""
    order = "<" if file.read(0, 2) == b"II" else ">"
    walked: set[int] = set()
    try:
        directory = _number(order + "I", file, 4)
        while directory and directory not in walked and len(walked) <= MAX_PAGES:
            walked.add(directory)
            entries = _number(order + "H", file, directory)
            directory = _number(order + "I", file, directory + 2 + 12 * entries)
    except EOFError:
        raise _broken(DocumentFormat.TIFF, "it is truncated") from None
    return len(walked)


def _number(layout: str, file: ObjectBytes, place: int) -> int:
    number: int
    (number,) = struct.unpack(layout, file.read(place, struct.calcsize(layout)))
    return number


def _pdf_content(file: ObjectBytes) -> Content:
    """Let PDFium open what has been read so far, fetch what it did not find, and repeat until it has everything.

    This way no worker waits during a call to S3.
    """
    while True:
        attempt = _attempt(file)
        if attempt.wanted is None:
            break
        if file.bytes_read > _MOST_KEPT * _BLOCK:
            if attempt.pages:
                break  # only what is embedded was not found
            raise _broken(DocumentFormat.PDF, "its object table is lost, and the file is too large to search")
        file.fetch(*attempt.wanted)
    if attempt.error == _PASSWORD:
        raise DocumentError(ErrorCode.BAD_DOCUMENT, "The PDF file is password-protected. Save it without a password.")
    if attempt.error:
        raise _broken(DocumentFormat.PDF, "it cannot be opened")
    if attempt.is_dynamic_form:
        raise DocumentError(ErrorCode.UNSUPPORTED_FORMAT, xfa_form.REASON)
    return Content(attempt.pages, attempt.embedded_files)


@dataclass(slots=True)
class _Attempt:
    """The result of opening a PDF file: `wanted` are the first missing bytes (place, count).

    Files that are attached to a place on a page are not counted: that would take reading every page.
    """

    pages: int = 0
    embedded_files: int = 0
    is_dynamic_form: bool = False
    error: int = 0
    wanted: tuple[int, int] | None = None


def _attempt(file: ObjectBytes) -> _Attempt:
    try:
        with _workers:
            return run(A_PAGE, _open_pdf, file.size, dict(file.blocks))
    except OverLimitError as error:
        raise _broken(DocumentFormat.PDF, f"{error} when it was opened") from error


def _open_pdf(size: int, blocks: Mapping[int, bytes]) -> _Attempt:
    """Open a PDF file of which some blocks have been read; in a worker."""
    # Imported here: PDFium is a large library that only workers need.
    from pypdfium2 import raw  # noqa: PLC0415

    attempt = _Attempt()

    def get_block(_: object, place: int, buffer: ctypes.Array[ctypes.c_ubyte], count: int) -> int:
        data = None if attempt.wanted else _part_of(blocks, place, count)
        if data is None:
            attempt.wanted = attempt.wanted or (place, count)
            return 0
        ctypes.memmove(buffer, data, count)
        return 1

    access = raw.FPDF_FILEACCESS(m_FileLen=size)
    access.m_GetBlock = type(access.m_GetBlock)(get_block)
    document = raw.FPDF_LoadCustomDocument(access, None)
    if document:
        pages = raw.FPDF_GetPageCount(document)
        attempt.pages = 0 if attempt.wanted else pages
        attempt.embedded_files = max(0, raw.FPDFDoc_GetAttachmentCount(document))
        attempt.is_dynamic_form = raw.FPDF_GetFormType(document) == raw.FORMTYPE_XFA_FULL
        raw.FPDF_CloseDocument(document)
    else:
        attempt.error = raw.FPDF_GetLastError()
    return attempt


def _part_of(blocks: Mapping[int, bytes], place: int, count: int) -> bytes | None:
    """So many bytes from a place on, if all of their blocks are there."""
    first, last = place // _BLOCK, (place + count - 1) // _BLOCK
    try:
        data = b"".join([blocks[number] for number in range(first, last + 1)])
    except KeyError:
        return None
    return data[place - first * _BLOCK :][:count]


def _broken(document_format: DocumentFormat, why: str) -> DocumentError:
    return DocumentError(ErrorCode.BAD_DOCUMENT, f"The {document_format} file is damaged: {why}. Create it again.")
