"""What the pipeline writes beside a document: rendered page by page (pure), then stored in S3.

`{object}-analysis/{documentId}/` holds `text.txt`, and `forms.csv`, `tables.csv` and `queries.csv` where those
features were asked for. Memory does not grow with the pages: long outputs spill to disk while they are rendered.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile

from textract_pipeline import objects
from textract_pipeline.blocks import Page
from textract_pipeline.document import Document, Feature
from textract_pipeline.items import Output
from textract_pipeline.reading_order import in_reading_order

_IN_MEMORY_BYTES = 4 * 1024**2
_PAGE_BREAK = "\f"
_CONTENT_TYPES = {"txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The outputs of a document, and how many pages and lines of text they hold."""

    outputs: list[Output]
    pages: int
    lines: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A CSV output, written where its feature was asked for."""

    feature: Feature
    name: str
    header: Row
    rows: Callable[[Page], Iterator[Row]]


def page_text(page: Page) -> str:
    """The page's lines in reading order; lines that stand side by side make one, two spaces between them."""
    return "".join("  ".join(line.text for line in row) + "\n" for row in in_reading_order(page.lines))


def form_rows(page: Page) -> Iterator[Row]:
    """A row for each form field."""
    for field in page.fields:
        yield (
            page.number,
            field.key,
            field.value,
            f"{field.key_confidence:.1f}",
            f"{field.value_confidence:.1f}",
        )


def table_rows(page: Page) -> Iterator[Row]:
    """A row for each row of each table: page, table, row, its lowest confidence, then its cells."""
    for table_number, table in enumerate(page.tables, start=1):
        for row_number, row in enumerate(table.rows(), start=1):
            confidence = min((cell.confidence for cell in row if cell), default=0.0)
            texts = [cell.text if cell else "" for cell in row]
            yield page.number, table_number, row_number, f"{confidence:.1f}", *texts


def query_rows(page: Page) -> Iterator[Row]:
    """A row for each query."""
    for answer in page.answers:
        yield page.number, answer.question, answer.text, f"{answer.confidence:.1f}"


_SHEETS = (
    _Sheet(Feature.FORMS, "forms.csv", ("page", "key", "value", "key_confidence", "value_confidence"), form_rows),
    _Sheet(Feature.TABLES, "tables.csv", ("page", "table", "row", "confidence", "cells"), table_rows),
    _Sheet(Feature.QUERIES, "queries.csv", ("page", "question", "answer", "confidence"), query_rows),
)


def write(document: Document, pages: Iterable[Page]) -> Written:
    """Render the pages and store the outputs. Raises RetryableError."""
    sheets = [sheet for sheet in _SHEETS if sheet.feature in document.features]
    with ExitStack() as stack:
        text, *files = [stack.enter_context(_spooled()) for _ in range(1 + len(sheets))]
        writers = [csv.writer(file) for file in files]
        for sheet, writer in zip(sheets, writers, strict=True):
            writer.writerow(sheet.header)
        count = line_count = 0
        for count, page in enumerate(pages, start=1):
            line_count += len(page.lines)
            text.write((_PAGE_BREAK if count > 1 else "") + page_text(page))
            for sheet, writer in zip(sheets, writers, strict=True):
                writer.writerows(sheet.rows(page))
        names = ["text.txt", *(sheet.name for sheet in sheets)]
        stored = [_store(document, name, file, count) for name, file in zip(names, [text, *files], strict=True)]
        return Written(stored, count, line_count)


def _spooled() -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    return TextIOWrapper(SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES), encoding="utf-8", newline="")


def _store(document: Document, name: str, file: "TextIOWrapper[SpooledTemporaryFile[bytes]]", pages: int) -> Output:
    output_type, _, extension = name.partition(".")
    file.flush()
    size_bytes = file.buffer.tell()
    file.buffer.seek(0)
    key = objects.put(document, name, file.buffer, _CONTENT_TYPES[extension])
    return Output(output_type, document.bucket, key, size_bytes, pages)
