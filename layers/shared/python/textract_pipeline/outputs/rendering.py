"""The outputs of a document in the making, rendered page by page. Pure: `storage` stores them.

Of the outputs that are wanted, those of a feature are made only if it was asked for. Memory does not grow with the
pages: long outputs spill to disk while they are rendered. What a page becomes in each of them is in `formats`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO, TextIOWrapper
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

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

_TYPES = {"md": "markdown"}  # where two outputs differ only in it, OutputTable calls them by their extension


class RenderedFile(NamedTuple):
    """A file of an output: its name beside the document, its bytes, and their type."""

    name: str
    body: IO[bytes]
    content_type: str


class RenderedOutput(NamedTuple):
    """An output as OutputTable lists it: its type, the name of its file (of several, what all names begin with)."""

    output_type: str
    name: str
    files: Iterable[RenderedFile]


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
        """What the run has yielded: of the outputs, those for the document as a whole."""
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

    def finished(self, document: Document, prices: Mapping[Feature, float], now: datetime) -> Iterator[RenderedOutput]:
        """Every output, once the last page is added."""
        for name, each in self._formats.items():
            is_summary = name is OutputName.SUMMARY
            self._files[name].write(summary(document, self.done, now, prices) if is_summary else each.tail)
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


def _spooled() -> "TextIOWrapper[SpooledTemporaryFile[bytes]]":
    return TextIOWrapper(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES), encoding="utf-8", newline="")
