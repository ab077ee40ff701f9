"""Print documents: as a table for people, as JSON for scripts. Tables go to stdout, progress to stderr."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from shutil import get_terminal_size

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from cli.outside_text import as_json as to_json
from cli.outside_text import in_table, visible
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus

_SHORTEST_NAME = 12  # columns
_COLUMNS_OF_FILES = 10_000
_STYLES = {
    DocumentStatus.SUCCEEDED: "green",
    DocumentStatus.PARTIAL_SUCCESS: "yellow",
    DocumentStatus.FAILED: "red",
    DocumentStatus.UNSUPPORTED: "red",
}


class OneLine:
    """A name from outside in a cell of a table: on one line, shortened in its middle to the width of its column."""

    def __init__(self, text: object) -> None:
        self._text = visible(text)

    def __rich_measure__(self, _: Console, options: ConsoleOptions) -> Measurement:
        width = cell_len(self._text)
        return Measurement(min(width, _SHORTEST_NAME), width).with_maximum(options.max_width)

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(shortened(self._text, options.max_width), no_wrap=True)


def shortened(text: str, width: int) -> str:
    """The text's beginning and end, with an ellipsis between them if it is wider than this many columns."""
    if cell_len(text) <= width:
        return text
    end = (width - 1) // 2
    return f"{_cut(text, width - 1 - end)}…{_cut(text[::-1], end)[::-1]}"


def _cut(text: str, width: int) -> str:
    """The text's beginning, as far as it fits."""
    room = width
    for place, character in enumerate(text):
        room -= cell_len(character)
        if room < 0:
            return text[:place]
    return text


def table_console(*, stderr: bool = False) -> Console:
    """The console for tables. In a file or a pipe, nothing is shortened or wrapped, unless COLUMNS gives a width."""
    console = Console(stderr=stderr, highlight=False)
    if console.is_terminal:
        return console
    columns = get_terminal_size((_COLUMNS_OF_FILES, 0)).columns
    return Console(stderr=stderr, highlight=False, width=columns)


def progress_console() -> Console:
    """The console for everything else that people read."""
    return Console(stderr=True, highlight=False)


def step_report() -> Callable[[str], None]:
    """A function that prints the current step and the seconds since the start."""
    out, began = progress_console(), time.monotonic()

    def report(step: str) -> None:
        taken = Text(f"{time.monotonic() - began:5.1f} s", style="dim")
        out.print(Text.assemble(taken, "  ", in_table(step)), soft_wrap=True)

    return report


def show_json(value: object) -> None:
    """Write JSON to stdout."""
    click.echo(to_json(value))


def show_documents(documents: Sequence[Document], outputs: Callable[[Document], str], *, as_json: bool) -> None:
    """Write documents to stdout; `outputs` returns where an ended document's outputs are."""
    if as_json:
        show_json([document_json(document) for document in documents])
    else:
        table_console().print(document_table(documents))
        show_ends(documents, outputs)


def outputs_in_s3(document: Document) -> str:
    """Where a document's outputs are in its own bucket."""
    return document.output_prefix


def has_failed(document: Document) -> bool:
    """Whether the document has ended without full success."""
    return document.status.is_terminal and document.status is not DocumentStatus.SUCCEEDED


def seconds_taken(document: Document, now: datetime) -> float:
    """Seconds from its submission to its end, or to now."""
    end = document.updated_at if document.status.is_terminal else now
    return (end - document.submitted_at).total_seconds()


def document_json(document: Document) -> dict[str, object]:
    """A document as JSON for scripts: its DocumentsTable item, and where its outputs are."""
    seconds = round(seconds_taken(document, utc_now()), 3)
    return {**document_to_item(document), "outputPrefix": document.output_prefix, "seconds": seconds}


def document_table(documents: Iterable[Document]) -> Table:
    """A table with one row per document."""
    table = Table()
    table.add_column("Document")  # the only one that may be narrower than its content
    table.add_column("Status", no_wrap=True)
    table.add_column("Pages", justify="right", no_wrap=True)
    table.add_column("Seconds", justify="right", no_wrap=True)
    now = utc_now()
    for document in documents:
        status = f"[{_STYLES.get(document.status, 'cyan')}]{document.status}[/]"
        pages = "" if document.pages is None else str(document.pages)
        seconds = f"{seconds_taken(document, now):.1f}"
        table.add_row(OneLine(document.key), status, pages, seconds)
    return table


def show_ends(documents: Sequence[Document], outputs: Callable[[Document], str]) -> None:
    """Write to stdout where the outputs of a single document are, and why each document failed, one line each."""
    for document in documents:
        if failure := document.failure:
            click.echo(visible(f"{document.key}: {failure.message} ({failure.code}, {failure.stage})"))
        elif document.status.is_terminal and len(documents) == 1:
            click.echo(visible(f"Outputs: {outputs(document)}"))
