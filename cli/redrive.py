"""`textract-pipeline redrive`: what was given up after every attempt failed, and sending it back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import click
from rich.console import Console
from rich.table import Table

from cli.display import outputs_in_s3, show_documents, show_json
from cli.one_by_one import RAISED, Failures
from cli.target import NoSuchDocumentError, Target, TargetError, caller, target_options
from cli.waiting import exit_unless_all_succeeded, wait_until_ended
from textract_pipeline import events
from textract_pipeline.aws import functions, queues
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.event_bus import announce
from textract_pipeline.document import Document
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus

_WORK_QUEUES = ("SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue")
_RESULTS_QUEUE = "JobResultsQueue"
_FUNCTIONS = ("S3Proc", "AsyncProc", "ViewProc")
_OPTIONAL = "ViewProc"
_ROUTER = "DocProc"
_COUNTER = "StatusProc"
_COUNTED_AT_ONCE = 1000
_ABOUT = timedelta(minutes=1)  # how far from its document's change a record may have come
_HIDDEN_SECONDS = 30
_WAIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in the dead-letter queue of a queue or a function, and the document that it is about, if any."""

    source: str
    queue_url: str
    receipt_handle: str
    body: str
    document: Document | None


@click.command()
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Send everything back.")
@click.option("--wait", is_flag=True, help="Wait until what was sent back has ended, and show how.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def redrive(*, names: Sequence[str], everything: bool, wait: bool, as_json: bool, target: Target) -> None:
    """Show what is in the dead-letter queues, or send it back.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket. A document that is sent back goes on
    where it failed: what Textract has answered already is not paid for again.

    \b
    Example:
      textract-pipeline redrive                # show
      textract-pipeline redrive --all --wait   # send back
    """
    failures = Failures()
    letters = dead_letters(target, failures)
    if not (names or everything):
        _show(letters, as_json=as_json)
        failures.exit()
        return
    chosen = _send_back_each(letters if everything else _chosen(names, letters, target, failures), target, failures)
    documents = [letter.document for letter in chosen if letter.document]
    if wait:
        states = wait_until_ended([one.document_id for one in documents], target.documents, _WAIT_SECONDS)
        show_documents([state for state in states if state], outputs_in_s3, as_json=as_json)
        failures.exit()
        exit_unless_all_succeeded(states)
    elif as_json:
        show_json([_as_json(letter) for letter in chosen])
    else:
        click.echo(f"Sent back: {len(chosen)}, of {len(documents)} documents. Follow them with status --watch.")
    failures.exit()


def dead_letters(target: Target, failures: Failures = RAISED) -> list[DeadLetter]:
    """Everything in every dead-letter queue that can be read; it is hidden from others for half a minute."""
    found: list[DeadLetter] = []
    for source in (*_WORK_QUEUES, _RESULTS_QUEUE, *_FUNCTIONS, _ROUTER, _COUNTER):
        if source == _OPTIONAL and f"{source}DLQUrl" not in target.stack_outputs:
            continue
        queue_url = target.output(f"{source}DLQUrl")
        with failures.told(f"{source}DLQ"):
            for message in queues.peek(queue_url, _HIDDEN_SECONDS):
                run = events.run_of_message(message["Body"])
                with failures.told(run.document_id if run else f"{source}DLQ"):
                    document = target.documents.get(run.document_id) if run else None
                    found.append(DeadLetter(source, queue_url, message["ReceiptHandle"], message["Body"], document))
    return found


def _chosen(
    names: Sequence[str], letters: Sequence[DeadLetter], target: Target, failures: Failures
) -> list[DeadLetter]:
    chosen: list[DeadLetter] = []
    for name in names:
        with failures.told(name):
            chosen.append(_of(name, letters, target))
    return chosen


def _send_back_each(letters: Iterable[DeadLetter], target: Target, failures: Failures) -> list[DeadLetter]:
    """Those that were sent back; one that could not be stays where it is."""
    by = caller()
    sent: list[DeadLetter] = []
    for letter in letters:
        with failures.told(letter.document.key if letter.document else f"A message of {letter.source}DLQ"):
            send_back(letter, target, by)
            sent.append(letter)
    return sent


def _of(name: str, letters: Sequence[DeadLetter], target: Target) -> DeadLetter:
    document = target.find(name)
    for letter in letters:
        if letter.document and letter.document.document_id == document.document_id:
            return letter
    raise NoSuchDocumentError(f"{document.key} is in no dead-letter queue: it is {document.status}.")


def send_back(letter: DeadLetter, target: Target, by: str) -> None:
    """Put the work back where it was given up, in the name of who asks for it; only then does the message go."""
    if letter.source == _RESULTS_QUEUE:
        if letter.document:
            _reopen(letter.document, DocumentStatus.IN_PROGRESS, target, by)
        queues.send(target.output(f"{_RESULTS_QUEUE}Url"), letter.body)
    elif letter.source in _WORK_QUEUES:
        if not (letter.document and _reopen(letter.document, DocumentStatus.SUBMITTED, target, by)):
            queues.send(target.output(f"{letter.source}Url"), letter.body)
    elif letter.source in _FUNCTIONS:
        payload = json.dumps(json.loads(letter.body)["requestPayload"]).encode()
        functions.invoke(target.output(f"{letter.source}FunctionName"), payload)
    elif letter.source == _ROUTER:
        _announce_unrouted(target, by)
    else:
        _count_and_announce(letter.body, target)
    queues.delete_by_handle(letter.queue_url, letter.receipt_handle)


def _reopen(document: Document, status: DocumentStatus, target: Target, by: str) -> bool:
    """Begin a new run of a document that has failed; False where it has not."""
    if document.status is not DocumentStatus.FAILED:
        return False
    anew = document._replace(submitted_by=by)
    return target.documents.reopen(document, anew, status, is_paid_for=True) is not None


def _announce_unrouted(target: Target, by: str) -> None:
    """Announce every document that has not been routed: the message names a stretch of the stream, not documents."""
    failures = Failures()
    for document in target.documents.list():
        with failures.told(document.key):
            if document.status is DocumentStatus.SUBMITTED:
                target.documents.touch(document)
            elif document.failure and document.failure.code == ErrorCode.NOT_ROUTED:
                _reopen(document, DocumentStatus.SUBMITTED, target, by)
    if failures:
        raise TargetError("The message stays, since that failed for some documents: run the command again.")


def _count_and_announce(body: str, target: Target) -> None:
    """Count every document of every backfill, and announce those that ended while statusproc failed.

    The message names a stretch of the stream, and when its records came, not documents.
    """
    batch = json.loads(body)["DDBStreamBatchInfo"]
    first = datetime.fromisoformat(batch["approximateArrivalOfFirstRecord"]) - _ABOUT
    last = datetime.fromisoformat(batch["approximateArrivalOfLastRecord"]) + _ABOUT
    backfills, documents = BackfillsTable(target.output("BackfillsTableName")), target.documents.list()
    failures = Failures()
    while some := list(islice(documents, _COUNTED_AT_ONCE)):
        with failures.told("Counting documents"):
            backfills.count(some)
        for document in some:
            if first <= document.updated_at <= last:
                with failures.told(document.key):
                    announce([document])
    if failures:
        raise TargetError("The message stays, since that failed for some documents: run the command again.")


def _show(letters: Sequence[DeadLetter], *, as_json: bool) -> None:
    if as_json:
        show_json([_as_json(letter) for letter in letters])
        return
    table = Table("Given up in", "Document", "Status", "Why")
    for letter in letters:
        document = letter.document
        why = document.failure.message if document and document.failure else ""
        table.add_row(letter.source, document.key if document else "", document.status if document else "", why)
    Console(highlight=False).print(table if letters else "The dead-letter queues are empty.")


def _as_json(letter: DeadLetter) -> dict[str, object]:
    document = letter.document
    return {
        "source": letter.source,
        "documentId": document.document_id if document else None,
        "objectName": document.key if document else None,
        "status": document.status if document else None,
        "message": letter.body,
    }
