"""JPEG, PNG, and TIFF: a page is an image, rotated upright and converted to RGB."""

import struct
import threading
import zlib
from functools import partial
from io import BytesIO
from typing import Literal, Self

import numpy as np
from PIL import Image, ImageOps

from local.textract.exceptions import BadDocumentError, DocumentTooLargeError
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.page import Page

MAX_SIDE = 10_000  # pixels, as in Textract
WORKING_SIDE = 4_000  # pixels; a larger image is shrunk to this, which is 340 dpi on US Letter

_decoding = threading.Lock()  # one image at a time, however many callers: each may take 1 GB

UNREADABLE = (  # what Pillow raises for files that are truncated, corrupt, or of an unknown kind
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RuntimeError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)


class ImageDocument:
    """An open JPEG, PNG, or TIFF file. Only TIFF can have more than one page. Not thread-safe."""

    def __init__(self, data: bytes, digest: str, image_format: Literal["JPEG", "PNG", "TIFF"]) -> None:
        self.digest = digest
        self.format = image_format
        try:
            self._image = Image.open(BytesIO(data), formats=[image_format])
            self.page_count: int = getattr(self._image, "n_frames", 1) if image_format == "TIFF" else 1
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except UNREADABLE as error:
            raise BadDocumentError(f"The {image_format} file is damaged: its header cannot be read") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the file's memory."""
        self._image.close()

    def page(self, number: int) -> Page:
        """Page `number`, from 1; raises BadDocumentError, and DocumentTooLargeError beyond 10,000 pixels per side."""
        try:
            self._image.seek(number - 1)
            if max(self._image.size) > MAX_SIDE:
                raise _too_large(self._image.size)
            with _decoding:
                pixels = np.asarray(rgb(ImageOps.exif_transpose(_shrunk(self._image))))
        except Image.DecompressionBombError as error:
            raise _too_large() from error
        except UNREADABLE as error:
            raise BadDocumentError(f"Page {number} of the {self.format} file is damaged: {error}") from error
        return Page(pixels.shape[1], pixels.shape[0], partial(_same, pixels))


def _shrunk(image: Image.Image) -> Image.Image:
    """The image at its working size; done first, because every copy of 100 megapixels takes 400 MB or more."""
    if max(image.size) > WORKING_SIDE:
        if image.mode in {"1", "P"}:  # these would be shrunk by dropping pixels
            exif, image = image.getexif(), rgb(image)
            image.info["exif"] = exif.tobytes()
        image.thumbnail((WORKING_SIDE, WORKING_SIDE))
    return image


def rgb(image: Image.Image) -> Image.Image:
    """The image in RGB: transparent parts on white, samples reduced to 8 bits."""
    if image.mode.startswith(("I", "F")):
        samples = np.asarray(image, dtype=np.float64)
        white = samples.max(initial=1e-9) if image.mode == "F" else 65_535.0
        image = Image.fromarray(np.clip(samples * 255 / white, 0, 255).astype(np.uint8))
    elif image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("RGB")


def _same(pixels: PageImage) -> PageImage:
    return pixels


def _too_large(size: tuple[int, int] | None = None) -> DocumentTooLargeError:
    found = f"an image of {size[0]:,} × {size[1]:,} pixels" if size else "an image"
    return DocumentTooLargeError(f"{DocumentTooLargeError.default}: {found}; the most is {MAX_SIDE:,} pixels a side")
