"""The text layer of a searchable PDF: what poppler, PDFium, and pypdf find on it, however the page lies."""

import math
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from document_rendering.images import PageImage
from document_rendering.searchable_pdf import write_searchable_images
from tests.support.pdf_readers import READERS, read, rows_of, searchable
from textract_pipeline.response.page import Box, Cell, LayoutElement, Line, Page, Polygon, Table, Word

WIDTH, HEIGHT = 620, 800  # of the page, in points
LETTER, HIGH = 6.0, 12.0  # points that a character takes
PARAGRAPH = [
    "The harbour master counts the boats at noon",
    "and writes their names into a ledger of 1897",
    "before the tide turns and they leave again",
]
COLUMNS = [
    ["Apples from the north", "grow late and keep", "well into the spring"],
    ["Pears want more sun", "than most gardens", "on this coast have"],
]
TABLE = [["Rope", "12 m", "48.20"], ["Lantern", "3", "105.00"], ["Tar", "2 casks", "9.75"]]


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Where a point of the page, in points, is as a fraction of it once the page is turned clockwise."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    right, down = x - WIDTH / 2, y - HEIGHT / 2
    return (right * cosine - down * sine) / WIDTH + 0.5, (right * sine + down * cosine) / HEIGHT + 0.5


def around(left: float, top: float, width: float, degrees: float, high: float = HIGH) -> tuple[Box, Polygon]:
    corners = [(left, top), (left + width, top), (left + width, top + high), (left, top + high)]
    polygon = tuple(turned(*corner, degrees) for corner in corners)
    xs, ys = zip(*polygon, strict=True)
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)), polygon


def line(text: str, left: float, top: float, degrees: float = 0, high: float = HIGH) -> Line:
    """A line whose words have Textract's polygons."""
    words, at = [], left
    for part in text.split():
        box, polygon = around(at, top, len(part) * LETTER, degrees, high)
        words.append(Word(part, box, 99.0, polygon=polygon))
        at += (len(part) + 1) * LETTER
    box, _ = around(left, top, len(text) * LETTER, degrees, high)
    return Line(text, box, 99.0, tuple(words), round(degrees / 90) % 4 * 90)


def read_in_this_order(*lines: Line) -> Page:
    """A page whose lines Textract gives in reading order."""
    box = Box.around(line.box for line in lines)
    return Page(1, lines, layout=(LayoutElement("TEXT", box, 99.0, lines),))


def scanned(page: Page) -> bytes:
    """The searchable PDF of a page's picture."""
    picture = BytesIO()
    Image.new("L", (WIDTH, HEIGHT), "white").save(picture, "JPEG")
    file = BytesIO()
    write_searchable_images([(page, PageImage(picture.getvalue(), WIDTH, HEIGHT, is_gray=True))], file, 72)
    return file.getvalue()


def paragraph(degrees: float) -> bytes:
    rows = [line(text, 150, 300 + 18 * number, degrees) for number, text in enumerate(PARAGRAPH)]
    return scanned(read_in_this_order(*rows))


@pytest.mark.parametrize("degrees", [*range(-10, 11), 90, 180, 270])
@pytest.mark.parametrize("reader", READERS)
def test_the_rows_of_a_paragraph_are_read_as_they_are_written(reader: str, degrees: float) -> None:
    assert rows_of(read(reader, paragraph(degrees))) == PARAGRAPH


@pytest.mark.parametrize("degrees", [-92, -87, 82, 91, 171, 178.5, 183])
@pytest.mark.parametrize("reader", READERS)
def test_the_words_of_a_page_that_is_turned_and_askew_are_in_order(reader: str, degrees: float) -> None:
    assert read(reader, paragraph(degrees)).split() == " ".join(PARAGRAPH).split()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("reader", READERS)
def test_a_form_is_read_row_by_row(reader: str, degrees: float) -> None:
    lines = []
    for number, (key, value) in enumerate([("Surname:", "Okafor"), ("Born:", "3 May 1971"), ("Town:", "Harwich")]):
        lines += [line(key, 120, 300 + 30 * number, degrees), line(value, 300, 300 + 30 * number, degrees)]
    text = read(reader, scanned(Page(1, tuple(lines))))
    if reader == "poppler":  # reads the keys first
        assert sorted(text.split()) == sorted(["Surname:", "Okafor", "Born:", "3", "May", "1971", "Town:", "Harwich"])
    else:
        assert rows_of(text) == ["Surname: Okafor", "Born: 3 May 1971", "Town: Harwich"]


@pytest.mark.parametrize("degrees", [0, 180])
@pytest.mark.parametrize("reader", READERS)
def test_the_cells_of_a_table_are_not_joined(reader: str, degrees: float) -> None:
    cells, lines = [], []
    for row, texts in enumerate(TABLE, start=1):
        for column, text in enumerate(texts, start=1):
            told = line(text, 100 + 100 * column, 280 + 30 * row, degrees)
            lines.append(told)
            cells.append(Cell(row, column, 1, 1, told.text, 99.0, told.box, (), told.words))
    words = tuple(word for cell in cells for word in cell.words)
    table = Table(tuple(cells), Box.around(cell.box for cell in cells), 99.0, words=words)
    text = read(reader, scanned(Page(1, tuple(lines), tables=(table,))))
    if reader == "poppler":  # reads an upright table column by column
        assert sorted(text.split()) == sorted(" ".join(word for row in TABLE for word in row).split())
    else:
        assert rows_of(text) == [" ".join(row) for row in TABLE]


