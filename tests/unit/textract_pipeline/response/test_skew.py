"""A page that was scanned askew reads as it does when it is straight."""

import math
import random
from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.askew import Area, Distortion, Placed, Point, page_of, paragraph, response, turned
from tests.support.responses import Block
from textract_pipeline.outputs.formats.markdown import page_markdown
from textract_pipeline.outputs.formats.text import page_text
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages
from textract_pipeline.response.reading_order import regions

PORTRAIT = 210 / 297
STRAIGHT = turned(0, PORTRAIT)


def prose(name: str, rows: int, words: str = "lanterns along the harbor wall") -> list[str]:
    return [f"{name}{row} {words}" for row in range(rows)]


def row_of(top: float, *cells: tuple[float, str]) -> list[Placed]:
    return [Placed(text, left, top) for left, text in cells]


PARAGRAPH = paragraph(0.1, 0.08, prose("line", 40, "of the lease was read out to everybody who had come there"))
TWO_COLUMNS = [
    Placed("Report of the harbor office on the lanterns", 0.3, 0.05),
    *paragraph(0.06, 0.2, prose("west", 30, "lanterns along the old harbor wall")),
    *paragraph(0.53, 0.2, prose("east", 28, "lanterns along the old harbor wall")),
    Placed("Seven of nine", 0.45, 0.95),
]
THREE_COLUMNS = [
    line
    for left, name in ((0.05, "one"), (0.365, "two"), (0.68, "three"))
    for line in paragraph(left, 0.15, prose(name, 25, "ropes and sails sold"))
]
TABLE = [
    Placed("Ropes sold in the second quarter", 0.12, 0.1),
    *(
        cell
        for row, (name, weight, price, buyer) in enumerate(
            [
                ("Hemp", "12.5", "1 310.00", "Okafor"),
                ("Sisal", "3.75", "96.20", "Lindqvist"),
                ("Nylon", "40", "2 004.10", "Moreau"),
                ("Jute", "8", "77.45", "Tanaka"),
                ("Wire", "150", "9 999.99", "Ferreira"),
            ]
        )
        for cell in row_of(0.2 + row * 0.022, (0.12, name), (0.4, weight), (0.58, price), (0.8, buyer))
    ),
]
FORM = [
    Placed("Berth application", 0.4, 0.06),
    *(
        cell
        for row in range(9)
        for cell in row_of(
            0.15 + row * 0.035,
            (0.1, f"Label {row}:"),
            (0.3, f"answer {row}"),
            (0.55, f"Other {row}:"),
            (0.8, f"note {row}"),
        )
    ),
]
LETTER = [
    *paragraph(0.1, 0.09, ["Harbor Office", "7 Quay Street", "1234 Portside"]),
    *paragraph(0.68, 0.09, ["12 March", "Our sign: Hk/7", "Berth 31"]),
    *paragraph(
        0.1, 0.22, ["Dear Ms. Okafor,", *prose("the", 14, "berth is yours from the first day of the coming month")]
    ),
    *paragraph(0.1, 0.5, ["Kind regards,", "J. Lindqvist"]),
    Placed("Page 1 of 1", 0.45, 0.96),
]
LAYOUTS = {
    "paragraph": PARAGRAPH,
    "two columns": TWO_COLUMNS,
    "three columns": THREE_COLUMNS,
    "table": TABLE,
    "form": FORM,
    "letter": LETTER,
}
CELLS = Area("TABLE", range(1, len(TABLE)), columns=4)
PARTS = [
    Area("LAYOUT_TITLE", [0]),
    Area("LAYOUT_TEXT", range(1, 13)),
    Area("LAYOUT_KEY_VALUE", range(13, 33)),
]  # of the form; its last row is in no part

degrees = st.floats(-10, 10)
aspects = st.sampled_from([0.4, PORTRAIT, 1.0, 1 / PORTRAIT])


def page(blocks: Sequence[Block]) -> Page:
    (found,) = read_pages(blocks)
    return found


def text_of(blocks: Sequence[Block]) -> str:
    found = page(blocks)
    return page_text(found, regions(found))


def markdown_of(blocks: Sequence[Block]) -> str:
    found = page(blocks)
    return page_markdown(found, regions(found))


