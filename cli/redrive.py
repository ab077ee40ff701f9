"""`textract-pipeline redrive`: show the work that was given up after every attempt failed, and send it back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

import click
from rich.console import Console
from rich.table import Table

from cli.display import outputs_in_s3, show_documents, show_json
from cli.one_by_one import Failures
from cli.outside_text import in_table
from cli.target import NoSuchDocumentError, Target, TargetError, caller, target_options
from cli.waiting import exit_unless_all_succeeded, wait_until_ended
from textract_pipeline import events, parallel
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
_ABOUT = timedelta(minutes=1)  # how far apart a document's change and its stream record may be
_HIDDEN_SECONDS = 30
_WAIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in the dead-letter queue of a queue or function, and its document, if any."""

    source: str
    queue_url: str
    receipt_handle: str
    body: str
    document: Document | None


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
        sent = f"Sent back {len(chosen)} messages about {len(documents)} documents."
        click.echo(f"{sent} Follow them with status --watch.")
    failures.exit()


def dead_letters(target: Target, failures: Failures) -> list[DeadLetter]:
    """The messages in every dead-letter queue that can be read; they are hidden from others for half a minute."""
    sources = [
        source
        for source in (*_WORK_QUEUES, _RESULTS_QUEUE, *_FUNCTIONS, _ROUTER, _COUNTER)
        if source != _OPTIONAL or f"{source}DLQUrl" in target.stack_outputs
    ]
    return [*chain(*parallel.run_all(lambda source: _in_queue_of(source, target, failures), sources))]


def _in_queue_of(source: str, target: Target, failures: Failures) -> list[DeadLetter]:
    queue = f"{source}DLQ"
    found: list[DeadLetter] = []
    with failures.told(queue):
        queue_url = target.output(f"{queue}Url")
        for message in queues.peek(queue_url, _HIDDEN_SECONDS):
            run = events.run_of_message(message["Body"])
            with failures.told(run.document_id if run else queue):
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
    """Send back each message, and return those that were sent; the others stay in their queues."""
    by = caller()
    sent: list[DeadLetter] = []
    for letter in letters:
        with failures.told(letter.document.key if letter.document else f"a message in {letter.source}DLQ"):
            send_back(letter, target, by)
            sent.append(letter)
    return sent


def _of(name: str, letters: Sequence[DeadLetter], target: Target) -> DeadLetter:
    document = target.find(name)
    for letter in letters:
        if letter.document and letter.document.document_id == document.document_id:
            return letter
    raise NoSuchDocumentError(f"{document.key} is not in a dead-letter queue: it is {document.status}.")


def send_back(letter: DeadLetter, target: Target, by: str) -> None:
    """Put the work back where it was given up, on behalf of the caller; only then delete the message."""
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
    """Begin a new run of a document that has failed; False if it has not."""
    if document.status is not DocumentStatus.FAILED:
        return False
    anew = document._replace(submitted_by=by)
    return target.documents.reopen(document, anew, status, is_paid_for=True) is not None


def _announce_unrouted(target: Target, by: str) -> None:
    """Announce every document that has not been routed: the message names a range of the stream, not documents."""
    failures = Failures()
    for document in target.documents.list():
        with failures.told(document.key):
            if document.status is DocumentStatus.SUBMITTED:
                target.documents.touch(document)
            elif document.failure and document.failure.code == ErrorCode.NOT_ROUTED:
                _reopen(document, DocumentStatus.SUBMITTED, target, by)
    _raise_if_any(failures)


def _count_and_announce(body: str, target: Target) -> None:
    """Count every document of every backfill, and announce those that ended while statusproc failed.

    The message names a range of the stream and the arrival times of its records, not documents.
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
    _raise_if_any(failures)


def _raise_if_any(failures: Failures) -> None:
    if failures:
        raise TargetError("The message stays in its queue, because some documents failed: run the command again.")


def _show(letters: Sequence[DeadLetter], *, as_json: bool) -> None:
    if as_json:
        show_json([_as_json(letter) for letter in letters])
        return
    table = Table("Given up in", "Document", "Status", "Why")
    for letter in letters:
        document = letter.document
        why = document.failure.message if document and document.failure else ""
        key, status = (document.key, document.status) if document else ("", "")
        table.add_row(letter.source, in_table(key), status, in_table(why))
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
