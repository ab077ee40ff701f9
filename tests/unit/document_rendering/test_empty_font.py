"""The font of text that is not seen."""

from io import BytesIO

from PIL import ImageFont

from document_rendering.empty_font import empty_font


def test_freetype_reads_it_and_draws_nothing() -> None:
    font = ImageFont.truetype(BytesIO(empty_font()), 20)
    assert font.getmetrics() == (20, 0)
    assert font.getmask("any text").getbbox() is None


def test_its_checksum_is_right() -> None:
    file = empty_font()
    assert sum(int.from_bytes(file[at : at + 4]) for at in range(0, len(file), 4)) % 2**32 == 0xB1B0AFBA
