"""What the pipeline writes beside a document: rendered page by page (pure), then stored in S3.

`{object}-analysis/{documentId}/` holds the outputs that are wanted; those of a feature only where it was asked for.
Memory does not grow with the pages: long outputs spill to disk while they are rendered. What a page becomes in each
of them is in `renderings`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from io import SEEK_END, BytesIO, TextIOWrapper
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from textract_pipeline.aws import objects
from textract_pipeline.aws.documents_table import Clock
from textract_pipeline.aws.items import Output
from textract_pipeline.document import Document, Feature, Result, utc_now
from textract_pipeline.outputs.formats import document_json, page_files, sheets
from textract_pipeline.outputs.formats.markdown import page_markdown
from textract_pipeline.outputs.formats.summary import Done, summary
from textract_pipeline.outputs.formats.text import PAGE_BREAK, page_text
from textract_pipeline.response.page import Page
from textract_pipeline.response.reading_order import Region, regions

IN_MEMORY_BYTES = 4 * 1024**2
_CONTENT_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}

_TYPES = {"md": "markdown"}  # where two outputs differ only in it, OutputTable calls them by their extension


class OutputName(StrEnum):
    """The outputs that can be had."""

    TEXT = "text.txt"
    MARKDOWN = "document.md"
    JSON = "document.json"
    FORMS = "forms.csv"
    TABLES = "tables.csv"
    QUERIES = "queries.csv"
    SUMMARY = "summary.json"
    PAGE_FILES = "page-files"  # which is never stored itself: it holds a set of files for each page


class _Format(NamedTuple):
    """How an output is put together: what each page becomes, and what stands before, between and after the pages."""

    page: Callable[[Page, list[Region]], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    feature: Feature | None = None  # without which there is nothing to write


_FORMATS = {
    OutputName.TEXT: _Format(lambda _, found: page_text(found), between=PAGE_BREAK),
    OutputName.MARKDOWN: _Format(page_markdown, between="\n"),
    OutputName.JSON: _Format(document_json.page_json, document_json.HEAD, document_json.BETWEEN, document_json.TAIL),
    OutputName.FORMS: _Format(
        lambda page, _: sheets.as_csv(sheets.form_rows(page)),
        head=sheets.as_csv([sheets.FORMS_HEADER]),
        feature=Feature.FORMS,
    ),
    OutputName.TABLES: _Format(
        lambda page, _: sheets.as_csv(sheets.table_rows(page)),
        head=sheets.as_csv([sheets.TABLES_HEADER]),
        feature=Feature.TABLES,
    ),
    OutputName.QUERIES: _Format(
        lambda page, _: sheets.as_csv(sheets.query_rows(page)),
        head=sheets.as_csv([sheets.QUERIES_HEADER]),
        feature=Feature.QUERIES,
    ),
    OutputName.PAGE_FILES: _Format(page_files.kept),
    OutputName.SUMMARY: _Format(lambda *_: ""),  # all of it is written when the pages are done
}


def rendered(name: OutputName, pages: Iterable[Page]) -> Iterator[str]:
    """An output by itself, piece by piece; not the summary, which tells of more than pages."""
    its = _FORMATS[name]
    yield its.head
    for count, page in enumerate(pages):
        yield (its.between if count else "") + its.page(page, regions(page))
    yield its.tail


class Rendering:
    """The outputs of a document in the making: one file each, to which page after page is added."""

    def __init__(self, features: Collection[Feature], wanted: Collection[str]) -> None:
        self.done = Done()
        self.model_version: str | None = None  # of Textract's model, as far as the response tells
        self._formats = {
            name: each
            for name, each in _FORMATS.items()
            if name in wanted and (each.feature is None or each.feature in features)
        }
        self._files = {name.value: _spooled() for name in self._formats}
        for name, each in self._formats.items():
            self._files[name].write(each.head)

    @property
    def names(self) -> Collection[str]:
        """The names of the files."""
        return self._files.keys()

    @property
    def result(self) -> Result:
        """What the run has yielded: of the outputs, those that `store` writes for the document as a whole."""
        names = [name for name in self._files if name != OutputName.PAGE_FILES]
        return Result(self.done.pages, names, self.model_version)

    def add(self, page: Page) -> None:
        """Render a page after those that were added before."""
        found = regions(page)
        for name, each in self._formats.items():
            self._files[name].write((each.between if self.done.pages else "") + each.page(page, found))
        self.done = self.done.plus(page)

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

    def store(self, document: Document, prices: Mapping[Feature, float], clock: Clock = utc_now) -> list[Output]:
        """Put every file beside the document, once the last page is added. Raises RetryableError."""
        for name, each in self._formats.items():
            is_summary = name is OutputName.SUMMARY
            self._files[name].write(summary(document, self.done, clock(), prices) if is_summary else each.tail)
        return [self._store(document, name) for name in self._files]

    def _store(self, document: Document, name: str) -> Output:
        if name == OutputName.PAGE_FILES:
            return self._store_page_files(document)
        stem, _, extension = name.partition(".")
        output_type = _TYPES.get(extension, stem)
        body = self.body(name)
        size_bytes = body.seek(0, SEEK_END)
        body.seek(0)
        key = objects.put(document, name, body, _CONTENT_TYPES[extension])
        return Output(output_type, document.bucket, key, size_bytes, self.done.pages)

    def _store_page_files(self, document: Document) -> Output:
        size_bytes = 0
        for name, body in page_files.unpacked(self.body(OutputName.PAGE_FILES)):
            objects.put(document, name, BytesIO(body), _CONTENT_TYPES[name.rpartition(".")[2]])
            size_bytes += len(body)
        return Output("pages", document.bucket, document.output_prefix + "page-", size_bytes, self.done.pages)


def _spooled() -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    return TextIOWrapper(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES), encoding="utf-8", newline="")
