"""Opens a document from its bytes: detects the format, and chooses the reader for it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from local.textract.exceptions import UnsupportedDocumentError
from local.textract.recognition.documents.images import ImageReader
from local.textract.recognition.documents.open_document import OpenDocument
from local.textract.recognition.documents.pdf import PdfReader
from textract_pipeline.registration.accepted_format import is_big_tiff

DocumentFormat: TypeAlias = Literal["JPEG", "PNG", "PDF", "TIFF"]

PDF_HEADER_WITHIN = 1024  # bytes; PDF readers accept junk before the header


def open_document(
    data: bytes, seconds_left: Callable[[], float] = lambda: float("inf"), *later: Callable[..., object]
) -> OpenDocument:
    """Read as much as is needed to count the pages. Only the first bytes decide the format; the name is not known.

    The worker loads the modules of the functions that it will be asked for `later`.

    Raises UnsupportedDocumentError for bytes of another format, BadDocumentError for a file that is corrupt, protected
    by a password, or takes too much memory or time, and OutOfTimeError if no seconds are left.
    """
    match format_of(data):
        case "PDF":
            return OpenDocument(data, "PDF", PdfReader, seconds_left, later)
        case "JPEG" | "PNG" | "TIFF" as image_format:
            return OpenDocument(data, image_format, partial(_image_reader, image_format), seconds_left, later)
        case None:
            raise UnsupportedDocumentError(f"{UnsupportedDocumentError.default}: " + _why_unsupported(data))


def format_of(data: bytes) -> DocumentFormat | None:
    """The format that the first bytes show, or None if Textract does not read it."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    return "PDF" if b"%PDF-" in data[:PDF_HEADER_WITHIN] else None


def _why_unsupported(data: bytes) -> str:
    if not data:
        return "the document is empty"
    if is_big_tiff(data):
        return "it is a BigTIFF file, not a TIFF file"
    return "it is not a JPEG, PNG, PDF, or TIFF file"


def _image_reader(image_format: Literal["JPEG", "PNG", "TIFF"], file: Path) -> ImageReader:
    return ImageReader(file, image_format)
