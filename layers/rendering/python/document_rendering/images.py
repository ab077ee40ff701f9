"""The pictures of pages. PDFium draws those of a PDF; an image is its own picture, rotated as its Exif data says.

A worker draws them, within its limits. If one page cannot be drawn, the others still get their pictures.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Protocol

import pypdfium2
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import COMPRESSION, COMPRESSION_INFO, TiffImageFile

from document_rendering.confined import A_PAGE, Confined, OverLimitError
from document_rendering.embedded_files import attached_files, not_read
from document_rendering.library_errors import DAMAGED
from textract_pipeline.response.page import Page

_QUALITY = 75
_POINTS_AN_INCH = 72
_MOST_DOTS_AN_INCH = 300  # so that a tiny page is not enlarged to the size of a poster

Tell = Callable[[str], None]  # is called with a sentence about what cannot be made


class UnreadableFileError(Exception):
    """The file cannot be drawn."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """An upright page as a JPEG of this many pixels, in color or gray; and how many files are attached to the page."""

    jpeg: bytes
    width: int
    height: int
    is_gray: bool = False
    attached_files: int = 0


class _Pages(Protocol):
    """What draws the pages of a file, in a worker."""

    def draw(self, number: int, longest_side: int) -> tuple[Image.Image, int]:
        """Page `number`, from 1, at about that size, and how many files are attached to it."""


def with_pictures(
    original: Path, pages: Iterable[Page], longest_side: int, tell: Tell
) -> Iterator[tuple[Page, PageImage | None]]:
    """Each page with its picture, up to this many pixels on its longest side; None for a page without a picture.

    `tell` gets the reason. Raises UnreadableFileError.
    """
    with original.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    with Confined[_Pages](partial(_PdfPages if is_pdf else _ImagePages, original)) as confined:
        try:
            confined.begin()
        except (OverLimitError, *DAMAGED) as error:
            raise UnreadableFileError(str(error).replace(f" {str(original)!r}", "")) from error
        for page in pages:
            try:
                picture = confined.ask(A_PAGE, _drawn, page.number, longest_side)
            except (OverLimitError, *DAMAGED) as error:
                tell(f"Page {page.number} has no picture: {str(error).rstrip('.')}.")
                picture = None
            if picture and picture.attached_files:
                tell(not_read(f"Page {page.number} has", picture.attached_files, "attached"))
            yield page, picture


def _drawn(pages: _Pages, number: int, longest_side: int) -> PageImage:
    drawn, attached = pages.draw(number, longest_side)
    picture = _flat(drawn)
    picture.thumbnail((longest_side, longest_side))
    return replace(_as_jpeg(picture), attached_files=attached)


class _PdfPages:
    def __init__(self, original: Path) -> None:
        self._pdf = pypdfium2.PdfDocument(original)
        self._pdf.init_forms()  # otherwise, filled-in values are not drawn

    def draw(self, number: int, longest_side: int) -> tuple[Image.Image, int]:
        with closing(self._pdf[number - 1]) as page:
            scale = min(longest_side / max(page.get_size()), _MOST_DOTS_AN_INCH / _POINTS_AN_INCH)
            with closing(page.render(scale=scale)) as bitmap:
                picture: Image.Image = bitmap.to_pil()
                return picture, attached_files(page)


class _ImagePages:
    def __init__(self, original: Path) -> None:
        self._image = open_image(original)

    def draw(self, number: int, longest_side: int) -> tuple[Image.Image, int]:
        self._image.seek(number - 1)
        check_page(self._image)
        self._image.draft(None, (longest_side, longest_side))
        return ImageOps.exif_transpose(shrunk(self._image, longest_side)), 0


class UnknownCompressionError(OSError):
    """A page of a TIFF file is compressed in a way that Pillow does not know; the text names it."""


class _TiffPages(TiffImageFile):
    """A TIFF file of which some pages cannot be read. Pillow itself would not find the pages after them."""

    fault: Exception | None = None  # why the current page cannot be read

    def _setup(self) -> None:
        self.fault = None
        try:
            compression = self.tag_v2.get(COMPRESSION, 1)
            if compression not in COMPRESSION_INFO:
                name = _COMPRESSIONS.get(compression, "unknown")
                raise UnknownCompressionError(f"its compression ({name}, {compression}) is not one that can be read")
            super()._setup()
        except DAMAGED as error:
            self.fault = error
            self._mode, self._size, self._tile_size, self.tile = "L", (1, 1), (1, 1), []


# What files use beside those that Pillow knows (libtiff, tiff.h, 4.7).
_COMPRESSIONS = {
    9: "JBIG",
    10: "JBIG",
    34661: "JBIG",
    34712: "JPEG 2000",
    34887: "LERC",
    50002: "JPEG XL",
}


def open_image(file: Path) -> Image.Image:
    """A JPEG, PNG, or TIFF image. Call `check_page` before using a page of it. Raises what is in DAMAGED."""
    with file.open("rb") as opened:
        is_tiff = opened.read(4) in {b"II*\0", b"MM\0*"}
    return _TiffPages(file) if is_tiff else Image.open(file, formats=("JPEG", "PNG"))


def check_page(image: Image.Image) -> None:
    """Raise why the page that was sought last cannot be read; what is raised is in DAMAGED."""
    if isinstance(image, _TiffPages) and image.fault:
        raise image.fault


def shrunk(image: Image.Image, longest_side: int) -> Image.Image:
    """The image in this size at most; done first, because each copy of 100 megapixels takes 400 MB or more."""
    if max(image.size) <= longest_side:
        return image
    if image.mode in {"1", "P"}:  # in these modes, shrinking would drop pixels
        exif = image.getexif()
        if image.has_transparency_data:
            # Pillow shrinks in RGBa. Given RGBA, it would convert it and keep both in memory.
            image = image.convert("RGBA").convert("RGBa")
        else:
            image = image.convert("L" if image.mode == "1" else "RGB")
        image.info["exif"] = exif.tobytes()
    steps = None if image.mode.startswith("I;") else 2.0  # Pillow cannot shrink 16 bits in steps
    image.thumbnail((longest_side, longest_side), reducing_gap=steps)
    return image


def _flat(picture: Image.Image) -> Image.Image:
    """The picture with 8 bits per channel, gray or color, with transparent parts on white."""
    if picture.has_transparency_data:
        return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")).convert("RGB")
    if picture.mode.startswith("I"):  # 16 bits, which Pillow would clip to 8
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _as_jpeg(picture: Image.Image) -> PageImage:
    file = BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return PageImage(file.getvalue(), picture.width, picture.height, picture.mode == "L")
