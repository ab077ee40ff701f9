"""Print documents: as a table for people, as JSON for scripts. Tables go to stdout, progress to stderr."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.outside_text import as_json as to_json
from cli.outside_text import in_table, visible
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus

_STYLES = {
    DocumentStatus.SUCCEEDED: "green",
    DocumentStatus.PARTIAL_SUCCESS: "yellow",
    DocumentStatus.FAILED: "red",
    DocumentStatus.UNSUPPORTED: "red",
}


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
        Console(highlight=False).print(document_table(documents, outputs))
        show_failures(documents)


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


def document_table(documents: Iterable[Document], outputs: Callable[[Document], str]) -> Table:
    """A table with one row per document."""
    table = Table()
    table.add_column("Document", overflow="fold")
    table.add_column("Status", no_wrap=True)
    table.add_column("Pages", justify="right")
    table.add_column("Seconds", justify="right")
    table.add_column("Outputs", overflow="fold")
    now = utc_now()
    for document in documents:
        status = f"[{_STYLES.get(document.status, 'cyan')}]{document.status}[/]"
        pages = "" if document.pages is None else str(document.pages)
        where = "" if document.failure or not document.status.is_terminal else outputs(document)
        seconds = f"{seconds_taken(document, now):.1f}"
        table.add_row(in_table(document.key), status, pages, seconds, in_table(where))
    return table


def show_failures(documents: Iterable[Document]) -> None:
    """Write to stdout why each failed document failed, one line each."""
    for document in documents:
        if failure := document.failure:
            click.echo(visible(f"{document.key}: {failure.message} ({failure.code}, {failure.stage})"))
