"""Lines are put in the order in which a person reads them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from textract_pipeline.response.page import Box, Cell, LayoutElement, Line, Page, Table, Word
from textract_pipeline.response.reading_order import in_reading_order, regions

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


def spoken(text: str, left: float, top: float, width: float, height: float = 0.015, angle: int = 0) -> Line:
    """A line whose text is a single word."""
    box = Box(left, top, width, height)
    return Line(text, box, 99.0, (Word(text, box, 99.0),), angle)


def table(cells: list[list[Line]], box: Box) -> Table:
    return Table(
        tuple(
            Cell(row, column, 1, 1, found.text, 99.0, found.box, words=found.words)
            for row, line_cells in enumerate(cells, start=1)
            for column, found in enumerate(line_cells, start=1)
        ),
        box,
        99.0,
        words=tuple(word for line_cells in cells for found in line_cells for word in found.words),
    )


def told(page: Page) -> list[tuple[str, list[str]]]:
    """Each region's kind and its rows."""
    return [(found.kind, ["|".join(part.text for part in row) for row in found.rows]) for found in regions(page)]


ABOVE, LEFT, BELOW = spoken("above", 0.1, 0.1, 0.3), spoken("left", 0.1, 0.3, 0.2), spoken("below", 0.1, 0.5, 0.3)
CELLS = [
    [spoken("a1", 0.5, 0.25, 0.1), spoken("b1", 0.7, 0.25, 0.1)],
    [spoken("a2", 0.5, 0.35, 0.1), spoken("b2", 0.7, 0.35, 0.1)],
]
TABLE = table(CELLS, Box(0.48, 0.24, 0.4, 0.14))
LINES = (ABOVE, *CELLS[0], LEFT, *CELLS[1], BELOW)


def test_a_table_stands_in_its_place_and_what_is_beside_it_stays_together() -> None:
    page = Page(1, LINES, tables=(TABLE,))
    assert told(page) == [("TEXT", ["above", "left"]), ("TABLE", ["a1|b1", "a2|b2"]), ("TEXT", ["below"])]


def test_a_cell_of_two_lines_is_read_before_the_next_row() -> None:
    upper, lower, beside = spoken("up", 0.1, 0.1, 0.2), spoken("per", 0.1, 0.13, 0.2), spoken("next", 0.4, 0.131, 0.2)
    below = spoken("low", 0.1, 0.16, 0.2)
    grid = table([[upper, beside], [below]], Box(0.1, 0.1, 0.5, 0.1))
    first = Cell(1, 1, 1, 1, "up per", 99.0, upper.box, words=(*upper.words, *lower.words))
    grid = Table((first, *grid.cells[1:]), grid.box, 99.0, words=(*grid.words, *lower.words))
    page = Page(1, (below, beside, lower, upper), tables=(grid,))
    assert told(page) == [("TABLE", ["up", "per|next", "low"])]


def test_the_layout_decides_where_there_is_one() -> None:
    title = LayoutElement("TITLE", BELOW.box, 99.0, (BELOW,))
    text = LayoutElement("TEXT", ABOVE.box, 99.0, (ABOVE,))
    assert told(Page(1, (ABOVE, BELOW), layout=(title, text))) == [("TITLE", ["below"]), ("TEXT", ["above"])]


def test_what_the_layout_leaves_out_is_read_after_what_stands_above_it() -> None:
    top = LayoutElement("TITLE", ABOVE.box, 99.0, (ABOVE,))
    bottom = LayoutElement("TEXT", BELOW.box, 99.0, (BELOW,))
    page = Page(1, LINES, tables=(TABLE,), layout=(top, bottom))
    assert told(page) == [
        ("TITLE", ["above"]),
        ("TEXT", ["left"]),
        ("TABLE", ["a1|b1", "a2|b2"]),
        ("TEXT", ["below"]),
    ]


def test_a_layout_element_may_hold_several_tables() -> None:
    other_cells = [[spoken("x", 0.1, 0.3, 0.1)]]
    other = table(other_cells, Box(0.1, 0.29, 0.1, 0.03))
    element = LayoutElement("TABLE", Box(0, 0.2, 1, 0.2), 99.0, (*CELLS[0], *other_cells[0], *CELLS[1]))
    page = Page(1, element.lines, tables=(TABLE, other), layout=(element,))
    assert told(page) == [("TABLE", ["a1|b1", "a2|b2"]), ("TABLE", ["x"])]