def test_the_layouts_read_as_they_should_while_they_are_straight() -> None:
    assert text_of(response(PARAGRAPH, STRAIGHT)) == "".join(line.text + "\n" for line in PARAGRAPH)
    assert text_of(response(TWO_COLUMNS, STRAIGHT)) == "".join(line.text + "\n" for line in TWO_COLUMNS)
    assert text_of(response(THREE_COLUMNS, STRAIGHT)) == "".join(line.text + "\n" for line in THREE_COLUMNS)
    assert text_of(response(TABLE, STRAIGHT)).splitlines()[2] == "Sisal  3.75  96.20  Lindqvist"
    assert text_of(response(FORM, STRAIGHT)).splitlines()[3] == "Label 2:  answer 2  Other 2:  note 2"
    assert text_of(response(LETTER, STRAIGHT)).splitlines()[1] == "7 Quay Street  Our sign: Hk/7"


@given(st.sampled_from(sorted(LAYOUTS)), degrees, aspects, st.integers(0, 9))
def test_an_askew_page_reads_as_the_straight_one(name: str, angle: float, aspect: float, seed: int) -> None:
    lines = LAYOUTS[name]
    straight = text_of(response(lines, STRAIGHT))
    shuffled = random.Random(seed).sample(lines, len(lines))
    assert text_of(response(shuffled, turned(angle, aspect))) == straight


@given(degrees, aspects)
def test_a_table_with_cells_stands_where_it_stands_on_the_straight_page(angle: float, aspect: float) -> None:
    beside = [*TABLE, Placed("above", 0.7, 0.1), Placed("left of it", 0.01, 0.24), Placed("below", 0.1, 0.4)]
    askew = response(beside, turned(angle, aspect), [CELLS])
    assert markdown_of(askew) == markdown_of(response(beside, STRAIGHT, [CELLS]))


@given(degrees, aspects)
def test_lines_beside_each_other_in_a_part_of_the_page_stay_there(angle: float, aspect: float) -> None:
    straight = response(FORM, STRAIGHT, PARTS)
    assert "Label 1:  answer 1  Other 1:  note 1\n" in text_of(straight)
    assert markdown_of(response(FORM, turned(angle, aspect), PARTS)) == markdown_of(straight)


@given(st.sampled_from(sorted(LAYOUTS)), degrees, st.integers(0, 9))
def test_pixels_are_as_good_as_exact_polygons(name: str, angle: float, seed: int) -> None:
    chance = random.Random(seed)
    turn = turned(angle, PORTRAIT)

    def rounded(point: Point) -> Point:
        x, y = turn(point)
        return round(x * 1200 + chance.uniform(-0.5, 0.5)) / 1200, round(y * 1700 + chance.uniform(-0.5, 0.5)) / 1700

    assert text_of(response(LAYOUTS[name], rounded)) == text_of(response(LAYOUTS[name], STRAIGHT))


@pytest.mark.parametrize("quarter", [90, 180, 270])
@given(st.sampled_from(sorted(LAYOUTS)), degrees)
def test_a_page_that_lies_on_its_side_may_be_askew_as_well(quarter: int, name: str, angle: float) -> None:
    turn = partial(_on_its_side, quarter, angle)
    assert text_of(response(LAYOUTS[name], turn)) == text_of(response(LAYOUTS[name], STRAIGHT))


