"""`textract-pipeline status`: where documents stand."""

import time
from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.live import Live

from cli.display import (
    document_json,
    document_table,
    has_failed,
    outputs_in_s3,
    show_documents,
    show_failures,
    show_json,
)
from cli.history import history, history_table
from cli.one_by_one import Failures, find_each
from cli.target import Target, target_options
from cli.waiting import follow
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document

_PAUSE_SECONDS = 1.0


@click.command()
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--watch", is_flag=True, help="Keep the table up to date until every document has ended.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout (with --watch: once all have ended).")
@target_options
def status(*, names: Sequence[str], watch: bool, as_json: bool, target: Target) -> None:
    """Show where documents stand.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket, and is shown with its history; without
    any, all documents are shown, oldest first.

    \b
    Example:
      textract-pipeline status invoice.pdf --watch
    """
    failures = Failures()
    identifiers = [document.document_id for document in find_each(names, target, failures)]
    if names and not identifiers:
        failures.exit()
    snapshots = _snapshots(identifiers, target.documents)
    if watch and not as_json:
        documents = _show_live(snapshots)
    else:
        documents = _last(snapshots) if watch else next(snapshots)
        if names:
            _show_with_history(documents, target, as_json=as_json)
        else:
            show_documents(documents, outputs_in_s3, as_json=as_json)
    failures.exit()
    if any(map(has_failed, documents)):
        raise click.exceptions.Exit(1)


def _snapshots(identifiers: Sequence[str], documents: DocumentsTable) -> Iterator[list[Document]]:
    """The documents of these ids, or all of them, again and again until all have ended."""
    if identifiers:
        for states in follow(identifiers, documents.get_many):
            yield [state for state in states if state]
        return
    while True:
        found = sorted(documents.list(), key=lambda document: document.submitted_at)
        yield found
        if all(document.status.is_terminal for document in found):
            return
        time.sleep(_PAUSE_SECONDS)


def _show_with_history(documents: Sequence[Document], target: Target, *, as_json: bool) -> None:
    prices = target.prices
    if as_json:
        show_json([document_json(document) | {"history": history(document, prices)} for document in documents])
        return
    show_documents(documents, outputs_in_s3, as_json=False)
    for document in documents:
        Console(highlight=False).print(history_table(document, prices))


def _show_live(snapshots: Iterator[list[Document]]) -> list[Document]:
    documents: list[Document] = []
    with Live(console=Console(highlight=False)) as live:
        for documents in snapshots:
            live.update(document_table(documents, outputs_in_s3))
    show_failures(documents)
    return documents


def _last(snapshots: Iterator[list[Document]]) -> list[Document]:
    *_, documents = snapshots
    return documents
