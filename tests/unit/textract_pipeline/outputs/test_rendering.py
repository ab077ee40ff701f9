"""A rendering writes its files page by page, and writes the same files if it is saved and resumed in between."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from tests.support.documents import a_document
from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.outputs.rendering import Rendering, rendered
from textract_pipeline.prices import PRICES
from textract_pipeline.response.page import Answer, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DOCUMENT = a_document(
    key="invoice.pdf",
    features=(Feature.TEXT, Feature.FORMS, Feature.TABLES),
    submitted_at=datetime(2026, 11, 23, 11, 59, tzinfo=UTC),
    updated_at=NOW,
)
PAGES = [invoice(1), Page(2, ()), invoice(3), Page(4, (line("The end", 0.1, 0.1, confidence=31.0),))]


def every_rendering() -> Rendering:
    return Rendering(DOCUMENT.features, tuple(OutputName))


def finished(rendering: Rendering) -> tuple[list[str], dict[str, bytes]]:
    """The types of the outputs, and the bytes of their files by name."""
    types: list[str] = []
    bodies: dict[str, bytes] = {}
    for output in rendering.finished(DOCUMENT, PRICES, NOW):
        types.append(output.output_type)
        bodies |= {file.name: file.body.read() for file in output.files}
    return types, bodies


def test_each_output_holds_every_page() -> None:
    rendering = every_rendering()
    for page in PAGES:
        rendering.add(page)
    types, stored = finished(rendering)
    assert types == ["text", "markdown", "document", "forms", "tables", "pages", "summary"]
    assert stored["text.txt"].decode().count("\f") == 3
    assert stored["document.md"].decode().count("<!-- page") == 4
    assert [page["number"] for page in json.loads(stored["document.json"])["pages"]] == [1, 2, 3, 4]
    assert stored["forms.csv"].decode().splitlines()[1:] == ["1,Due:,-5.00,90.0,80.0", "3,Due:,-5.00,90.0,80.0"]
    assert stored["page-4-text.txt"] == b"The end\n"
    assert "page-files" not in stored


def test_the_summary_counts_words_and_what_is_billed() -> None:
    rendering = every_rendering()
    for page in PAGES:
        rendering.add(page)
    _, stored = finished(rendering)
    summary = json.loads(stored["summary.json"])
    assert (summary["pages"], summary["words"], summary["lowestConfidence"], summary["seconds"]) == (4, 30, 31.0, 60.0)
    assert (summary["meanConfidence"], summary["lowConfidenceWords"]) == (91.9, 4)
    assert (summary["pagesBilled"], summary["price"]) == ({"forms": 4, "tables": 4}, 0.26)


@pytest.mark.parametrize("kept_after", range(1, len(PAGES)))
def test_a_rendering_that_was_kept_goes_on_as_if_it_had_not_been(kept_after: int) -> None:
    whole, first, second = every_rendering(), every_rendering(), every_rendering()
    for page in PAGES:
        whole.add(page)
    expected = finished(whole)
    for page in PAGES[:kept_after]:
        first.add(page)
    for name in first.names:
        second.restore(name, BytesIO(first.body(name).read()))
    second.done = first.done
    for page in PAGES[kept_after:]:
        second.add(page)
    assert finished(second) == expected


def test_answers_are_the_same_in_one_go_in_turns_and_made_later() -> None:
    pages = [Page(number, (), answers=(Answer("Who?", "Ada" * (number == 2), 90.0),)) for number in (1, 2, 3)]
    asking = (Feature.QUERIES,)
    at_once, resumed = Rendering(asking, ["queries.csv"]), Rendering(asking, ["queries.csv"])
    for page in pages:
        at_once.add(page)
    first = Rendering(asking, ["queries.csv"])
    for page in pages[:2]:
        first.add(page)
    resumed.restore("queries.csv", first.body("queries.csv"))
    resumed.done = first.done
    resumed.add(pages[2])
    expected = b"page,question,answer,confidence\r\n2,Who?,Ada,90.0\r\n"
    assert finished(at_once)[1] == finished(resumed)[1] == {"queries.csv": expected}
    assert "".join(rendered(OutputName.QUERIES, pages)).encode() == expected
