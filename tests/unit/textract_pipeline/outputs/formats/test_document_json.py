"""`document.json` contains the recognized content, and follows its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line
from textract_pipeline.outputs.formats import document_json
from textract_pipeline.response.page import Answer, Box, Page, Selection, Signature
from textract_pipeline.response.reading_order import regions

SCHEMA = json.loads(Path(document_json.__file__).with_name("document.schema.json").read_text(encoding="utf-8"))


def written(*pages: Page) -> dict[str, object]:
    bodies = document_json.BETWEEN.join(document_json.page_json(page, regions(page)) for page in pages)
    found: dict[str, object] = json.loads(document_json.HEAD + bodies + document_json.TAIL)
    return found


def test_it_is_as_its_schema_says() -> None:
    page = invoice(2)._replace(
        answers=(Answer("Who?", "", 0.0, "who", Box(0, 0, 1, 1)),),
        selections=(Selection(is_selected=False, box=Box(0, 0, 0.1, 0.1), confidence=90.0),),
        signatures=(Signature(Box(0, 0, 0.1, 0.1), 80.0),),
    )
    cells = page.tables[0].cells
    spanning = page.tables[0]._replace(cells=(cells[0]._replace(row_span=2, column_span=2), *cells[1:]), title="Costs")
    jsonschema.Draft202012Validator(SCHEMA).validate(
        written(page, page._replace(tables=(spanning,)), Page(3, (line("down", 0.1, 0.1, angle=90),)), Page(4, ()))
    )


def test_fields_and_cells_say_which_of_their_checkboxes_are_selected() -> None:
    marks = tuple(Selection(chosen, Box(0, 0, 0.1, 0.1), 90.0) for chosen in (True, False))
    page = invoice()
    cells = page.tables[0].cells
    chosen = page.tables[0]._replace(cells=(cells[0]._replace(text="[x] Item [ ]", selections=marks), *cells[1:]))
    told = page.fields[0]._replace(value="NOT_SELECTED", selections=marks[1:])
    found: Any = written(page._replace(fields=(told, *page.fields), tables=(chosen,), selections=marks))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    (written_page,) = found["pages"]
    assert [each.get("checkboxes") for each in written_page["fields"]] == [[False], None]
    assert [each.get("checkboxes") for each in written_page["tables"][0]["cells"]] == [[True, False], None, None, None]


def test_words_are_in_reading_order_and_lines_say_which_are_theirs() -> None:
    pages = written(invoice())["pages"]
    assert isinstance(pages, list)
    page = pages[0]
    for found in page["lines"]:
        first, end = found["words"]
        assert " ".join(word[0] for word in page["words"][first:end]) == found["text"]
    order = [index for region in page["regions"] for row in region["rows"] for index in row]
    assert order == list(range(len(page["lines"])))
    assert [region.get("table") for region in page["regions"]] == [None, None, None, None, 0]
