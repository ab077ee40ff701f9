"""What the demonstration shows: the samples, through the whole pipeline."""

import csv
import io
import json

from local.environment import PROJECT
from textract_pipeline.names import DocumentStatus

from .conftest import RunningPipeline

SAMPLES = PROJECT / "samples"


def test_every_sample_is_processed_and_what_it_says_is_found(pipeline: RunningPipeline):
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    documents = pipeline.process({name: (SAMPLES / name).read_bytes() for name in expected})
    ended = {name: (document.status, document.pages) for name, document in documents.items()}
    assert ended == {name: (DocumentStatus.SUCCEEDED, len(pages)) for name, pages in expected.items()}
    for name, pages in expected.items():
        texts = pipeline.read(documents[name], "text.txt").split("\f")
        for page, text in zip(pages, texts, strict=True):
            assert _missing_in_order(page["phrases"], text) == [], name


def test_the_form_s_fields_and_the_invoice_s_table_come_out_as_csv(pipeline: RunningPipeline):
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    names = ("application-form.png", "invoice.jpg")
    form, invoice = pipeline.process({name: (SAMPLES / name).read_bytes() for name in names}).values()
    fields = {row["key"].rstrip(":"): row["value"] for row in csv.DictReader(_csv(pipeline, form, "forms.csv"))}
    table = [row[4:] for row in csv.reader(_csv(pipeline, invoice, "tables.csv"))][1:]
    assert expected["application-form.png"][0]["fields"].items() <= fields.items()
    for choice, ticked in expected["application-form.png"][0]["choices"].items():
        assert (choice, fields.get(choice)) == (choice, "SELECTED" if ticked else "NOT_SELECTED")
    assert _look_alike(table) == _look_alike(expected["invoice.jpg"][0]["tables"][0])


def _missing_in_order(phrases: list[str], text: str) -> list[str]:
    """The phrases that are not in the text, or not after those before them."""
    missing, position = [], 0
    for phrase in phrases:
        found = text.find(phrase, position)
        if found < 0:
            missing.append(phrase)
        else:
            position = found + len(phrase)
    return missing


def _look_alike(table: list[list[str]]) -> list[list[str]]:
    """The table with letters made one that look the same in print."""
    return [[cell.replace("I", "l") for cell in row] for row in table]


def _csv(pipeline: RunningPipeline, document, name: str) -> io.StringIO:
    return io.StringIO(pipeline.read(document, name))
