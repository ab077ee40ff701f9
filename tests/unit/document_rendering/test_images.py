"""The pictures of pages, from files of every format that Textract reads."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from PIL import Image

from document_rendering.images import PageImage, UnreadableFileError, with_pictures
from tests.bad_input.pdf import one_page, stream, written
from tests.bad_input.tiff import with_unknown_compression
from textract_pipeline.response.page import Page

LEFT_BLACK = Image.new("L", (400, 200), "white")
LEFT_BLACK.paste(0, (0, 0, 200, 200))


def file_of(image: Image.Image, kind: str, **options: Any) -> BytesIO:
    file = BytesIO()
    image.save(file, kind, **options)
    return file


def pictures_of(
    file: BytesIO, numbers: Iterable[int] = (1,), longest_side: int = 400, told: list[str] | None = None
) -> list[PageImage | None]:
    pages, tell = [Page(number, ()) for number in numbers], [] if told is None else told
    with NamedTemporaryFile() as original:
        original.write(file.getvalue())
        original.flush()
        return [picture for _, picture in with_pictures(Path(original.name), pages, longest_side, tell.append)]


def opened(picture: PageImage | None) -> Image.Image:
    assert picture is not None
    image = Image.open(BytesIO(picture.jpeg))
    assert image.size == (picture.width, picture.height)
    assert (image.mode == "L") == picture.is_gray
    return image


def gray(picture: PageImage | None, x: int, y: int) -> int:
    """How bright a pixel is, 0–255."""
    return opened(picture).convert("L").tobytes()[y * opened(picture).width + x]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "PDF"])
def test_a_page_of_every_format_is_drawn(kind: str) -> None:
    [picture] = pictures_of(file_of(LEFT_BLACK, kind, resolution=72))
    assert opened(picture).size == (400, 200)
    assert gray(picture, 100, 100) < 20
    assert gray(picture, 300, 100) > 235


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_every_page_has_its_own_picture_and_a_page_that_is_not_there_none(kind: str) -> None:
    file = file_of(LEFT_BLACK, kind, save_all=True, append_images=[LEFT_BLACK.rotate(180)])
    second, third, first = pictures_of(file, [2, 3, 1])
    assert third is None
    assert gray(first, 10, 10) < 20
    assert gray(second, 10, 10) > 235


def test_a_picture_is_upright_as_its_exif_data_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees to the right
    [picture] = pictures_of(file_of(LEFT_BLACK, "JPEG", exif=exif))
    assert opened(picture).size == (200, 400)
    assert gray(picture, 100, 100) < 20
    assert gray(picture, 100, 300) > 235


def test_a_large_page_is_drawn_small_and_a_small_one_is_not_blown_up() -> None:
    [large] = pictures_of(file_of(LEFT_BLACK.resize((4000, 2000)), "PNG"), longest_side=1000)
    [small] = pictures_of(file_of(LEFT_BLACK, "PNG"), longest_side=1000)
    [stamp] = pictures_of(file_of(LEFT_BLACK.resize((36, 72)), "PDF", resolution=72), longest_side=1000)
    assert [opened(each).size for each in (large, small, stamp)] == [(1000, 500), (400, 200), (150, 300)]


def test_what_is_transparent_is_white() -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    [picture] = pictures_of(file_of(image, "PNG"))
    assert gray(picture, 5, 5) > 250


def test_sixteen_bits_become_eight() -> None:
    [picture] = pictures_of(file_of(Image.new("I;16", (10, 10), 32768), "PNG"))
    assert gray(picture, 5, 5) in range(126, 131)


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_a_large_page_of_sixteen_bits_has_a_picture(mode: str) -> None:
    image = Image.frombytes(mode, (3000, 3000), (b"\x7f\xff" if mode == "I;16B" else b"\xff\x7f") * 9_000_000)
    [picture] = pictures_of(file_of(image, "TIFF"))
    assert opened(picture).size == (400, 400)
    assert abs(gray(picture, 100, 100) - 127) < 3


def test_the_largest_page_with_transparent_colors_has_a_picture() -> None:
    image = Image.new("P", (10_000, 10_000), 1)
    [picture] = pictures_of(file_of(image, "PNG", transparency=bytes(range(256)), compress_level=1), longest_side=2200)
    assert opened(picture).size == (2200, 2200)


@pytest.mark.parametrize("body", [b"", b"no picture", b"%PDF-1.7 but no more", b"GIF89a"])
def test_a_file_that_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        pictures_of(BytesIO(body))


def test_a_file_that_is_cut_off_has_no_picture() -> None:
    assert pictures_of(BytesIO(file_of(LEFT_BLACK, "PNG").getvalue()[:-40])) == [None]


def test_a_bomb_is_not_unpacked() -> None:
    bomb = file_of(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(UnreadableFileError, match="bomb"):
        pictures_of(bomb)


def test_a_page_that_cannot_be_drawn_costs_no_other_its_picture_and_the_reason_is_told() -> None:
    told: list[str] = []
    first, second, third = pictures_of(BytesIO(pdf_with_endless_page()), [1, 2, 3], told=told)
    assert first is None
    assert opened(second).size == (400, 400)
    assert third is None
    assert told[0].startswith("Page 1 has no picture: it crashed its reader") or "it took more than" in told[0]
    assert told[1].startswith("Page 3 has no picture: ")


def pdf_with_endless_page() -> bytes:
    """Two pages: the first draws a form that draws itself twice, and so on; the second is empty."""
    draws_itself = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] %s >>"
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: page % b"/Contents 5 0 R /Resources << /XObject << /X 6 0 R >> >>",
            4: page % b"",
            5: stream(b"/X Do"),
            6: stream(b"/X Do /X Do", draws_itself),
        }
    )


def test_a_page_without_size_has_no_picture() -> None:
    assert pictures_of(BytesIO(one_page(box=b"[0 0 0 0]"))) is not None


def test_a_tiff_page_that_cannot_be_read_costs_its_picture_alone() -> None:
    told: list[str] = []
    pictures = pictures_of(BytesIO(with_unknown_compression(1, of=2, compression=34712)), (1, 2, 1), told=told)
    assert [picture is None for picture in pictures] == [True, False, True]
    assert len(told) == 2
    assert all("Page 1 has no picture" in each and "JPEG 2000" in each for each in told)
