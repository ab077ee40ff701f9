"""`textract-pipeline redrive`: show the work that was given up after every attempt failed, and send it back."""

from collections.abc import Sequence

import click
from rich.table import Table

from cli.dead_letters.looking import DeadLetter, dead_letters, use_each
from cli.dead_letters.sending_back import send_back
from cli.display import OneLine, outputs_in_s3, show_documents, show_json, table_console
from cli.one_by_one import Failures, find_each
from cli.outside_text import in_table
from cli.target import NoSuchDocumentError, Target, caller, target_options
from cli.waiting import exit_unless_all_succeeded, wait_until_ended
from textract_pipeline.document import Document

_WAIT_SECONDS = 900.0


@click.command()
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Send everything back.")
@click.option("--wait", is_flag=True, help="Wait until the documents have ended, and show how.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def redrive(*, names: Sequence[str], everything: bool, wait: bool, as_json: bool, target: Target) -> None:
    """Show what is in the dead-letter queues, or send it back.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket. A document that is sent back continues
    where it failed: you do not pay again for what Textract has already answered.

    \b
    Example:
      textract-pipeline redrive                # show
      textract-pipeline redrive --all --wait   # send back
    """
    failures = Failures()
    if not (names or everything):
        _show(dead_letters(target, failures), as_json=as_json)
        failures.exit()
        return
    wanted = None if everything else find_each(names, target, failures)
    sent = _send_back(wanted, target, failures)
    documents = [letter.document for letter in sent if letter.document]
    if wait:
        states = wait_until_ended([one.document_id for one in documents], target.documents, _WAIT_SECONDS)
        show_documents([state for state in states if state], outputs_in_s3, as_json=as_json)
        failures.exit()
        exit_unless_all_succeeded(states)
    elif as_json:
        show_json([_as_json(letter) for letter in sent])
    else:
        said = f"Sent back {len(sent)} messages about {len(documents)} documents."
        click.echo(f"{said} Follow them with status --watch.")
    failures.exit()


def _send_back(wanted: Sequence[Document] | None, target: Target, failures: Failures) -> list[DeadLetter]:
    """Send back the work on these documents, or all work; return what was sent. The rest stays in its queue."""
    by = caller()
    wanted_ids = None if wanted is None else {document.document_id for document in wanted}
    found: set[str] = set()

    def send_back_if_wanted(letter: DeadLetter) -> bool:
        if wanted_ids is not None:
            if letter.document is None or letter.document.document_id not in wanted_ids:
                return False
            found.add(letter.document.document_id)
        send_back(letter, target, by)
        return True

    sent = use_each(send_back_if_wanted, target, failures)
    for document in wanted or ():
        if document.document_id not in found:
            with failures.told(document.key):
                raise NoSuchDocumentError(f"{document.key} is not in a dead-letter queue: it is {document.status}.")
    return sent


def _show(letters: Sequence[DeadLetter], *, as_json: bool) -> None:
    if as_json:
        show_json([_as_json(letter) for letter in letters])
        return
    table = Table("Given up in", "Document", "Status", "Why")
    for letter in letters:
        document = letter.document
        why = document.failure.message if document and document.failure else ""
        key, status = (document.key, document.status) if document else ("", "")
        table.add_row(letter.source, OneLine(key), status, in_table(why))
    table_console().print(table if letters else "The dead-letter queues are empty.")


def _as_json(letter: DeadLetter) -> dict[str, object]:
    document = letter.document
    return {
        "source": letter.source,
        "documentId": document.document_id if document else None,
        "objectName": document.key if document else None,
        "status": document.status if document else None,
        "message": letter.body,
    }
