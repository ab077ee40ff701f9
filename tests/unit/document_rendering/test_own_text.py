"""What a PDF's pages say already, and where."""

from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from document_rendering.own_text import OwnText
from document_rendering.text_layer import Placed

HEIGHT = 500


def drawn(tmp_path: Path, *, hidden: bool = False) -> Path:
    body = BytesIO()
    canvas = Canvas(body, pagesize=(400, HEIGHT))
    text = canvas.beginText(50, 300)
    text.setFont("Courier", 10)
    text.setTextRenderMode(3 if hidden else 0)
    text.textLine("Ballast 40 tons")
    canvas.drawText(text)
    canvas.save()
    path = tmp_path / "ship.pdf"
    path.write_bytes(body.getvalue())
    return path


def placed(text: str, left: float, bottom: float) -> Placed:
    right, top = left + 6 * len(text), bottom + 10
    return Placed(text, (complex(left, top), complex(right, top), complex(right, bottom), complex(left, bottom)))


@pytest.mark.parametrize("hidden", [False, True])
def test_a_word_is_there_if_the_page_says_it_in_its_place(tmp_path: Path, hidden: bool) -> None:
    with OwnText(drawn(tmp_path, hidden=hidden)) as own:
        page = own.of(1)
    assert page.have([placed("Ballast", 50, 298)])
    assert page.have([placed("40", 98, 298)])
    assert page.have([placed("Ballast", 50, 298), placed("40", 98, 298), placed("tons", 116, 298)])
    assert not page.have([placed("tons", 50, 298)])
    assert not page.have([placed("40", 98, 250)])
    assert not page.have([placed("41", 98, 298)])


def test_a_word_that_the_page_says_a_little_to_the_side_is_there(tmp_path: Path) -> None:
    with OwnText(drawn(tmp_path)) as own:
        assert own.of(1).have([placed("40", 100, 299)])


def test_a_page_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    with OwnText(broken) as own:
        assert not own.of(1).have([placed("Ballast", 50, 298)])
    with OwnText(drawn(tmp_path)) as own:
        assert not own.of(2).have([placed("Ballast", 50, 298)])
