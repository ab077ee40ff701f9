"""Merged cells say what is printed in them: each word once, and in the order in which it is read."""

import pytest

from tests.support.responses import Block, box, cell, line, relation, word
from textract_pipeline.response.page import Table
from textract_pipeline.response.parser import read_pages


def merged(name: str, *cells: str, rows: int = 1, columns: int = 1) -> Block:
    spans = {"BlockType": "MERGED_CELL", "RowSpan": rows, "ColumnSpan": columns}
    return cell(name, 1, 1, *cells) | spans


def table_of(cells: list[Block], merged_cells: list[Block], *others: Block) -> Table:
    relationships = [
        relation("CHILD", *(block["Id"] for block in cells)),
        relation("MERGED_CELL", *(block["Id"] for block in merged_cells)),
    ]
    table: Block = {"BlockType": "TABLE", "Id": "t", "Relationships": relationships}
    (page,) = read_pages([*others, table, *cells, *merged_cells])
    return page.tables[0]


def lines_of(*texts: str) -> list[Block]:
    """Lines one below the other, with their words, whose names are their texts."""
    blocks = [word(text, text) for whole in texts for text in whole.split()]
    for number, text in enumerate(texts):
        names = relation("CHILD", *text.split())
        blocks.append(line(f"line {number}", text, 0.1, 0.1 + number / 20) | {"Relationships": [names]})
    return blocks


def test_lines_that_run_across_the_merged_cells_are_read_line_by_line() -> None:
    cells = [cell("left", 1, 1, "within", "4"), cell("right", 1, 2, "3-or", "weeks")]
    found = table_of(cells, [merged("m", "left", "right", columns=2)], *lines_of("within 3-or", "4 weeks"))
    assert [part.text for part in found.cells] == ["within 3-or 4 weeks"]
    assert [[each.text for each in part.words] for part in found.cells] == [["within", "3-or", "4", "weeks"]]


def test_columns_of_text_in_a_merged_cell_are_read_one_after_the_other() -> None:
    cells = [cell("left", 1, 1, "Owner", "Street"), cell("right", 1, 2, "Phone", "Fax")]
    lines = lines_of("Owner", "Phone", "Street", "Fax")
    found = table_of(cells, [merged("m", "left", "right", columns=2)], *lines)
    assert [part.text for part in found.cells] == ["Owner Street Phone Fax"]


def test_a_checkbox_stays_with_the_word_before_it() -> None:
    mark: Block = {"BlockType": "SELECTION_ELEMENT", "Id": "x", "SelectionStatus": "SELECTED", "Geometry": box(0, 0, 1)}
    cells = [cell("left", 1, 1, "Pay", "net"), cell("right", 1, 2, "cash", "x", "price")]
    found = table_of(cells, [merged("m", "left", "right", columns=2)], mark, *lines_of("Pay cash", "net price"))
    assert [part.text for part in found.cells] == ["Pay cash [x] net price"]


@pytest.mark.parametrize("second", [("left", "below"), ("left", "right"), ("below", "left", "right")])
def test_a_merged_cell_that_overlaps_one_before_it_repeats_no_word(second: tuple[str, ...]) -> None:
    cells = [cell("left", 1, 1, "Net"), cell("right", 1, 2, "weight"), cell("below", 2, 1, "7kg")]
    both = [merged("m", "left", "right", columns=2), merged("n", *second, rows=2)]
    found = table_of(cells, both, *lines_of("Net weight", "7kg"))
    assert [(part.row, part.column, part.text) for part in found.cells] == [(1, 1, "Net weight"), (2, 1, "7kg")]
