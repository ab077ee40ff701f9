"""The files that people open after a document is processed: its viewer, its searchable PDF, and its workbook of tables.

For a long document they take minutes, and they need packages that nothing else in the flow needs. So they are made
after the document is announced, next to its other outputs. Nothing waits for them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END
from tempfile import TemporaryFile
from typing import IO

from pypdf.errors import PyPdfError

from document_rendering.images import UnreadableFileError, with_pictures
from document_rendering.searchable_pdf import write_searchable_images, write_searchable_pdf
from document_rendering.viewer import write_viewer
from document_rendering.workbook import write_workbook
from textract_pipeline.aws import objects
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.objects import BlockReader, StoredResponse
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, DocumentFormat, Run
from textract_pipeline.errors import DocumentError
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages
from textract_pipeline.settings import ViewSettings

_PDF_PIXELS = 2200  # on the longest side: 200 dots per inch for a letter page
_PDF_DOTS_AN_INCH = 200


@dataclass(frozen=True, slots=True)
class ProcessedDocument:
    """A document, its original, and Textract's response, which is read again for each view."""

    document: Document
    original: IO[bytes]
    response: StoredResponse

    @property
    def pages(self) -> Iterator[Page]:
        """The pages in order, one in memory at a time."""
        return read_pages(BlockReader(self.response))


@dataclass(frozen=True, slots=True)
class _View:
    """A view's writer, its type in OutputTable, and its media type."""

    write: Callable[[ProcessedDocument, IO[bytes]], None]
    output_type: str
    content_type: str


def _write_viewer(processed: ProcessedDocument, file: IO[bytes]) -> None:
    write_viewer(processed.document.key, processed.original, processed.pages, file)


def _write_searchable(processed: ProcessedDocument, file: IO[bytes]) -> None:
    if processed.document.format is DocumentFormat.PDF:
        processed.original.seek(0)
        write_searchable_pdf(processed.original, processed.pages, file)
    else:
        pages = with_pictures(processed.original, processed.pages, _PDF_PIXELS)
        write_searchable_images(pages, file, _PDF_DOTS_AN_INCH)


def _write_workbook(processed: ProcessedDocument, file: IO[bytes]) -> None:
    write_workbook(processed.pages, file)


_VIEWS = {
    OutputName.VIEWER: _View(_write_viewer, "viewer", "text/html; charset=utf-8"),
    OutputName.SEARCHABLE_PDF: _View(_write_searchable, "searchable", "application/pdf"),
    OutputName.WORKBOOK: _View(
        _write_workbook, "workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}


def make_views(run: Run, settings: ViewSettings) -> list[str]:
    """Write the views of a run next to its document; the workbook only if tables were requested.

    Returns the reasons, one sentence each, why views could not be made; trying again would not help. Raises
    RetryableError.
    """
    document = DocumentsTable(settings.documents_table).get(run.document_id)
    if document is None or document.run != run:
        return []  # it is being reprocessed, and will be announced again
    response = objects.stored_response(document)
    if response is None:
        return []
    outputs, reasons = [], []
    with TemporaryFile() as original:
        try:
            objects.copy(document, original)
        except DocumentError as error:
            return [error.message]
        for name in _possible(settings.views, document):
            try:
                outputs.append(_made(name, ProcessedDocument(document, original, response)))
            except (UnreadableFileError, PyPdfError) as error:
                reasons.append(f"{document.uri} has no {name}: {error}")
    if outputs:
        OutputTable(settings.output_table).record(document, outputs)
    return reasons


def _possible(wanted: Iterable[str], document: Document) -> Iterator[OutputName]:
    for name in map(OutputName, wanted):
        if name is not OutputName.WORKBOOK or Feature.TABLES in document.features:
            yield name


def _made(name: OutputName, processed: ProcessedDocument) -> Output:
    document, view = processed.document, _VIEWS[name]
    with TemporaryFile() as file:
        view.write(processed, file)
        size_bytes = file.seek(0, SEEK_END)
        file.seek(0)
        key = objects.put(document, name, file, view.content_type)
    return Output(view.output_type, document.bucket, key, size_bytes, document.pages or 0)
