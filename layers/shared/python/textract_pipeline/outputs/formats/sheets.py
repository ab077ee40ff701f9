"""`forms.csv`, `tables.csv`, and `queries.csv`: rows that spreadsheets read as text and numbers, never as formulas."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from textract_pipeline.response.page import Page

Row = tuple[object, ...]

FORMS_HEADER: Row = ("page", "key", "value", "key_confidence", "value_confidence")
TABLES_HEADER: Row = ("page", "table", "row", "confidence", "cells")
QUERIES_HEADER: Row = ("page", "question", "answer", "confidence")

# What starts a formula (OWASP, "CSV Injection", 2026-11), including the full-width characters of Asian keyboards.
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[\d.,]+ ?%?")


def form_rows(page: Page) -> Iterator[Row]:
    """One row per form field."""
    for field in page.fields:
        yield (
            page.number,
            as_text(field.key),
            as_text(field.value),
            f"{field.key_confidence:.1f}",
            f"{field.value_confidence:.1f}",
        )


def table_rows(page: Page) -> Iterator[Row]:
    """One row per table row: page, table, row, lowest confidence, then the cells."""
    for table_number, table in enumerate(page.tables, start=1):
        for row_number, row in enumerate(table.rows(), start=1):
            confidence = min((cell.confidence for cell in row if cell), default=0.0)
            texts = [as_text(cell.text) if cell else "" for cell in row]
            yield page.number, table_number, row_number, f"{confidence:.1f}", *texts


def query_rows(page: Page) -> Iterator[Row]:
    """One row per query."""
    for answer in page.answers:
        yield page.number, as_text(answer.question), as_text(answer.text), f"{answer.confidence:.1f}"


def as_text(text: str) -> str:
    """The text, after an apostrophe if a spreadsheet would take it for a formula; numbers are not formulas."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as CSV (RFC 4180)."""
    sheet = StringIO(newline="")
    csv.writer(sheet).writerows(rows)
    return sheet.getvalue()
