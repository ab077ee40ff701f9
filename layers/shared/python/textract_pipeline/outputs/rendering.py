"""The outputs of a document while they are rendered, page by page. Pure: `storage` stores them.

Outputs for a feature are made only if the feature was requested. Memory use does not grow with the number of pages:
long outputs spill to disk while they are rendered. `formats` contains each output's content for a page.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO, TextIOWrapper
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, TextIO

from textract_pipeline.document import Document, Result
from textract_pipeline.names import Feature, OutputName
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

_TYPES = {"md": "markdown"}  # if outputs differ only in their extension, OutputTable names them by it


class RenderedFile(NamedTuple):
    """A file of an output: its name next to the document, its bytes, and their media type."""

    name: str
    body: IO[bytes]
    content_type: str


class RenderedOutput(NamedTuple):
    """An output as OutputTable lists it: its type and its file name (for several files, their common prefix)."""

    output_type: str
    name: str
    files: Iterable[RenderedFile]


class _Format(NamedTuple):
    """How an output is assembled: the content for each page, and the text before, between, and after the pages.

    `condensed` makes the final content from what was written for all pages.
    """

    page: Callable[[Page, list[Region]], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    feature: Feature | None = None  # without it there is nothing to write
    condensed: Callable[[TextIO], Iterable[str]] | None = None


_FORMATS = {
    OutputName.TEXT: _Format(page_text, between=PAGE_BREAK),
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
        condensed=sheets.without_needless_blanks,
    ),
    OutputName.PAGE_FILES: _Format(page_files.kept),
    OutputName.SUMMARY: _Format(lambda *_: ""),  # written when all pages are done
}


def rendered(name: OutputName, pages: Iterable[Page]) -> Iterator[str]:
    """One output, in pieces; not for the summary, which needs more than pages."""
    its = _FORMATS[name]
    pieces = _pieces(its, pages)
    yield from its.condensed(_written(pieces)) if its.condensed else pieces


def _pieces(its: _Format, pages: Iterable[Page]) -> Iterator[str]:
    yield its.head
    for count, page in enumerate(pages):
        yield (its.between if count else "") + its.page(page, regions(page))
    yield its.tail


class Rendering:
    """The outputs of a document being rendered: one file each, to which pages are added one by one."""

    def __init__(self, features: Collection[Feature], wanted: Collection[str]) -> None:
        self.done = Done()
        self.model_version: str | None = None  # of Textract's model, if the response has it
        self.page_count = 0  # of the document, if the response has it
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
        """The run's result, with the outputs for the document as a whole."""
        names = [name for name in self._files if name != OutputName.PAGE_FILES]
        return Result(self.done.pages, names, self.model_version)

    @property
    def missing_pages(self) -> str:
        """What is wrong if the response has fewer pages than Textract counted; empty if nothing is."""
        if self.page_count <= self.done.pages:
            return ""
        return (
            f"It counted {self.page_count:,} pages, but its response has {self.done.pages:,}. Reprocess the document."
        )

    def add(self, page: Page) -> None:
        """Render the next page."""
        found = regions(page)
        for name, each in self._formats.items():
            self._files[name].write((each.between if self.done.pages else "") + each.page(page, found))
        self.done = self.done.plus(page)

    def body(self, name: str) -> IO[bytes]:
        """The content of a file so far, from its start; read all of it before adding a page."""
        file = self._files[name]
        file.flush()
        file.buffer.seek(0)
        return file.buffer

    def restore(self, name: str, body: IO[bytes]) -> None:
        """Restore a file's earlier content."""
        file = self.body(name)
        file.truncate()
        copyfileobj(body, file)

    def finished(self, document: Document, prices: Mapping[Feature, float], now: datetime) -> Iterator[RenderedOutput]:
        """All outputs, after the last page is added."""
        for name, each in self._formats.items():
            is_summary = name is OutputName.SUMMARY
            self._files[name].write(summary(document, self.done, now, prices) if is_summary else each.tail)
            if each.condensed:
                self._files[name] = _written(each.condensed(self._files[name]))
        for name in self._formats:
            yield self._page_files() if name is OutputName.PAGE_FILES else self._output(name)

    def _output(self, name: str) -> RenderedOutput:
        stem, _, extension = name.partition(".")
        file = RenderedFile(name, self.body(name), _CONTENT_TYPES[extension])
        return RenderedOutput(_TYPES.get(extension, stem), name, [file])

    def _page_files(self) -> RenderedOutput:
        files = (
            RenderedFile(name, BytesIO(body), _CONTENT_TYPES[name.rpartition(".")[2]])
            for name, body in page_files.unpacked(self.body(OutputName.PAGE_FILES))
        )
        return RenderedOutput("pages", page_files.BEGINNING, files)


def _written(pieces: Iterable[str]) -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    """A new file with this content."""
    file = _spooled()
    file.writelines(pieces)
    return file


def _spooled() -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    return TextIOWrapper(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES), encoding="utf-8", newline="")
