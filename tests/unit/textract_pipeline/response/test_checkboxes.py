"""Checkboxes are told from words, wherever they are."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.responses import Block, box, cell, field, relation, word
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages as typed_read_pages


def read_pages(blocks: Any, *, polygons: bool = False) -> Iterator[Page]:
    """The pages for blocks that need not be well-formed."""
    return typed_read_pages(blocks, polygons=polygons)


def test_a_checkbox_is_a_value() -> None:
    box: Block = {"BlockType": "SELECTION_ELEMENT", "Id": "box", "SelectionStatus": "SELECTED", "Page": 1}
    (page,) = read_pages([word("k", "Married"), box, *field("f", ["k"], ["box"])])
    assert page.fields[0].value == "SELECTED"
    assert page.fields[0].is_checkbox


def checkbox(name: str, status: str = "SELECTED") -> Block:
    return {"BlockType": "SELECTION_ELEMENT", "Id": name, "SelectionStatus": status, "Page": 1}


def test_the_printed_word_selected_is_no_checkbox() -> None:
    (page,) = read_pages([word("k", "Status"), word("v", "SELECTED"), *field("f", ["k"], ["v"])])
    assert (page.fields[0].value, page.fields[0].is_checkbox) == ("SELECTED", False)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (["box", "k"], [], ("Insured", "NOT_SELECTED")),
        (["k", "box"], [], ("Insured", "NOT_SELECTED")),
        (["k"], ["box", "v"], ("Insured", "[ ] privately")),
        (["box", "k"], ["v"], ("Insured", "[ ] privately")),
        (["k"], ["box", "v", "second"], ("Insured", "[ ] privately [x]")),
        (["k"], ["box", "second"], ("Insured", "[ ] [x]")),
        (["k"], ["v"], ("Insured", "privately")),
    ],
)
def test_a_checkbox_is_never_a_word_of_its_field(key: list[str], value: list[str], expected: tuple[str, str]) -> None:
    words = [word("k", "Insured"), word("v", "privately")]
    boxes = [checkbox("box", "NOT_SELECTED"), checkbox("second")]
    (page,) = read_pages([*words, *boxes, *field("f", key, value)])
    (found,) = page.fields
    assert (found.key, found.value) == expected
    assert [word.text for word in found.words] == [
        each for each in ("Insured", "privately") if each in " ".join(expected)
    ]
    assert len(found.selections) == len({"box", "second"} & {*key, *value})


def test_a_cell_has_the_marks_of_its_checkboxes() -> None:
    table: Block = {
        "BlockType": "TABLE",
        "Id": "t",
        "Page": 1,
        "Relationships": [relation("CHILD", "c1", "c2"), relation("MERGED_CELL", "m")],
    }
    merged = cell("m", 1, 1, "c1", "c2", columns=2) | {"BlockType": "MERGED_CELL"}
    cells = [cell("c1", 1, 1, "box", "w"), cell("c2", 1, 2, "second")]
    (page,) = read_pages(
        [table, merged, *cells, word("w", "Left"), checkbox("box"), checkbox("second", "NOT_SELECTED")]
    )
    (found,) = page.tables[0].cells
    assert (found.text, found.selections) == ("[x] Left [ ]", page.selections)


def test_checkboxes_and_signatures_are_where_they_are() -> None:
    blocks: list[Block] = [
        {"BlockType": "SELECTION_ELEMENT", "Id": "s", "SelectionStatus": "SELECTED", "Geometry": box(0.1, 0.2, 0.3)},
        {"BlockType": "SIGNATURE", "Id": "g", "Confidence": 70.0, "Geometry": box(0.4, 0.5, 0.2)},
    ]
    (page,) = read_pages(blocks)
    assert [(found.is_selected, found.box.left) for found in page.selections] == [(True, 0.1)]
    assert [(found.confidence, found.box.top) for found in page.signatures] == [(70.0, 0.5)]
