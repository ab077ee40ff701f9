"""What the pipeline writes beside a document: rendered page by page (pure), then stored in S3.

`{object}-analysis/{documentId}/` holds `text.txt`, and `forms.csv`, `tables.csv` and `queries.csv` where those
features were asked for. Memory does not grow with the pages: long outputs spill to disk while they are rendered.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END, TextIOWrapper
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO

from textract_pipeline import objects
from textract_pipeline.document import Document, Feature
from textract_pipeline.items import Output
from textract_pipeline.page import Page
from textract_pipeline.reading_order import regions

IN_MEMORY_BYTES = 4 * 1024**2
_TEXT = "text.txt"
_PAGE_BREAK = "\f"
_CONTENT_TYPES = {"txt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8"}

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """How many pages are rendered, the number of the last, and how many lines of text they hold."""

    pages: int = 0
    last_page: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A CSV output, written where its feature was asked for."""

    feature: Feature
    name: str
    header: Row
    rows: Callable[[Page], Iterator[Row]]


def page_text(page: Page) -> str:
    """The page's lines in reading order; lines that stand side by side make one, two spaces between them."""
    rows = (row for region in regions(page) for row in region.rows)
    return "".join("  ".join(line.text for line in row) + "\n" for row in rows)


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


class Rendering:
    """The outputs of a document in the making: one file each, to which page after page is added."""

    def __init__(self, features: Collection[Feature]) -> None:
        self.done = Done()
        self._sheets = [sheet for sheet in _SHEETS if sheet.feature in features]
        self._files = {name: _spooled() for name in (_TEXT, *(sheet.name for sheet in self._sheets))}
        for sheet in self._sheets:
            self._write(sheet.name, [sheet.header])

    @property
    def names(self) -> Collection[str]:
        """The names of the files."""
        return self._files.keys()

    def add(self, page: Page) -> None:
        """Render a page after those that were added before."""
        self._files[_TEXT].write((_PAGE_BREAK if self.done.pages else "") + page_text(page))
        for sheet in self._sheets:
            self._write(sheet.name, sheet.rows(page))
        self.done = Done(self.done.pages + 1, page.number, self.done.lines + len(page.lines))

    def body(self, name: str) -> IO[bytes]:
        """All that is in a file so far, to be read from its start; to be read to its end before a page is added."""
        file = self._files[name]
        file.flush()
        file.buffer.seek(0)
        return file.buffer

    def restore(self, name: str, body: IO[bytes]) -> None:
        """Put into a file what it held before."""
        file = self.body(name)
        file.truncate()
        copyfileobj(body, file)

    def store(self, document: Document) -> list[Output]:
        """Put every file beside the document. Raises RetryableError."""
        return [self._store(document, name) for name in self._files]

    def _write(self, name: str, rows: Iterable[Row]) -> None:
        csv.writer(self._files[name]).writerows(rows)

    def _store(self, document: Document, name: str) -> Output:
        output_type, _, extension = name.partition(".")
        body = self.body(name)
        size_bytes = body.seek(0, SEEK_END)
        body.seek(0)
        key = objects.put(document, name, body, _CONTENT_TYPES[extension])
        return Output(output_type, document.bucket, key, size_bytes, self.done.pages)


def _spooled() -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    return TextIOWrapper(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES), encoding="utf-8", newline="")
