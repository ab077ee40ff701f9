import math

import numpy as np
import pytest

from local.textract.recognition.deskew import Skew
from local.textract.recognition.ocr.detection import Region, usual_slope
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.words import Reading, Word
from local.textract.recognition.recognizer import Recognizer
from tests.unit.local.textract.drawing import Sheet, file_of, words

DEGREES = 2.0


def around(corners: list[tuple[float, float]]) -> Box:
    """The upright box around these points."""
    return Box(
        min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)
    )


def pixels(shares: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Fractions of a page of 800 × 600 pixels, in pixels."""
    return [(x * 800, y * 600) for x, y in shares]


def askew(placed: list[Word], degrees: float = DEGREES) -> list[Word]:
    """The words of a page of 800 × 600 pixels, at their positions in a skewed scan."""
    skew = Skew.of(degrees, 0, 800, 600)
    return [Word(word.text, around(pixels(skew.corners(word.box))), word.confidence) for word in placed]


def region(left: float, top: float, width: float, height: float, degrees: float) -> Region:
    """A line of text that slopes down to the right."""
    angle = math.radians(degrees)
    along, down = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    origin = np.array([left, top])
    corners = [origin, origin + along * width, origin + along * width + down * height, origin + down * height]
    return Region(np.array(corners, np.float32))


def test_words_are_set_straight_and_back() -> None:
    placed = words("Words on a level line", 50, 400)
    skew = Skew.of(DEGREES, 0, 800, 600)
    for word, straight in zip(placed, skew.straight_words(askew(placed)), strict=True):
        assert straight.box.left == pytest.approx(word.box.left, abs=0.01)
        assert straight.box.bottom == pytest.approx(word.box.bottom, abs=0.01)


def test_a_line_that_falls_to_the_right_is_level_on_the_straight_page() -> None:
    sheet = Sheet()
    sheet.rule(50, 300, 750, 300)
    scan = np.asarray(sheet.picture.rotate(-DEGREES, fillcolor="white"))
    inked = (Skew.of(DEGREES, 0, 800, 600).straight_image(scan).min(axis=2) < 128).any(axis=1)
    assert np.count_nonzero(inked) <= 4


@pytest.mark.parametrize("degrees", [0.0, 0.1, -0.1, 40.0])
def test_what_is_no_tilt_moves_nothing(degrees) -> None:
    skew = Skew.of(degrees, 0, 800, 600)
    image = Sheet().pixels()
    assert skew.straight_image(image) is image
    assert skew.corners(Box(80, 60, 160, 120)) == [(0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2)]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_turned_and_boxes_are_told_of_it_as_it_came(quarters) -> None:
    upright = Sheet(800, 600)
    upright.pen.rectangle((80, 60, 159, 119), fill="black")
    came = np.rot90(upright.pixels(), -quarters)
    skew = Skew.of(0.0, quarters, came.shape[1], came.shape[0])
    assert (skew.straight_image(came) == upright.pixels()).all()
    rows, columns = np.nonzero(came[:, :, 0] == 0)
    box = around(skew.corners(Box(80, 60, 160, 120)))
    assert (box.left * came.shape[1], box.top * came.shape[0]) == pytest.approx((columns.min(), rows.min()))
    assert (box.right * came.shape[1], box.bottom * came.shape[0]) == pytest.approx((columns.max() + 1, rows.max() + 1))


def test_the_longest_lines_tell_the_slope() -> None:
    lines = [region(50, 50 + 60 * number, 600, 30, DEGREES) for number in range(5)]
    stray = [region(50, 500, 40, 30, -9), region(400, 500, 190, 30, 7)]
    assert usual_slope(lines + stray) == pytest.approx(DEGREES, abs=0.01)
    assert usual_slope(stray[:1]) == 0


def test_a_table_scanned_askew_is_found_and_said_to_be_where_it_is() -> None:
    sheet = Sheet()
    sheet.grid([50, 400, 750], [100, 200, 300])
    placed = [*words("Item", 60, 140), *words("Price", 410, 140), *words("Tea", 60, 240), *words("3", 410, 240)]

    class FakeEngine:
        def read(self, _image: object) -> Reading:
            return Reading(tuple(askew(placed)), DEGREES)

    recognizer = Recognizer(FakeEngine())
    with recognizer.open(file_of(sheet.picture.rotate(-DEGREES, fillcolor="white"))) as document:
        blocks = recognizer.blocks(document, 1, frozenset({"TABLES"}), [])
    assert [block["ColumnIndex"] for block in blocks if block["BlockType"] == "CELL"] == [1, 2, 1, 2]
    (table,) = [block for block in blocks if block["BlockType"] == "TABLE"]
    top_left, top_right = table["Geometry"]["Polygon"][:2]
    assert (top_right["Y"] - top_left["Y"]) * 600 == pytest.approx(700 * math.sin(math.radians(DEGREES)), abs=2)
