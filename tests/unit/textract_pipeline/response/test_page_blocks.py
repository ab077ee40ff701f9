"""A signature in a field or a cell is told there, and how sure Textract is of it."""

import pytest

from tests.support.responses import Block, box, cell, field, relation, word
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages

SIGNATURE: Block = {"BlockType": "SIGNATURE", "Id": "ink", "Confidence": 11.5, "Geometry": box(0.5, 0.8, 0.2)}
WORDS = [word("Tenant:", "Tenant:"), word("May", "May")]


def form(*value: str) -> Page:
    (page,) = read_pages([*WORDS, SIGNATURE, *field("f", ["Tenant:"], list(value))])
    return page


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["ink"], "[signature]"), (["ink", "May"], "[signature] May"), (["May", "ink"], "May [signature]")],
)
def test_the_value_of_a_field_has_its_signature(value: list[str], expected: str) -> None:
    ((found,),) = (page.fields for page in [form(*value)])
    assert (found.value, found.value_confidence) == (expected, 11.5)


def test_a_field_without_a_signature_keeps_its_confidence() -> None:
    assert [(found.value, found.value_confidence) for found in form("May").fields] == [("May", 80.0)]
    assert [(found.value, found.value_confidence) for found in form().fields] == [("", 80.0)]


def test_a_signature_beside_a_checkbox_is_not_lost() -> None:
    mark: Block = {"BlockType": "SELECTION_ELEMENT", "Id": "x", "SelectionStatus": "SELECTED"}
    (page,) = read_pages([*WORDS, SIGNATURE, mark, *field("f", ["Tenant:"], ["x", "ink"])])
    assert [(found.value, found.is_checkbox) for found in page.fields] == [("[x] [signature]", False)]


def test_a_cell_has_its_signature() -> None:
    table: Block = {"BlockType": "TABLE", "Id": "t", "Relationships": [relation("CHILD", "c1", "c2")]}
    (page,) = read_pages([*WORDS, SIGNATURE, table, cell("c1", 1, 1, "Tenant:"), cell("c2", 1, 2, "ink")])
    assert [(found.text, found.confidence) for found in page.tables[0].cells] == [
        ("Tenant:", 95.0),
        ("[signature]", 11.5),
    ]


def test_a_signature_is_told_of_the_page_wherever_it_is() -> None:
    assert [found.confidence for found in form("ink").signatures] == [11.5]
    assert [found.confidence for found in form().signatures] == [11.5]
