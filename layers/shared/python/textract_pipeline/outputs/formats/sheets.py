"""`forms.csv`, `tables.csv`, and `queries.csv`: rows that spreadsheets read as text and numbers, never as formulas."""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO

from textract_pipeline.outputs.formats.formulas import begins_formula, disarmed_inside
from textract_pipeline.response.page import Page

Row = tuple[object, ...]

FORMS_HEADER: Row = ("page", "key", "value", "key_confidence", "value_confidence")
TABLES_HEADER: Row = ("page", "table", "row", "confidence", "cells")
QUERIES_HEADER: Row = ("page", "question", "answer", "confidence")

# What some program takes for the end of a cell or of a row, and spaces that some program takes away.
_TO_QUOTE = re.compile(r'[,;\t"\r\n]|^\s|\s$')


def form_rows(page: Page) -> Iterator[Row]:
    """One row per form field."""
    for field in page.fields:
        yield (
            page.number,
            as_cell(field.key),
            as_cell(field.value),
            f"{field.key_confidence:.1f}",
            f"{field.value_confidence:.1f}",
        )


def table_rows(page: Page) -> Iterator[Row]:
    """One row per table row: page, table, row, lowest confidence, then the cells."""
    for table_number, table in enumerate(page.tables, start=1):
        for row_number, row in enumerate(table.rows(), start=1):
            confidence = min((cell.confidence for cell in row if cell), default=0.0)
            texts = [as_cell(cell.text) if cell else "" for cell in row]
            yield page.number, table_number, row_number, f"{confidence:.1f}", *texts


def query_rows(page: Page) -> Iterator[Row]:
    """One row per query, also if it has no answer."""
    for answer in page.answers:
        yield page.number, as_cell(answer.question), as_cell(answer.text), f"{answer.confidence:.1f}"


def without_needless_blanks(sheet: TextIO) -> Iterator[str]:
    """The `queries.csv` of a whole document, without the empty answers that say nothing.

    An empty answer remains only if no page answers its question, and only that of the first page that was asked.
    """
    csv.field_size_limit(sys.maxsize)  # an answer may be longer than the default, 128 KB
    asked_first: dict[str, str] = {}
    answered: set[str] = set()
    for page, question, answer, _ in _rows(sheet):
        asked_first.setdefault(question, page)
        if answer:
            answered.add(question)
    yield as_csv([QUERIES_HEADER])
    for page, question, answer, confidence in _rows(sheet):
        if answer or (question not in answered and asked_first[question] == page):
            yield as_csv([(page, question, answer, confidence)])


def _rows(sheet: TextIO) -> Iterator[list[str]]:
    """All rows but the header."""
    sheet.seek(0)
    return islice(csv.reader(sheet), 1, None)


def as_text(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula; `formulas` has the rule."""
    return "'" + text if begins_formula(text) else text


def as_cell(text: str) -> str:
    """The text that is no formula, nor becomes one if the sheet is opened with another separator."""
    return as_text(disarmed_inside(text))


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as CSV (RFC 4180), quoted so that a program which looks for `;` or tab, too, finds none."""
    return "".join(_line(row) + "\r\n" for row in rows)


def _line(row: Row) -> str:
    return ",".join(map(_field, row)) or '""' * len(row)  # a row of one empty field is not an empty row


def _field(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text
