"""The pictures of pages: PDF pages drawn by PDFium; images and TIFF pages rotated as their Exif data says."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from textract_pipeline.response.page import Page

# What the two libraries raise for files that cannot be drawn, and for decompression bombs.
_UNDRAWABLE = (pypdfium2.PdfiumError, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError)
_QUALITY = 75
_POINTS_AN_INCH = 72
_MOST_DOTS_AN_INCH = 300  # a tiny page is not enlarged to the size of a poster


class UnreadableFileError(Exception):
    """The file cannot be drawn."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """An upright page as a JPEG of this many pixels, in color or gray."""

    jpeg: bytes
    width: int
    height: int
    is_grey: bool = False


def with_pictures(
    original: IO[bytes], pages: Iterable[Page], longest_side: int
) -> Iterator[tuple[Page, PageImage | None]]:
    """Each page with its picture, up to this many pixels on its longest side; None for a page without a picture.

    Raises UnreadableFileError.
    """
    original.seek(0)
    is_pdf = b"%PDF-" in original.read(1024)
    original.seek(0)
    with (_pdf if is_pdf else _image)(original) as draw:
        for page in pages:
            yield page, _drawn(draw, page.number, longest_side)


def _drawn(draw: Callable[[int, int], Image.Image], number: int, longest_side: int) -> PageImage | None:
    try:
        picture = _flat(draw(number, longest_side))
        picture.thumbnail((longest_side, longest_side))
        return _as_jpeg(picture)
    except (*_UNDRAWABLE, EOFError):  # the file is truncated, or has no such page
        return None


@contextmanager
def _pdf(file: IO[bytes]) -> Iterator[Callable[[int, int], Image.Image]]:
    try:
        pdf = pypdfium2.PdfDocument(file)
        pdf.init_forms()  # otherwise filled-in form fields are not drawn
    except _UNDRAWABLE as error:
        raise UnreadableFileError(str(error)) from error

    def draw(number: int, longest_side: int) -> Image.Image:
        with closing(pdf[number - 1]) as page:
            scale = min(longest_side / max(page.get_size()), _MOST_DOTS_AN_INCH / _POINTS_AN_INCH)
            with closing(page.render(scale=scale)) as bitmap:
                picture: Image.Image = bitmap.to_pil()
                return picture

    with closing(pdf):
        yield draw


@contextmanager
def _image(file: IO[bytes]) -> Iterator[Callable[[int, int], Image.Image]]:
    try:
        image = Image.open(file, formats=("JPEG", "PNG", "TIFF"))
    except _UNDRAWABLE as error:
        raise UnreadableFileError(str(error)) from error

    def draw(number: int, longest_side: int) -> Image.Image:
        image.seek(number - 1)
        image.draft(None, (longest_side, longest_side))
        return ImageOps.exif_transpose(image)

    with image:
        yield draw


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
