"""A rendering: its files page after page, and the same files when it is kept and taken up again in between."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line
from textract_pipeline.aws import objects
from textract_pipeline.document import Document, Feature, Lane
from textract_pipeline.outputs.rendering import OutputName, Rendering
from textract_pipeline.prices import PRICES
from textract_pipeline.response.page import Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DOCUMENT = Document(
    document_id="0" * 32,
    bucket="documents",
    key="invoice.pdf",
    etag="1",
    size_bytes=1,
    lane=Lane.LIVE,
    features=(Feature.TEXT, Feature.FORMS, Feature.TABLES),
    submitted_at=datetime(2026, 11, 23, 11, 59, tzinfo=UTC),
    updated_at=NOW,
)
PAGES = [invoice(1), Page(2, ()), invoice(3), Page(4, (line("The end", 0.1, 0.1, confidence=31.0),))]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    bodies: dict[str, bytes] = {}

    def put(_: Document, name: str, body: BytesIO, __: str) -> str:
        bodies[name] = body.read()
        return name

    monkeypatch.setattr(objects, "put", put)
    return bodies


def every_rendering() -> Rendering:
    return Rendering(DOCUMENT.features, tuple(OutputName))


def test_each_output_holds_every_page(stored: dict[str, bytes]) -> None:
    rendering = every_rendering()
    for page in PAGES:
        rendering.add(page)
    outputs = rendering.store(DOCUMENT, PRICES, lambda: NOW)
    types = [output.output_type for output in outputs]
    assert types == ["text", "markdown", "document", "forms", "tables", "pages", "summary"]
    assert stored["text.txt"].decode().count("\f") == 3
    assert stored["document.md"].decode().count("<!-- page") == 4
    assert [page["number"] for page in json.loads(stored["document.json"])["pages"]] == [1, 2, 3, 4]
    assert stored["forms.csv"].decode().splitlines()[1:] == ["1,Due:,-5.00,90.0,80.0", "3,Due:,-5.00,90.0,80.0"]
    assert stored["page-4-text.txt"] == b"The end\n"
    assert "page-files" not in stored


def test_the_summary_counts_words_and_what_is_billed(stored: dict[str, bytes]) -> None:
    rendering = every_rendering()
    for page in PAGES:
        rendering.add(page)
    rendering.store(DOCUMENT, PRICES, lambda: NOW)
    summary = json.loads(stored["summary.json"])
    assert (summary["pages"], summary["words"], summary["lowestConfidence"], summary["seconds"]) == (4, 30, 31.0, 60.0)
    assert (summary["meanConfidence"], summary["lowConfidenceWords"]) == (91.9, 4)
    assert (summary["pagesBilled"], summary["price"]) == ({"forms": 4, "tables": 4}, 0.26)


@pytest.mark.parametrize("kept_after", range(1, len(PAGES)))
def test_a_rendering_that_was_kept_goes_on_as_if_it_had_not_been(kept_after: int, stored: dict[str, bytes]) -> None:
    whole, first, second = every_rendering(), every_rendering(), every_rendering()
    for page in PAGES:
        whole.add(page)
    whole.store(DOCUMENT, PRICES, lambda: NOW)
    expected = dict(stored)
    for page in PAGES[:kept_after]:
        first.add(page)
    for name in first.names:
        second.restore(name, BytesIO(first.body(name).read()))
    second.done = first.done
    for page in PAGES[kept_after:]:
        second.add(page)
    second.store(DOCUMENT, PRICES, lambda: NOW)
    assert stored == expected
