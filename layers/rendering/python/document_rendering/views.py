"""The files that people open after a document is processed: its viewer, its searchable PDF, and its workbook of tables.

For a long document they take minutes, and they need packages that nothing else in the flow needs. So they are made
after the document is announced, and written next to its other outputs. Nothing waits for them. The packages of
a view are imported when it is made: a stack may write only one of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import format_tb

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from document_rendering.confined import OverLimitError, prepare
from document_rendering.embedded_files import embedded_files_note
from document_rendering.images import Tell, UnreadableFileError, with_pictures
from document_rendering.viewer import write_viewer
from textract_pipeline.aws import objects
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.objects import BlockReader, StoredResponse
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, DocumentFormat, Run
from textract_pipeline.errors import DocumentError, RetryableError
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages
from textract_pipeline.settings import ViewSettings

logger = Logger()

_PDF_PIXELS = 2200  # on the longest side: 200 dots per inch on US Letter
_PDF_DOTS_AN_INCH = 200
_MOST_TOLD = 5  # pages without a picture, each in a sentence of its own


@dataclass(frozen=True, slots=True)
class ProcessedDocument:
    """A document, its original, and Textract's response, which is read again for each view."""

    document: Document
    original: Path
    response: StoredResponse

    @property
    def pages(self) -> Iterator[Page]:
        """The pages in order, one in memory at a time."""
        return read_pages(BlockReader(self.response), polygons=True)


@dataclass(frozen=True, slots=True)
class _View:
    """The function that writes a view to a file, the view's type in OutputTable, and its media type."""

    write: Callable[[ProcessedDocument, Path, Tell], None]
    output_type: str
    content_type: str


def _write_viewer(processed: ProcessedDocument, target: Path, tell: Tell) -> None:
    with target.open("wb") as file:
        write_viewer(processed.document.key, processed.original, processed.pages, file, tell)


def _write_searchable(processed: ProcessedDocument, target: Path, tell: Tell) -> None:
    from document_rendering.searchable_pdf import write_searchable_images, write_searchable_pdf

    if processed.document.format is DocumentFormat.PDF:
        if note := embedded_files_note(processed.original):
            tell(note)
        write_searchable_pdf(processed.original, processed.pages, target)
    else:
        pages = with_pictures(processed.original, processed.pages, _PDF_PIXELS, tell)
        with target.open("wb") as file:
            write_searchable_images(pages, file, _PDF_DOTS_AN_INCH)


def _write_workbook(processed: ProcessedDocument, target: Path, _: Tell) -> None:
    from document_rendering.workbook import write_workbook

    with target.open("wb") as file:
        write_workbook(processed.pages, file)


_VIEWS = {
    OutputName.VIEWER: _View(_write_viewer, "viewer", "text/html; charset=utf-8"),
    OutputName.SEARCHABLE_PDF: _View(_write_searchable, "searchable", "application/pdf"),
    OutputName.WORKBOOK: _View(
        _write_workbook, "workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}


def make_views(run: Run, settings: ViewSettings) -> list[str]:
    """Write a run's views next to the document's other outputs, and list them. The workbook needs the feature TABLES.

    Each view is made separately. Returns the reasons why views are missing or incomplete, each a sentence; they are
    also listed with the outputs. If AWS refuses a view, the others are made and listed first, then this raises
    RetryableError or the ClientError.
    """
    document = DocumentsTable(settings.documents_table).get(run.document_id)
    if document is None or document.run != run:
        return []  # the document is being reprocessed, and will be announced again
    response = objects.stored_response(document)
    if response is None:
        return []
    prepare(with_pictures)  # it starts while the original is being copied
    makers = [_Maker(document, name) for name in _possible(settings.views, document)]
    with TemporaryDirectory() as folder:
        processed = ProcessedDocument(document, Path(folder, "original"), response)
        try:
            with processed.original.open("wb") as file:
                objects.copy(document, file)
        except DocumentError as error:
            outputs = [maker.missing(error.message) for maker in makers]
        else:
            outputs = [maker.make(processed, Path(folder, "view")) for maker in makers]
    OutputTable(settings.output_table).record(document, outputs)
    for maker in makers:
        if maker.refused:
            raise maker.refused
    return list(dict.fromkeys(output.reason for output in outputs if output.reason))


def _possible(wanted: Iterable[str], document: Document) -> Iterator[OutputName]:
    for name in map(OutputName, wanted):
        if name is not OutputName.WORKBOOK or Feature.TABLES in document.features:
            yield name


class _Maker:
    """Makes one view of a document; `refused` is an error from AWS, if there was one. A later attempt may succeed."""

    def __init__(self, document: Document, name: OutputName) -> None:
        self.refused: Exception | None = None
        self._document = document
        self._name = name

    def make(self, processed: ProcessedDocument, target: Path) -> Output:
        """Make the view, if possible. Its temporary file is deleted, so that there is room for the next."""
        try:
            return self._made(processed, target)
        except (RetryableError, ClientError, BotoCoreError) as error:
            self.refused = error
            reason = f"a call to AWS failed: {error}. It is tried again; if that fails, redrive viewproc"
        except (UnreadableFileError, OverLimitError) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a hostile file can cause any error; the other views go on
            logger.warning("A view could not be made", extra={"view": self._name, **_without_content(error)})
            reason = f"writing it failed ({type(error).__name__}); viewproc's log says where"
        finally:
            target.unlink(missing_ok=True)
        return self.missing(f"{self._document.uri} has no {self._name}: {reason.rstrip('.')}.")

    def missing(self, reason: str) -> Output:
        """The entry for the view in the list of outputs if it cannot be made."""
        document = self._document
        key = document.output_prefix + self._name
        return Output(_VIEWS[self._name].output_type, document.bucket, key, 0, 0, reason)

    def _made(self, processed: ProcessedDocument, target: Path) -> Output:
        document, view = self._document, _VIEWS[self._name]
        told: list[str] = []
        view.write(processed, target, told.append)
        with target.open("rb") as file:
            key = objects.put(document, self._name, file, view.content_type)
        return Output(
            view.output_type, document.bucket, key, target.stat().st_size, document.pages or 0, self._incomplete(told)
        )

    def _incomplete(self, told: list[str]) -> str | None:
        """Why a view is incomplete, as a sentence; None if it is complete."""
        if not told:
            return None
        more = [f"The same is true of {len(told) - _MOST_TOLD} more."] if len(told) > _MOST_TOLD else []
        return " ".join([f"{self._document.uri}, {self._name}:", *told[:_MOST_TOLD], *more])


def _without_content(error: Exception) -> dict[str, object]:
    """Where an error was raised. Its message is left out: it may quote the document, which logs must not contain."""
    frames = format_tb(error.__traceback__)
    return {"error": type(error).__name__, "where": [*frames, *getattr(error, "__notes__", ())]}