@pytest.mark.parametrize("degrees", [-4, 0, 3, 180])
@pytest.mark.parametrize("reader", READERS)
def test_rows_of_different_columns_are_not_run_together(reader: str, degrees: float) -> None:
    lines = [
        line(text, 80 + 250 * column, 300 + 20 * number, degrees)
        for column, texts in enumerate(COLUMNS)
        for number, text in enumerate(texts)
    ]
    found = " ".join(read(reader, scanned(read_in_this_order(*lines))).split())
    assert [text for texts in COLUMNS for text in texts if text not in found] == []


@pytest.mark.parametrize("degrees", [-7, 0, 2, 90, 180, 270])
def test_each_character_is_where_it_is_seen(degrees: float) -> None:
    page = Page(1, (line("ill WWW counts", 200, 400, degrees),))
    text = pypdfium2.PdfDocument(scanned(page))[0].get_textpage()
    at = 200.0
    for index, character in enumerate("ill WWW counts"):
        box, _ = around(at, 400, LETTER, degrees)
        left, bottom, right, top = text.get_charbox(index, loose=False)
        if character != " ":
            middle = (box.left + box.width / 2) * WIDTH, (1 - box.top - box.height / 2) * HEIGHT
            assert ((left + right) / 2, (bottom + top) / 2) == pytest.approx(middle, abs=0.5), (character, index)
        at += LETTER


@pytest.mark.parametrize("reader", READERS)
def test_words_that_touch_stay_words(reader: str) -> None:
    words = []
    for number, text in enumerate(["Harbour", "dues", "paid"]):
        box, polygon = around(100 + 42 * number, 300, 42, 0)
        words.append(Word(text, box, 99.0, polygon=polygon))
    row = Line("Harbour dues paid", Box.around(word.box for word in words), 99.0, tuple(words))
    assert rows_of(read(reader, scanned(Page(1, (row,))))) == ["Harbour dues paid"]


@pytest.mark.parametrize("reader", READERS)
def test_a_line_that_bends_is_read_as_one(reader: str) -> None:
    words = []
    for number, text in enumerate(["pages", "of", "a", "thick", "book", "bend", "inward"]):
        box, polygon = around(100 + 50 * number, 300 + (number - 3) ** 2 * 0.8, 36, 0)
        words.append(Word(text, box, 99.0, polygon=polygon))
    bent = Line("pages of a thick book bend inward", Box.around(word.box for word in words), 99.0, tuple(words))
    assert " ".join(read(reader, scanned(Page(1, (bent,)))).split()) == bent.text


@pytest.mark.parametrize("reader", READERS)
def test_words_without_a_place_are_found(reader: str) -> None:
    nowhere = Box(0.0, 0.0, 0.0, 0.0)
    lost = Line("lost words", nowhere, 99.0, (Word("lost", nowhere, 99.0), Word("words", nowhere, 99.0)))
    assert rows_of(read(reader, scanned(Page(1, (lost,))))) == ["lost words"]


def test_a_label_and_a_larger_value_keep_their_heights() -> None:
    page = Page(1, (line("Total:", 100, 300), line("$48.20", 200, 292, high=28)))
    text = pypdfium2.PdfDocument(scanned(page))[0].get_textpage()
    _, bottom, _, top = text.get_charbox(0)
    assert top - bottom == pytest.approx(HIGH, abs=0.5)


def stamped(text: str, left: float, top: float) -> bytes:
    """A scan on which a program has printed a stamp."""
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(WIDTH, HEIGHT))
    canvas.drawImage(ImageReader(Image.new("L", (62, 80), "white")), 0, 0, WIDTH, HEIGHT)
    canvas.setFont("Courier", 10)  # each of its characters is 6 points wide
    canvas.drawString(left, HEIGHT - top - 10, text)
    canvas.save()
    return drawn.getvalue()


@pytest.mark.parametrize("reader", READERS)
def test_a_stamp_does_not_take_words_from_elsewhere(reader: str) -> None:
    letter = ["Berth 12 is free until the 9th of June", "The harbour office will be closed"]
    stamp = "Harbour office: received on the 9th of June"
    lines = [line(text, 100, 200 + 30 * number) for number, text in enumerate([*letter, "", "", stamp]) if text]
    found = rows_of(read(reader, searchable(Page(1, tuple(lines)), stamped(stamp, 100, 320))))
    assert sorted(found) == sorted([*letter, stamp])


@pytest.mark.parametrize("reader", READERS)
def test_what_is_printed_over_the_stamp_is_added(reader: str) -> None:
    page = Page(1, (line("Paid 12 June by Okafor", 100, 320),))
    found = read(reader, searchable(page, stamped("Paid         by", 100, 320))).split()
    assert sorted(found) == sorted(["Paid", "12", "June", "by", "Okafor"])
