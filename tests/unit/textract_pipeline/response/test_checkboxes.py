"""The marks of checkboxes stand among the lines where the checkboxes are on the page."""

import pytest

from tests.unit.textract_pipeline.outputs.formats.drawing import element, line, table
from textract_pipeline.response.checkboxes import with_checkboxes
from textract_pipeline.response.page import Box, Line, Page, Selection, Table, Word
from textract_pipeline.response.reading_order import regions


def box(left: float, top: float, *, chosen: bool = True) -> Selection:
    return Selection(chosen, Box(left, top, 0.012, 0.016), 90.0)


def text_of(page: Page) -> list[str]:
    found = with_checkboxes(regions(page), page.selections)
    return ["  ".join(line.text for line in row) for region in found for row in region.rows]


def test_a_page_without_checkboxes_keeps_its_regions() -> None:
    found = regions(Page(1, (line("No boxes", 0.1, 0.1),)))
    assert with_checkboxes(found, ()) == found


@pytest.mark.parametrize(
    ("left", "expected"),
    [(0.08, "[x] Tea or milk"), (0.127, "Tea [x] or milk"), (0.155, "Tea or [x] milk"), (0.207, "Tea or milk [x]")],
)
def test_a_checkbox_stands_before_or_after_the_nearest_word(left: float, expected: str) -> None:
    assert text_of(Page(1, (line("Tea or milk", 0.1, 0.1),), selections=(box(left, 0.101),))) == [expected]


def test_several_checkboxes_of_a_line_keep_their_order() -> None:
    boxes = box(0.28, 0.1, chosen=False), box(0.08, 0.1), box(0.18, 0.1, chosen=False)
    lines = line("Home", 0.1, 0.1), line("Work", 0.2, 0.1), line("School", 0.3, 0.1)
    assert text_of(Page(1, lines, selections=boxes)) == ["[x] Home  [ ] Work  [ ] School"]


def test_a_label_after_a_checkbox_is_preferred() -> None:
    lines = line("Van", 0.1, 0.1), line("Lorry", 0.176, 0.1)
    assert text_of(Page(1, lines, selections=(box(0.147, 0.1),))) == ["Van  [x] Lorry"]


def test_a_checkbox_far_from_all_words_is_a_part_of_their_row() -> None:
    lines = line("Dizziness", 0.1, 0.1), line("since May", 0.7, 0.1)
    boxes = box(0.4, 0.1), box(0.5, 0.1, chosen=False)
    assert text_of(Page(1, lines, selections=boxes)) == ["Dizziness  [x]  [ ]  since May"]


def test_a_checkbox_that_is_alone_in_its_cell_is_a_part_of_the_row() -> None:
    cells = table([[line("Rash", 0.1, 0.1), line("", 0.15, 0.1), line("", 0.18, 0.1)]])
    boxes = box(0.15, 0.1), box(0.18, 0.1, chosen=False)
    marked = [
        cells.cells[0],
        *(cell._replace(selections=(mark,)) for cell, mark in zip(cells.cells[1:], boxes, strict=True)),
    ]
    whole = Table(tuple(marked), cells.box, 99.0, words=cells.words)
    page = Page(1, (line("Rash", 0.1, 0.1)._replace(words=cells.words),), tables=(whole,), selections=boxes)
    assert text_of(page) == ["Rash  [x]  [ ]"]


def test_checkboxes_without_words_beside_them_are_a_row_in_their_place() -> None:
    lines = line("Above", 0.1, 0.1), line("Below", 0.1, 0.5)
    boxes = box(0.4, 0.3), box(0.2, 0.302, chosen=False), box(0.2, 0.05)
    assert text_of(Page(1, lines, selections=boxes)) == ["[x]", "Above", "[ ]  [x]", "Below"]


def test_a_row_of_checkboxes_stands_in_its_column() -> None:
    left = [line("a column of words", 0.1, 0.1 + 0.1 * row) for row in range(3)]
    right = [line("another column of it", 0.6, 0.1 + 0.1 * row) for row in range(3)]
    layout = (element("TEXT", *left), element("TEXT", *right))
    page = Page(1, (*left, *right), layout=layout, selections=(box(0.15, 0.35),))
    assert text_of(page) == [*["a column of words"] * 3, "[x]", *["another column of it"] * 3]


def test_a_page_of_checkboxes_alone_has_them() -> None:
    assert text_of(Page(1, (), selections=(box(0.5, 0.5),))) == ["[x]"]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_checkbox_of_turned_text_is_where_it_is_read(angle: int) -> None:
    def turned(place: Box) -> Box:
        return place.turned_upright(360 - angle)

    upright = line("Return by ship", 0.13, 0.1)
    words = tuple(Word(word.text, turned(word.box), 99.0) for word in upright.words)
    whole = Line(upright.text, turned(upright.box), 99.0, words, angle)
    mark = box(0.11, 0.1)
    assert text_of(Page(1, (whole,), selections=(mark._replace(box=turned(mark.box)),))) == ["[x] Return by ship"]


def test_a_line_with_more_text_than_its_words_keeps_its_text() -> None:
    whole = line("Ship", 0.1, 0.1)._replace(text="Ship and cargo")
    assert text_of(Page(1, (whole,), selections=(box(0.08, 0.1),))) == ["[x] Ship and cargo"]


def test_a_line_without_words_has_its_mark() -> None:
    whole = Line("Ship and cargo", Box(0.1, 0.1, 0.3, 0.02), 99.0)
    assert text_of(Page(1, (whole,), selections=(box(0.41, 0.1),))) == ["Ship and cargo [x]"]