def _on_its_side(quarter: int, angle: float, point: Point) -> Point:
    x, y = turned(angle, PORTRAIT)(point)
    return {90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[quarter]


@given(st.sampled_from(sorted(LAYOUTS)), st.floats(-0.15, 0.15))
def test_a_page_that_is_nearly_straight_is_left_alone(name: str, angle: float) -> None:
    assert page(response(LAYOUTS[name], turned(angle, PORTRAIT))).skew is None


@pytest.mark.parametrize("angle", [-30, -20, 20, 30, 45])
def test_diagonal_text_is_left_alone(angle: float) -> None:
    assert page(response(PARAGRAPH, turned(angle, PORTRAIT))).skew is None


def test_a_page_with_two_slopes_is_left_alone() -> None:
    left, right = paragraph(0.05, 0.1, prose("a", 20)), paragraph(0.55, 0.1, prose("b", 20))
    blocks = page_of([(line, turned(3, 0.7)) for line in left] + [(line, turned(-2, 0.7)) for line in right])
    assert page(blocks).skew is None


def test_a_photo_whose_lines_run_in_all_directions_is_left_alone() -> None:
    blocks = page_of([(line, turned(number / 4 - 1, 0.7)) for number, line in enumerate(PARAGRAPH[:24])])
    assert page(blocks).skew is None


def test_a_few_words_are_too_little_to_tell() -> None:
    assert page(response(TABLE[1:3], turned(5, PORTRAIT))).skew is None
    assert (
        page(response([Placed("ab", 0.1, 0.1), Placed("cd", 0.1, 0.2), Placed("e", 0.1, 0.3)], turned(1, 1))).skew
        is None
    )


def test_lines_without_polygons_are_left_alone() -> None:
    blocks = response(PARAGRAPH, turned(5, PORTRAIT))
    for block in blocks:
        block.get("Geometry", {}).pop("Polygon", None)
    assert page(blocks).skew is None


STAMP = [
    Placed("Received", 0.55, 0.75),
    Placed("28 May", 0.7, 0.75),
    Placed("Harbor", 0.85, 0.75),
    Placed("Entered by", 0.55, 0.77),
    Placed("Moreau", 0.7, 0.77),
    Placed("Desk 4", 0.85, 0.77),
]
STAMPED = "Received  28 May  Harbor\nEntered by  Moreau  Desk 4\n"


@given(st.floats(-10, 10))
def test_a_stamp_that_is_askew_on_a_straight_page_changes_nothing(angle: float) -> None:
    blocks = page_of([(line, STRAIGHT) for line in PARAGRAPH] + [(line, turned(angle, PORTRAIT)) for line in STAMP])
    assert page(blocks).skew is None


@pytest.mark.parametrize("angle", [-10, -6, -3, -2, -1, -0.5, 0.5, 1, 2, 3, 6, 10])
def test_a_straight_stamp_on_an_askew_page_keeps_its_rows(angle: float) -> None:
    blocks = page_of([(line, turned(angle, PORTRAIT)) for line in PARAGRAPH] + [(line, STRAIGHT) for line in STAMP])
    assert text_of(blocks) == "".join(line.text + "\n" for line in PARAGRAPH) + STAMPED


def test_a_header_that_a_fax_machine_printed_stays_one_line() -> None:
    header = row_of(0.01, (0.05, "28 May 09:14 o'clock"), (0.4, "from the harbor office"), (0.75, "page 001 of 001"))
    blocks = page_of([(line, STRAIGHT) for line in header] + [(line, turned(1.7, PORTRAIT)) for line in PARAGRAPH])
    first, *rest = text_of(blocks).splitlines()
    assert first == "28 May 09:14 o'clock  from the harbor office  page 001 of 001"
    assert rest == [line.text for line in PARAGRAPH]


def test_lines_with_inexact_polygons_stay_in_their_rows() -> None:
    turn = turned(1.3, PORTRAIT)
    blocks = response(FORM, turn)
    for text in ("Label 4:", "note 4"):
        polygon = next(block for block in blocks if block.get("Text") == text)["Geometry"]["Polygon"]
        polygon[1]["Y"] -= 0.004
    assert text_of(blocks) == text_of(response(FORM, STRAIGHT))


def test_text_along_the_margin_of_an_askew_page_is_read_after_the_rest() -> None:
    turn = turned(4, PORTRAIT)
    margin = [Placed("Do not write", 0.2, 0.02), Placed("in this margin", 0.45, 0.021), Placed("please", 0.7, 0.02)]
    along: Distortion = lambda point: turn((point[1], 1 - point[0]))  # noqa: E731
    blocks = page_of([(line, turn) for line in PARAGRAPH] + [(line, along) for line in margin])
    assert text_of(blocks).splitlines()[-1] == "Do not write  in this margin  please"


def test_how_askew_a_page_is_takes_no_account_of_its_proportions() -> None:
    for aspect in (0.5, 1.0, 2.0):
        skew = page(response(PARAGRAPH, turned(5, aspect))).skew
        assert skew is not None
        assert skew.degrees == pytest.approx(5, abs=1e-6)
        assert skew.slope == pytest.approx(math.tan(math.radians(5)) * aspect)
