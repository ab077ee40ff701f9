"""Blocks into pages: what Textract says is kept, and what it leaves out does no harm."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.responses import Block, cell, field, line, relation, two_field_form, word
from textract_pipeline.blocks import Page
from textract_pipeline.blocks import read_pages as typed_read_pages


def read_pages(blocks: Any) -> Iterator[Page]:
    """The pages of blocks that are only as well-formed as a test wants them."""
    return typed_read_pages(blocks)


def test_lines_fields_and_tables_of_a_page() -> None:
    (page,) = read_pages(two_field_form()["Blocks"])
    assert [line.text for line in page.lines] == ["Name: Ada", "Age:", "Item 2"]
    assert [(field.key, field.value) for field in page.fields] == [("Name:", "Ada"), ("Age:", "")]
    (table,) = page.tables
    assert [[cell.text if cell else None for cell in row] for row in table.rows()] == [["Item", "2"]]


def test_each_page_has_its_own_blocks() -> None:
    blocks = two_field_form(1)["Blocks"] + two_field_form(2)["Blocks"]
    pages = list(read_pages(blocks))
    assert [page.number for page in pages] == [1, 2]
    assert all(len(page.lines) == 3 for page in pages)


def test_pages_are_read_one_at_a_time() -> None:
    def blocks() -> object:
        yield from two_field_form(1)["Blocks"]
        yield from two_field_form(2)["Blocks"]
        raise AssertionError("read further than the page that was asked for")

    assert next(read_pages(blocks())).number == 1


def test_a_checkbox_is_a_value() -> None:
    box: Block = {"BlockType": "SELECTION_ELEMENT", "Id": "box", "SelectionStatus": "SELECTED", "Page": 1}
    (page,) = read_pages([word("k", "Married"), box, *field("f", ["k"], ["box"])])
    assert page.fields[0].value == "SELECTED"


def test_a_merged_cell_stands_for_the_cells_it_covers() -> None:
    merged = cell("m", 1, 1, "c1", "c2", columns=2) | {"BlockType": "MERGED_CELL"}
    table: Block = {
        "BlockType": "TABLE",
        "Id": "t",
        "Page": 1,
        "Relationships": [relation("CHILD", "c1", "c2", "c3", "c4"), relation("MERGED_CELL", "m")],
    }
    cells = [cell("c1", 1, 1, "w1"), cell("c2", 1, 2), cell("c3", 2, 1, "w2"), cell("c4", 2, 2, "w3")]
    words = [word("w1", "Both"), word("w2", "left"), word("w3", "right")]
    (page,) = read_pages([*words, table, *cells, merged])
    texts = [[cell.text if cell else None for cell in row] for row in page.tables[0].rows()]
    assert texts == [["Both", None], ["left", "right"]]


def test_the_most_confident_answer_is_the_answer() -> None:
    query: Block = {
        "BlockType": "QUERY",
        "Id": "q",
        "Query": {"Text": "Who?"},
        "Relationships": [relation("ANSWER", "r1", "r2", "gone")],
    }
    results: list[Block] = [
        {"BlockType": "QUERY_RESULT", "Id": "r1", "Text": "Ada", "Confidence": 40.0},
        {"BlockType": "QUERY_RESULT", "Id": "r2", "Text": "Grace", "Confidence": 90.0},
    ]
    (page,) = read_pages([query, *results])
    assert [(answer.question, answer.text) for answer in page.answers] == [("Who?", "Grace")]


BLOCKS = two_field_form()["Blocks"]


@given(
    st.sets(st.integers(0, len(BLOCKS) - 1)),
    st.sets(st.sampled_from(["Text", "Geometry", "Confidence", "Page", "Relationships", "RowIndex", "EntityTypes"])),
    st.booleans(),
)
def test_whatever_is_missing_or_null_the_rest_is_read(dropped: set[int], attributes: set[str], as_null: bool) -> None:
    blocks = [
        {name: value for name, value in block.items() if name not in attributes}
        | (dict.fromkeys(attributes) if as_null else {})
        for position, block in enumerate(json.loads(json.dumps(BLOCKS)))
        if position not in dropped
    ]
    lines = [line for page in read_pages(blocks) for line in page.lines]
    assert len(lines) == sum(block["BlockType"] == "LINE" for block in blocks)


def test_a_block_of_an_unknown_type_is_passed_over() -> None:
    (page,) = read_pages([{"BlockType": "HOLOGRAM", "Id": "h"}, line("l", "text", 0, 0)])
    assert [line.text for line in page.lines] == ["text"]
