"""Put work that was given up back where it was given up."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice

import click

from cli.dead_letters.looking import FUNCTIONS, RESULTS_QUEUE, ROUTER, WORK_QUEUES, DeadLetter
from cli.one_by_one import Failures
from cli.target import Target, TargetError
from textract_pipeline.aws import functions, queues
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.event_bus import announce
from textract_pipeline.document import Document
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus

_MOST_QUOTED = 60  # characters of a message
_COUNTED_AT_ONCE = 1000
_ABOUT = timedelta(minutes=1)  # how far apart a document's change and its stream record may be


class ForeignMessageError(click.ClickException):
    """A message in a dead-letter queue is not from the pipeline."""

    exit_code = 1

    def __init__(self, letter: DeadLetter, why: str) -> None:
        begins = letter.body[:_MOST_QUOTED]
        super().__init__(
            f"A message in {letter.source}DLQ {why}, so it is not from the pipeline. It stays there: delete it in the"
            f" SQS console. It begins with: {begins}"
        )


def send_back(letter: DeadLetter, target: Target, by: str) -> None:
    """Put the work back where it was given up, on behalf of the caller; the message can then be deleted.

    Raises ForeignMessageError for a message that cannot be from the pipeline; sent back, it would only fail again.
    """
    message = _read(letter)
    if letter.source == RESULTS_QUEUE:
        if letter.document:
            _reopen(letter.document, DocumentStatus.IN_PROGRESS, target, by)
        queues.send(target.output(f"{RESULTS_QUEUE}Url"), letter.body)
    elif letter.source in WORK_QUEUES:
        if not (letter.document and _reopen(letter.document, DocumentStatus.SUBMITTED, target, by)):
            queues.send(target.output(f"{letter.source}Url"), letter.body)
    elif letter.source in FUNCTIONS:
        payload = json.dumps(_part(message, "requestPayload", letter)).encode()
        functions.invoke(target.output(f"{letter.source}FunctionName"), payload)
    elif letter.source == ROUTER:
        _announce_unrouted(target, by)
    else:
        batch = _part(message, "DDBStreamBatchInfo", letter)
        if not isinstance(batch, dict):
            raise ForeignMessageError(letter, "does not say which records it is about")
        _count_and_announce(batch, target)


def _read(letter: DeadLetter) -> Mapping[str, object]:
    try:
        message = json.loads(letter.body)
    except ValueError as error:
        raise ForeignMessageError(letter, "is not JSON") from error
    if not isinstance(message, dict):
        raise ForeignMessageError(letter, "is not a JSON object")
    return message


def _part(message: Mapping[str, object], name: str, letter: DeadLetter) -> object:
    if name not in message:
        raise ForeignMessageError(letter, f"has no {name}")
    return message[name]


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


def _count_and_announce(batch: Mapping[str, str], target: Target) -> None:
    """Count every document of every backfill, and announce those that ended while statusproc failed.

    The message names a range of the stream and the arrival times of its records, not documents.
    """
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
