"""Fields and tables equal what amazon-textract-textractor 1.10 extracts. If they differ, a test here says why.

What it extracts is in `extracted/form.json`, which with_textractor.py makes.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fidelity.responses import form
from textract_pipeline.response.page import Field, Page, Table
from textract_pipeline.response.parser import read_pages

EXTRACTED = Path(__file__).parent / "extracted/form.json"
CHECKBOX = {"SELECTED": "[X]", "NOT_SELECTED": "[ ]"}


@pytest.fixture
def pages() -> list[tuple[Page, dict[str, Any]]]:
    """Each page as we read it, and as textractor does."""
    theirs = json.loads(EXTRACTED.read_text(encoding="utf-8"))
    return list(zip(read_pages(form()["Blocks"]), theirs, strict=True))


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def of_checkbox(field: Field) -> bool:
    return field.value in CHECKBOX


def test_fields_are_the_same_but_for_the_order_of_words_in_a_value_of_several_lines(pages):
    """Textractor sorts a value's words by their places, and so mixes its lines; ours keep Textract's order."""
    for page, theirs in pages:
        ours = [(words(field.key), words(field.value)) for field in page.fields if not of_checkbox(field)]
        wanted = [(words(key), words(value)) for key, value in theirs["fields"]]
        assert Counter((key, tuple(sorted(value))) for key, value in ours) == Counter(
            (key, tuple(sorted(value))) for key, value in wanted
        )
        of_several_lines = {words(field.key) for field in page.fields if _lines_of_value(page, field) > 1}
        assert {found[0] for found in set(ours) ^ set(wanted)} <= of_several_lines


def test_a_checkbox_is_a_field_that_says_whether_it_is_selected_not_in_a_list_of_its_own(pages):
    for page, theirs in pages:
        ours = [(words(field.key), CHECKBOX[field.value]) for field in page.fields if of_checkbox(field)]
        assert Counter(ours) == Counter((tuple(key), value) for key, value in theirs["checkboxes"])


def test_cells_are_the_same_but_that_a_merged_one_has_the_words_of_those_it_covers(pages):
    """Textractor leaves the words of `Gross Pay` in the two cells of which Textract says that they are one."""
    for page, theirs in pages:
        assert len(page.tables) == len(theirs["tables"])
        for table, cells in zip(page.tables, theirs["tables"], strict=True):
            assert _ours(table) == _joined(table, cells)


def _ours(table: Table) -> dict[tuple[int, int], tuple[tuple[str, ...], bool]]:
    return {(cell.row, cell.column): (words(cell.text), cell.is_column_header) for cell in table.cells}


def _joined(table: Table, cells: list[list[Any]]) -> dict[tuple[int, int], tuple[tuple[str, ...], bool]]:
    """Textractor's cells, those that one of ours covers made one."""
    found = {(row, column): (words(text), is_header) for row, column, text, is_header in cells}
    joined = {}
    for cell in table.cells:
        rows, columns = range(cell.row, cell.row + cell.row_span), range(cell.column, cell.column + cell.column_span)
        parts = [found.pop((row, column)) for row in rows for column in columns]
        joined[cell.row, cell.column] = sum((text for text, _ in parts), ()), any(is_header for _, is_header in parts)
    assert not found, "cells that none of ours covers"
    return joined


def _lines_of_value(page: Page, field: Field) -> int:
    key = len(words(field.key))
    of_value = {id(word) for word in field.words[key:]}
    return sum(any(id(word) in of_value for word in line.words) for line in page.lines)
