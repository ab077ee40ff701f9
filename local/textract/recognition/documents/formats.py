"""Open a document from its bytes; the open document returns its pages one at a time."""

import hashlib
from typing import Literal, TypeAlias

from local.textract.exceptions import UnsupportedDocumentError
from local.textract.recognition.documents.images import ImageDocument
from local.textract.recognition.documents.pdf import PdfDocument

DocumentFormat: TypeAlias = Literal["JPEG", "PNG", "PDF", "TIFF"]
OpenDocument: TypeAlias = ImageDocument | PdfDocument

PDF_HEADER_WITHIN = 1024  # bytes; PDF readers accept junk before the header


def open_document(data: bytes) -> OpenDocument:
    """Read as much as is needed to count the pages; the format follows from the first bytes, the name is unknown.

    Raises UnsupportedDocumentError for bytes of another format, and BadDocumentError for a file that is corrupt or
    password-protected.
    """
    digest = hashlib.sha256(data).hexdigest()
    match format_of(data):
        case "PDF":
            return PdfDocument(data, digest)
        case "JPEG" | "PNG" | "TIFF" as image_format:
            return ImageDocument(data, digest, image_format)
        case None:
            raise UnsupportedDocumentError(
                f"{UnsupportedDocumentError.default}: "
                + ("the document is empty" if not data else "it is not a JPEG, PNG, PDF, or TIFF file")
            )


def format_of(data: bytes) -> DocumentFormat | None:
    """The format that the first bytes show, or None if Textract does not read it."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    return "PDF" if b"%PDF-" in data[:PDF_HEADER_WITHIN] else None
