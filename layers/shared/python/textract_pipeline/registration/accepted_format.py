"""Whether Textract accepts a file, judging by its size and first bytes, so that no paid call is wasted. Pure."""

from textract_pipeline.document import DocumentFormat, ObjectHead
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.registration import xfa_form
from textract_pipeline.registration.image_size import EndedError, image_size

MAX_SIDE = 10_000  # pixels (Textract Developer Guide, "Set Quotas", 2026-11); no minimum is documented

_NO_FORMAT = (
    "The file's content is not JPEG, PNG, PDF, or TIFF, the only formats that Textract reads."
    " Convert it to one of these."
)
_BIG_TIFF = (
    "The file is a BigTIFF, the variant of TIFF for files over 4 GB, and Textract documents TIFF only."
    " Convert it to TIFF."
)


def accepted_format(head: ObjectHead) -> DocumentFormat:
    """The format of a file that Textract accepts; raises DocumentError with the reason for any other file."""
    if not head.size_bytes:
        raise DocumentError(ErrorCode.EMPTY_OBJECT, "The file is empty (0 bytes). Upload it again.")
    detected = detect_format(head.first_bytes)
    if detected is None:
        raise DocumentError(ErrorCode.UNSUPPORTED_FORMAT, _BIG_TIFF if is_big_tiff(head.first_bytes) else _NO_FORMAT)
    if head.size_bytes > detected.max_bytes:
        raise DocumentError(
            ErrorCode.TOO_LARGE,
            f"The {detected} file has {head.size_bytes:,} bytes, but Textract accepts at most {detected.max_bytes:,}."
            " Split it or reduce its resolution.",
        )
    _check_image(detected, head)
    if detected is DocumentFormat.PDF and xfa_form.is_dynamic_form(head.first_bytes, head.size_bytes):
        raise DocumentError(ErrorCode.UNSUPPORTED_FORMAT, xfa_form.REASON)
    return detected


def detect_format(head: bytes) -> DocumentFormat | None:
    """The format of a file by its first bytes, not by its name; None if Textract does not read it.

    The header of a PDF may be anywhere in the first 1,024 bytes (ISO 32000-1, implementation note 13).
    """
    if head.startswith(b"\xff\xd8\xff"):
        return DocumentFormat.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return DocumentFormat.PNG
    if head.startswith((b"II*\0", b"MM\0*")):
        return DocumentFormat.TIFF
    if b"%PDF-" in head[:1024]:
        return DocumentFormat.PDF
    return None


def is_big_tiff(head: bytes) -> bool:
    """Whether this is a TIFF with 64-bit offsets: version 43, not 42 ("BigTIFF Design", libtiff.gitlab.io)."""
    return head.startswith((b"II+\0", b"MM\0+"))


def _check_image(image_format: DocumentFormat, head: ObjectHead) -> None:
    """Raise DocumentError for an image with a truncated header, or with more pixels than Textract accepts."""
    try:
        size = image_size(image_format, head.first_bytes)
    except EndedError:
        if head.size_bytes > len(head.first_bytes):
            return
        raise DocumentError(
            ErrorCode.BAD_DOCUMENT,
            f"The {image_format} file is truncated: it ends after {head.size_bytes:,} bytes, before its image starts."
            " Upload the complete file.",
        ) from None
    if size is None:
        return
    width, height = size
    if not width or not height:
        raise DocumentError(
            ErrorCode.BAD_DOCUMENT,
            f"The {image_format} image has {width:,} × {height:,} pixels: the file is damaged. Create it again.",
        )
    if max(size) > MAX_SIDE:
        raise DocumentError(
            ErrorCode.TOO_LARGE,
            f"The {image_format} image has {width:,} × {height:,} pixels, but Textract accepts at most"
            f" {MAX_SIDE:,} per side. Reduce its resolution, or split it into pages.",
        )
