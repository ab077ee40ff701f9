"""The text layer of a PDF page is read as the page is seen, however its file or its content is turned."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.words import Reading
from local.textract.recognition.recognizer import Recognizer
from textract_pipeline.response.page import Line
from textract_pipeline.response.parser import read_pages

WIDTH, HEIGHT = 420, 595  # points
ROWS = ["Delivery note 2207", "Customer: Amara Okafor", "Two crates of lanterns and oil", "Driver: J. Lindqvist"]
QUARTERS = [0, 90, 180, 270]


class NoEngine:
    """Must not be asked: the page has a text layer."""

    def read(self, _image: PageImage) -> Reading:
        raise AssertionError


def note(page: Canvas) -> None:
    """The rows of a small document, on a sheet that is seen upright."""
    for number, row in enumerate(ROWS):
        page.drawString(60, HEIGHT - 80 - 24 * number, row)


def turned_pdf(draw: Callable[[Canvas], None], rotate: int = 0, content: float = 0) -> bytes:
    """A page on which this is drawn upright, turned counterclockwise about the middle; its file turns it clockwise."""
    buffer = io.BytesIO()
    is_wide = content % 180 == 90
    size = (HEIGHT, WIDTH) if is_wide else (WIDTH, HEIGHT)
    page = Canvas(buffer, pagesize=size)
    page.translate(size[0] / 2, size[1] / 2)
    page.rotate(content)
    page.translate(-WIDTH / 2, -HEIGHT / 2)
    draw(page)
    page.save()
    document = pypdfium2.PdfDocument(buffer.getvalue())
    document[0].set_rotation(rotate)
    turned = io.BytesIO()
    document.save(turned)
    return turned.getvalue()


def blocks_of(data: bytes, *features: str) -> list[Any]:
    recognizer = Recognizer(NoEngine())
    with recognizer.open(data) as document:
        return list(recognizer.blocks(document, 1, frozenset(features), []))


def lines_of(data: bytes, *features: str) -> list[Line]:
    (page,) = read_pages(blocks_of(data, *features))
    return list(page.lines)


@pytest.mark.parametrize("rotate", QUARTERS)
@pytest.mark.parametrize("content", QUARTERS)
def test_a_turned_page_has_the_lines_of_the_upright_one(rotate: int, content: int) -> None:
    lines = lines_of(turned_pdf(note, rotate, content))
    assert [line.text for line in lines] == ROWS
    assert {line.angle for line in lines} == {(rotate - content) % 360}


@pytest.mark.parametrize("rotate", QUARTERS)
@pytest.mark.parametrize("content", QUARTERS)
def test_words_are_where_they_are_seen(rotate: int, content: int) -> None:
    data = turned_pdf(note, rotate, content)
    with Recognizer(NoEngine()).open(data) as document:
        page = document.page(1)
        pixels = page.render().copy()
    height, width = pixels.shape[:2]
    for word in (word for line in lines_of(data) for word in line.words):
        box = word.box
        area = (
            slice(int(box.top * height) - 1, int(box.bottom * height) + 2),
            slice(int(box.left * width) - 1, int(box.right * width) + 2),
        )
        assert pixels[area].min() < 100
        pixels[area] = 255
    assert pixels.min() == 255


def order_form(page: Canvas) -> None:
    """A heading, fields, and a table with rules."""
    page.setFontSize(18)
    page.drawString(60, HEIGHT - 60, "Order of the lamp shop")
    page.setFontSize(11)
    for number, (key, value) in enumerate([("Buyer:", "Amara Okafor"), ("Day:", "4 June")]):
        page.drawString(60, HEIGHT - 100 - 20 * number, key)
        page.drawString(160, HEIGHT - 100 - 20 * number, value)
    page.grid([60, 200, 300, 360], [HEIGHT - 260, HEIGHT - 230, HEIGHT - 200, HEIGHT - 170])
    for row, cells in enumerate([("Item", "Count", "Price"), ("Lantern", "12", "31.50"), ("Oil", "3", "7.25")]):
        for x, cell in zip((66, 206, 306), cells, strict=True):
            page.drawString(x, HEIGHT - 190 - 30 * row, cell)


@pytest.mark.parametrize(("rotate", "content"), [(90, 0), (0, 90), (270, 180), (180, 0), (90, 90)])
def test_a_turned_page_has_the_fields_tables_and_layout_of_the_upright_one(rotate: int, content: int) -> None:
    features = "TABLES", "FORMS", "LAYOUT"
    (upright,), (turned,) = (
        read_pages(blocks_of(data, *features))
        for data in (turned_pdf(order_form), turned_pdf(order_form, rotate, content))
    )
    assert [(field.key, field.value) for field in upright.fields] == [("Buyer:", "Amara Okafor"), ("Day:", "4 June")]
    assert [(field.key, field.value) for field in turned.fields] == [
        (field.key, field.value) for field in upright.fields
    ]
    assert [cell.text for cell in upright.tables[0].cells][3:] == ["Lantern", "12", "31.50", "Oil", "3", "7.25"]
    assert [cell.text for cell in turned.tables[0].cells] == [cell.text for cell in upright.tables[0].cells]
    assert [part.kind for part in turned.layout] == [part.kind for part in upright.layout]


def along_the_margin(page: Canvas, angle: int, text: str = "Do not write in this margin") -> None:
    page.saveState()
    page.translate(20, HEIGHT / 2)
    page.rotate(angle)
    page.drawString(-100, 0, text)
    page.restoreState()


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90])
def test_a_few_turned_words_are_a_line_of_their_own_and_leave_the_others_alone(angle: int, rotate: int) -> None:
    def draw(page: Canvas) -> None:
        note(page)
        along_the_margin(page, angle)

    lines = lines_of(turned_pdf(draw, rotate), "FORMS", "LAYOUT")
    assert [line.text for line in lines] == [*ROWS, "Do not write in this margin"]
    assert [(line.angle - rotate) % 360 for line in lines] == [0, 0, 0, 0, 360 - angle]


def test_turned_words_beside_text_do_not_part_or_join_its_lines() -> None:
    rows = [f"Row {number} of the long list of lanterns, lamps, and wicks" for number in range(30)]

    def draw(page: Canvas) -> None:
        for number, row in enumerate(rows):
            page.drawString(60, HEIGHT - 60 - 16 * number, row)
        along_the_margin(page, 90, "Copy for the office")
        along_the_margin(page, 270, "")

    lines = lines_of(turned_pdf(draw), "TABLES", "FORMS", "LAYOUT")
    assert [line.text for line in lines] == [*rows, "Copy for the office"]


def test_a_table_on_its_side_under_an_upright_header_is_read_as_a_table() -> None:
    def draw(page: Canvas) -> None:
        page.drawString(150, HEIGHT - 20, "Page 4 of 9")
        page.translate(WIDTH, 0)
        page.rotate(90)
        for row in range(8):
            for column, cell in enumerate([f"Lamp {row}", f"{row * 7}", f"{row}.50"]):
                page.drawString(60 + 150 * column, WIDTH - 80 - 24 * row, cell)

    lines = [line.text for line in lines_of(turned_pdf(draw))]
    assert lines[:3] == ["Lamp 0", "0", "0.50"]
    assert lines[-1] == "Page 4 of 9"


def test_headers_that_run_up_narrow_columns_are_in_their_cells() -> None:
    def draw(page: Canvas) -> None:
        note(page)
        page.translate(0, -150)
        page.grid([60, 200, 240, 280], [HEIGHT - 230, HEIGHT - 200, HEIGHT - 80])
        page.drawString(66, HEIGHT - 190, "Item")
        for x, text in ((225, "Net weight"), (265, "Gross weight")):
            page.saveState()
            page.translate(x, HEIGHT - 190)
            page.rotate(90)
            page.drawString(0, 0, text)
            page.restoreState()
        for x, text in ((66, "Lantern"), (206, "12"), (246, "14")):
            page.drawString(x, HEIGHT - 220, text)

    (page,) = read_pages(blocks_of(turned_pdf(draw), "TABLES"))
    cells = [cell.text for cell in page.tables[0].cells]
    assert cells == ["Item", "Net weight", "Gross weight", "Lantern", "12", "14"]


@pytest.mark.parametrize("angle", [-9, -4.3, -1, -0.2, 0.1, 0.6, 2, 3.7, 7])
@pytest.mark.parametrize("content", [0, 90, 180])
def test_a_page_whose_content_is_askew_has_the_lines_of_the_straight_one(angle: float, content: int) -> None:
    def draw(page: Canvas) -> None:
        for number in range(12):
            page.drawString(60, HEIGHT - 80 - 16 * number, f"{number} lanterns hang along the wall of the old harbor")
            page.drawString(360, HEIGHT - 80 - 16 * number, f"{number}.00")

    def texts(data: bytes) -> Iterator[str]:
        return (line.text for line in lines_of(data))

    assert sorted(texts(turned_pdf(draw, content=content + angle))) == sorted(texts(turned_pdf(draw)))
