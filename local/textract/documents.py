"""Step 1 of recognition: document bytes into pages, one at a time.

An image is one page; a TIFF's frames and a PDF's pages are read when they are asked for. A PDF page that has text of
its own gives that; any other is rendered.
"""

import io
from typing import Self

import numpy as np
import pypdfium2 as pdfium
from PIL import Image as PillowImage
from PIL import ImageOps, UnidentifiedImageError

from local.textract.errors import BadDocumentError, DocumentTooLargeError, UnsupportedDocumentError
from local.textract.page import Image, PageContent
from local.textract.textlayer import text_layer

MAX_SIDE_PIXELS = 10_000  # Textract Developer Guide, "Hard limits", 2026-11
RENDER_DPI = 200
_POINTS_AN_INCH = 72
_FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"II*\0": "TIFF", b"MM\0*": "TIFF"}

# The limit on pixels is Textract's, checked before an image is decoded; Pillow's own guess at a bomb is off.
PillowImage.MAX_IMAGE_PIXELS = None


class OpenDocument:
    """A document whose format and number of pages are known, and whose pages can be read."""

    def __init__(self, data: bytes) -> None:
        """Raise UnsupportedDocumentError, BadDocumentError or DocumentTooLargeError for what Textract refuses."""
        self.format = _format_of(data)
        self._file = _open_pdf(data) if self.format == "PDF" else _open_image(data)
        self.page_count = _count_pages(self._file)
        if not self.page_count:
            raise BadDocumentError("Request has bad document: it has no pages")

    def page(self, number: int) -> PageContent:
        """The page of this number, from 1. Raises BadDocumentError, DocumentTooLargeError."""
        if isinstance(self._file, pdfium.PdfDocument):
            return _pdf_page(self._file, number)
        return PageContent(_pixels(self._file, number))

    def close(self) -> None:
        """Give up the memory that the document holds."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _count_pages(file: pdfium.PdfDocument | PillowImage.Image) -> int:
    if isinstance(file, pdfium.PdfDocument):
        return len(file)
    try:
        return getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
    except (OSError, ValueError, SyntaxError) as error:
        raise BadDocumentError from error


def _format_of(data: bytes) -> str:
    for signature, name in _FORMATS.items():
        if data.startswith(signature):
            return name
    if b"%PDF-" in data[:1024]:
        return "PDF"
    raise UnsupportedDocumentError


def _open_pdf(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise BadDocumentError(f"Request has bad document: {error}") from error


def _open_image(data: bytes) -> PillowImage.Image:
    try:
        image = PillowImage.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadDocumentError from error
    if max(image.size) > MAX_SIDE_PIXELS:
        raise DocumentTooLargeError
    return image


def _pixels(image: PillowImage.Image, number: int) -> Image:
    try:
        if number > 1:
            image.seek(number - 1)
        if max(image.size) > MAX_SIDE_PIXELS:
            raise DocumentTooLargeError
        upright = ImageOps.exif_transpose(image)
        return np.asarray(_as_rgb(upright), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise BadDocumentError from error


def _as_rgb(image: PillowImage.Image) -> PillowImage.Image:
    """The image on white paper: transparency shows it, and 16 bits are brought down to 8."""
    if image.mode.startswith("I"):
        sixteen_bits = np.asarray(image, dtype=np.int64)
        return PillowImage.fromarray((sixteen_bits >> 8).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        paper = PillowImage.new("RGBA", image.size, "white")
        return PillowImage.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _pdf_page(pdf: pdfium.PdfDocument, number: int) -> PageContent:
    try:
        page = pdf[number - 1]
        longest = max(page.get_size()) / _POINTS_AN_INCH
        dpi = min(RENDER_DPI, MAX_SIDE_PIXELS / longest)
        image = page.render(scale=dpi / _POINTS_AN_INCH, rev_byteorder=True).to_numpy()[:, :, :3]
    except pdfium.PdfiumError as error:
        raise BadDocumentError(f"Request has bad document: page {number} cannot be read") from error
    pixels = np.ascontiguousarray(image, dtype=np.uint8)
    return PageContent(pixels, text_layer(page, pixels.shape[1], pixels.shape[0]))
