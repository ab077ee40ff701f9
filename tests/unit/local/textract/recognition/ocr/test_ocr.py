"""The real engine, on pages that the tests draw."""

import pytest
from PIL import Image

from local.textract.recognition.ocr.engine import RapidOcrEngine
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.recognizer import Recognizer
from tests.unit.local.textract.drawing import Sheet, file_of

pytestmark = pytest.mark.ocr


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    """One engine for all tests, as in the service."""
    return Recognizer(RapidOcrEngine())


def lines_read(recognizer: Recognizer, data: bytes) -> list[str]:
    with recognizer.open(data) as document:
        blocks = recognizer.blocks(document, 1, frozenset(), [])
    return [block["Text"] for block in blocks if block["BlockType"] == "LINE"]


def test_printed_text_is_read_to_the_letter(recognizer) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Invoice Number: INV-3337")
    sheet.text(40, 100, "Total (5% off): $1,234.50")
    assert lines_read(recognizer, sheet.file()) == ["Invoice Number: INV-3337", "Total (5% off): $1,234.50"]


def test_light_text_on_dark_is_read(recognizer) -> None:
    sheet = Sheet()
    sheet.pen.rectangle((0, 0, 800, 200), fill="navy")
    sheet.text(40, 60, "Previous Employment", color="white", size=32)
    assert lines_read(recognizer, sheet.file()) == ["Previous Employment"]


def test_a_photo_taken_sideways_is_read(recognizer) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Upright again", size=40)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert lines_read(recognizer, file_of(sheet.picture.rotate(90, expand=True), "JPEG", exif=exif)) == [
        "Upright again"
    ]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_scanned_on_its_side_or_head_is_read_and_said_to_lie_there(recognizer, quarters) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Statement of account", size=40)
    sheet.text(40, 140, "Opening balance: 1,204.50", size=28)
    data = file_of(sheet.picture.rotate(-90 * quarters, expand=True))
    assert lines_read(recognizer, data) == ["Statement of account", "Opening balance: 1,204.50"]
    with recognizer.open(data) as document:
        line = next(block for block in recognizer.blocks(document, 1, frozenset(), []) if block["BlockType"] == "LINE")
    start = line["Geometry"]["Polygon"][0]  # the text's upper left corner
    assert (start["X"] > 0.5, start["Y"] > 0.5) == {1: (True, False), 2: (True, True), 3: (False, True)}[quarters]


def test_the_rule_of_a_form_is_not_read(recognizer) -> None:
    sheet = Sheet()
    sheet.text(40, 40, "Name: Ada", size=28)
    sheet.rule(130, 72, 600, 72)
    assert lines_read(recognizer, sheet.file()) == ["Name: Ada"]


def test_a_words_box_fits_its_ink(recognizer) -> None:
    sheet = Sheet()
    sheet.text(100, 100, "Hello", size=40)
    ink = sheet.picture.convert("L").point(lambda level: 255 * (level < 128)).getbbox()
    assert ink is not None
    with recognizer.open(sheet.file()) as document:
        (word,) = [block for block in recognizer.blocks(document, 1, frozenset(), []) if block["BlockType"] == "WORD"]
    share = word["Geometry"]["BoundingBox"]
    left, top = share["Left"] * 800, share["Top"] * 600
    found = Box(left, top, left + share["Width"] * 800, top + share["Height"] * 600)
    drawn = Box(*ink)
    shared = found.shared_area(drawn)
    assert shared / (found.area + drawn.area - shared) > 0.85


def test_an_empty_page_has_no_text(recognizer) -> None:
    assert lines_read(recognizer, Sheet().file()) == []