def test_tables_that_are_layout_elements_stand_between_the_text_around_them() -> None:
    other_cells = [[spoken("x", 0.1, 0.55, 0.1)]]
    other = table(other_cells, Box(0.1, 0.54, 0.1, 0.03))
    layout = (
        LayoutElement("TEXT", ABOVE.box, 99.0, (ABOVE,)),
        LayoutElement("TABLE", TABLE.box, 99.0, (*CELLS[0], *CELLS[1])),
        LayoutElement("TEXT", BELOW.box, 99.0, (BELOW,)),
        LayoutElement("TABLE", other.box, 99.0, tuple(other_cells[0])),
    )
    lines = (ABOVE, *CELLS[0], *CELLS[1], BELOW, *other_cells[0])
    assert told(Page(1, lines, tables=(other, TABLE), layout=layout)) == [
        ("TEXT", ["above"]),
        ("TABLE", ["a1|b1", "a2|b2"]),
        ("TEXT", ["below"]),
        ("TABLE", ["x"]),
    ]


def test_each_item_of_a_list_is_a_region() -> None:
    element = LayoutElement("LIST", Box(0, 0, 1, 1), 99.0, (ABOVE, LEFT, BELOW), items=(2, 1))
    page = Page(1, (ABOVE, LEFT, BELOW), layout=(element,))
    assert told(page) == [("LIST", ["above", "left"]), ("LIST", ["below"])]


def turned(upright: Line, angle: int) -> Line:
    """The line on a page that was rotated clockwise by this angle."""
    box = upright.box.turned_upright((360 - angle) % 360)
    return Line(upright.text, box, upright.confidence, (Word(upright.text, box, 99.0),), angle)


@given(st.sampled_from([90, 180, 270]))
def test_a_turned_page_is_read_as_if_it_were_upright(angle: int) -> None:
    upright = [line("title", 0.2, 0.1, 0.6), *column("left", 0.08), *column("right", 0.54)]
    rows = [row for found in regions(Page(1, tuple(turned(each, angle) for each in upright))) for row in found.rows]
    assert [row[0].text for row in rows] == [row[0].text for row in in_reading_order(upright)]


def test_a_stamp_along_the_margin_is_read_after_the_text() -> None:
    stamp = spoken("arXiv:1234", 0.02, 0.3, 0.02, 0.3, angle=270)
    assert told(Page(1, (stamp, ABOVE, BELOW))) == [("TEXT", ["above", "below"]), ("TEXT", ["arXiv:1234"])]


def test_a_footer_on_the_left_is_read_after_both_columns() -> None:
    foot = line("foot", 0.08, 0.95, 0.2)
    assert read([*column("left", 0.08), *column("right", 0.54), foot])[-1] == "foot"


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page whose tables and layout elements contain any of its lines, or none."""
    lines = draw(st.lists(st.builds(spoken, st.text(min_size=1, max_size=40), *[st.floats(0, 1)] * 4), max_size=30))
    lines = [Line(each.text, each.box, 99.0, each.words, draw(st.sampled_from([0, 0, 90, 180]))) for each in lines]
    tables = []
    for _ in range(draw(st.integers(0, 3))):
        rows = draw(st.lists(st.lists(st.sampled_from(lines), max_size=3), max_size=4)) if lines else []
        tables.append(table(rows, draw(boxes)))
    layout = []
    free = list(lines)
    for _ in range(draw(st.integers(0, 4))):
        count = draw(st.integers(0, len(free)))
        kind = draw(st.sampled_from(["TEXT", "LIST", "TABLE"]))
        layout.append(LayoutElement(kind, draw(boxes), 99.0, tuple(free[:count]), (count,)))
        free = free[count:]
    return Page(1, tuple(lines), tables=tuple(tables), layout=tuple(layout))


@given(pages())
def test_every_line_and_every_table_of_a_page_is_in_one_region(page: Page) -> None:
    found = regions(page)
    ordered = [line for region in found for row in region.rows for line in row]
    assert sorted(map(id, ordered)) == sorted(map(id, page.lines))
    assert sorted(id(region.table) for region in found if region.table) == sorted(map(id, page.tables))
