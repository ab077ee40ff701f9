"""JPEG, PNG, and TIFF: a page is an image, rotated upright and converted to RGB."""

from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from document_rendering.images import UnknownCompressionError, check_page, open_image, shrunk
from document_rendering.library_errors import DAMAGED
from local.textract.exceptions import BadDocumentError, DocumentTooLargeError
from local.textract.recognition.documents.open_document import Look
from local.textract.recognition.page.geometry import PageImage

MAX_SIDE = 10_000  # pixels, as in Textract
MAX_PAGES = 3_000  # of a TIFF file, as in Textract
WORKING_SIDE = 4_000  # pixels; a larger image is shrunk to this, which is 340 dpi on US Letter


class ImageReader:
    """Reads a JPEG, PNG, or TIFF file. Only TIFF has more than one page."""

    def __init__(self, file: Path, image_format: Literal["JPEG", "PNG", "TIFF"]) -> None:
        self.format = image_format
        self._drawn: tuple[int, PageImage] | None = None  # the page looked at last, usually drawn next
        try:
            self._image = open_image(file)
            self._page_count = _frames(self._image) if image_format == "TIFF" else 1
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except DAMAGED as error:
            raise BadDocumentError(f"The {image_format} file is damaged: its header cannot be read") from error

    def page_count(self) -> int:
        """How many pages the file has."""
        return self._page_count

    def look(self, number: int) -> Look:
        """Page `number`, from 1; raises BadDocumentError, and DocumentTooLargeError above 10,000 pixels per side."""
        pixels = self._pixels(number)
        self._drawn = number, pixels
        return Look(pixels.shape[1], pixels.shape[0])

    def draw(self, number: int, *, has_text: bool = False) -> PageImage:
        """The page's pixels; an image has no text. Raises BadDocumentError."""
        del has_text
        if self._drawn and self._drawn[0] == number:
            return self._drawn[1]
        return self._pixels(number)

    def _pixels(self, number: int) -> PageImage:
        self._drawn = None
        try:
            self._image.seek(number - 1)
            check_page(self._image)
            if max(self._image.size) > MAX_SIDE:
                raise _too_large(self._image.size)
            return np.asarray(rgb(ImageOps.exif_transpose(shrunk(self._image, WORKING_SIDE))))
        except UnknownCompressionError as error:
            raise BadDocumentError(f"Page {number} of the {self.format} file cannot be read: {error}") from error
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except DAMAGED as error:
            raise BadDocumentError(f"Page {number} of the {self.format} file is damaged: {error}") from error


def _frames(image: Image.Image) -> int:
    """The number of pages; a file with more pages than allowed is not read to its end."""
    for number in range(1, MAX_PAGES + 1):
        try:
            image.seek(number)
        except EOFError:
            image.seek(0)
            return number
    raise DocumentTooLargeError(f"{DocumentTooLargeError.default}: the TIFF file has more than {MAX_PAGES:,} pages")


def rgb(image: Image.Image) -> Image.Image:
    """The image in RGB: transparent parts on white, samples reduced to 8 bits."""
    if image.mode.startswith(("I", "F")):
        samples = np.asarray(image, dtype=np.float64)
        white = samples.max(initial=1e-9) if image.mode == "F" else 65_535.0
        image = Image.fromarray(np.clip(samples * 255 / white, 0, 255).astype(np.uint8))
    elif image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("RGB")


def _too_large(size: tuple[int, int] | None = None) -> DocumentTooLargeError:
    found = f"an image of {size[0]:,} × {size[1]:,} pixels" if size else "an image"
    return DocumentTooLargeError(f"{DocumentTooLargeError.default}: {found}; the limit is {MAX_SIDE:,} pixels per side")
