"""`textract-pipeline status`: the state of documents."""

import time
from collections.abc import Iterator, Sequence

import click
from rich.live import Live
from rich.markup import escape

from cli.display import (
    document_json,
    document_table,
    has_failed,
    outputs_in_s3,
    show_documents,
    show_ends,
    show_json,
    table_console,
)
from cli.history import history, history_table, lacking_outputs
from cli.one_by_one import Failures, find_each
from cli.outside_text import in_table, visible
from cli.target import Target, target_options
from cli.waiting import follow
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document

_PAUSE_SECONDS = 1.0


@click.command()
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--watch", is_flag=True, help="Update the table until every document has ended.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout (with --watch: once all have ended).")
@target_options
def status(*, names: Sequence[str], watch: bool, as_json: bool, target: Target) -> None:
    """Show the state of documents.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket; its history is shown, too. Without
    DOCUMENT, all documents are shown, oldest first.

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
            _show_with_history(documents, target, failures, as_json=as_json)
        else:
            show_documents(documents, outputs_in_s3, as_json=as_json)
    failures.exit()
    if any(map(has_failed, documents)):
        raise click.exceptions.Exit(1)


def _snapshots(identifiers: Sequence[str], documents: DocumentsTable) -> Iterator[list[Document]]:
    """The documents with these ids, or all documents, again and again until all have ended."""
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


def _show_with_history(documents: Sequence[Document], target: Target, failures: Failures, *, as_json: bool) -> None:
    prices = target.prices
    lacking: dict[str, dict[str, str]] = {}
    for document in documents:
        with failures.told(document.key):
            found = target.outputs.list(document.document_id)
            lacking[document.document_id] = lacking_outputs(document, found)
    if as_json:
        show_json(
            [
                document_json(one) | {"history": history(one, prices), "lacking": lacking.get(one.document_id)}
                for one in documents
            ]
        )
        return
    show_documents(documents, outputs_in_s3, as_json=False)
    for document in documents:
        console = table_console()
        console.print(in_table(document.uri), style="italic", soft_wrap=True)
        console.print(history_table(document, prices))
        for reason in lacking.get(document.document_id, {}).values():
            console.print(escape(visible(reason)))


def _show_live(snapshots: Iterator[list[Document]]) -> list[Document]:
    documents: list[Document] = []
    with Live(console=table_console()) as live:
        for documents in snapshots:
            live.update(document_table(documents))
    show_ends(documents, outputs_in_s3)
    return documents


def _last(snapshots: Iterator[list[Document]]) -> list[Document]:
    *_, documents = snapshots
    return documents
