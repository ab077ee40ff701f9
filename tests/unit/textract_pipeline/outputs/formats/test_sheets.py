"""Sheets that a spreadsheet opens without running anything."""

import csv
from io import StringIO

import pytest

from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line, table
from textract_pipeline.outputs.formats import sheets
from textract_pipeline.response.page import Answer


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1+1", "=HYPERLINK(1)"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert sheets.as_text(text) == "'" + text


@pytest.mark.parametrize("text", ["-5.00", "+1", "-12,50 %", "Due:", "", "a=b", "2026-11-23"])
def test_numbers_and_other_text_stay_as_they_are(text: str) -> None:
    assert sheets.as_text(text) == text


def test_every_column_that_comes_from_the_document_is_safe() -> None:
    evil = line("=1+1", 0.1, 0.1)
    page = invoice()._replace(tables=(table([[evil]]),), answers=(Answer("=1+1", "=1+1", 90.0),))
    page = page._replace(fields=(page.fields[0]._replace(key="=1+1", value="=1+1"),))
    text = sheets.as_csv([*sheets.form_rows(page), *sheets.table_rows(page), *sheets.query_rows(page)])
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert cells.count("'=1+1") == 5
    assert "=1+1" not in cells
