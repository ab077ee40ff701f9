"""Lines in the order in which a person reads them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from textract_pipeline.blocks import Box, Line
from textract_pipeline.reading_order import in_reading_order

PROSE = "a line of running text that fills it"


def line(text: str, left: float, top: float, width: float) -> Line:
    return Line(text, Box(left, top, width, 0.015), 99.0)


def column(name: str, left: float, count: int = 6, first: float = 0.2) -> list[Line]:
    return [line(f"{name}{number} {PROSE}", left, first + number * 0.02, 0.38) for number in range(count)]


def read(lines: list[Line]) -> list[str]:
    shuffled = random.Random(0).sample(lines, len(lines))
    return [found.text.split()[0] for row in in_reading_order(shuffled) for found in row]


def test_a_column_is_read_to_its_end_before_the_next() -> None:
    lines = column("left", 0.08) + column("right", 0.54)
    assert read(lines) == [f"left{n}" for n in range(6)] + [f"right{n}" for n in range(6)]


def test_a_title_and_a_footer_across_the_columns_stand_before_and_after_them() -> None:
    lines = [line("title", 0.2, 0.1, 0.6), *column("left", 0.08), *column("right", 0.54), line("foot", 0.4, 0.9, 0.2)]
    assert read(lines) == ["title", *(f"left{n}" for n in range(6)), *(f"right{n}" for n in range(6)), "foot"]


def test_a_heading_across_the_columns_divides_them() -> None:
    upper = column("a", 0.08) + column("b", 0.54)
    lower = column("c", 0.08, first=0.5) + column("d", 0.54, first=0.5)
    order = read([*upper, line("heading", 0.1, 0.4, 0.8), *lower])
    assert order[12] == "heading"
    assert [text[0] for text in order[:12]] == ["a"] * 6 + ["b"] * 6
    assert [text[0] for text in order[13:]] == ["c"] * 6 + ["d"] * 6


def test_three_columns_are_read_one_after_the_other() -> None:
    lines = [
        line(f"{name}{n} {PROSE}", left, 0.2 + n * 0.02, 0.26)
        for name, left in (("a", 0.06), ("b", 0.37), ("c", 0.68))
        for n in range(6)
    ]
    assert [text[0] for text in read(lines)] == ["a"] * 6 + ["b"] * 6 + ["c"] * 6


def test_a_form_is_read_row_by_row() -> None:
    lines = [
        found
        for number in range(6)
        for found in (
            line(f"key{number}:", 0.1, 0.1 + number * 0.05, 0.12),
            line(f"value{number}", 0.6, 0.102 + number * 0.05, 0.1),
        )
    ]
    rows = [[found.text for found in row] for row in in_reading_order(lines)]
    assert rows == [[f"key{number}:", f"value{number}"] for number in range(6)]


boxes = st.builds(Box, st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.1))


@given(st.lists(st.builds(Line, st.text(max_size=40), boxes, st.just(99.0)), max_size=40))
def test_no_line_is_lost_or_doubled(lines: list[Line]) -> None:
    ordered = [line for row in in_reading_order(lines) for line in row]
    assert sorted(map(id, ordered)) == sorted(map(id, lines))
