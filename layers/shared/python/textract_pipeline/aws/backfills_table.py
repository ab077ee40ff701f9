"""BackfillsTable: how many documents of each backfill are in which state, counted whenever one changes.

Why the counts are right. For each document of a backfill, BackfillsTable holds the latest state that was counted, and a
count is only changed together with it, in one transaction. The states of a document have an order (of its runs, and
within a run), so a change that is delivered twice, late, or after a newer one counts nothing, and one that never was is
made up for by the next. The counts of a backfill are kept in sixteen parts, by the first digit of its documents' ids:
no key is hot, and to read them takes one call, however many documents there are.

DynamoDB cancels a transaction if another one is under way on the same item, and those that count documents of one
part at the same time are. Each tries again after a pause by chance, that may be ever longer; without one, they meet
again: tests/unit/textract_pipeline/aws/test_counting_conflicts.py has the figures.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from textract_pipeline import clock as clocks
from textract_pipeline import parallel
from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values, to_attribute_values
from textract_pipeline.aws.conditional_writes import cancellation
from textract_pipeline.aws.items import Item, timestamp
from textract_pipeline.clock import Clock, Jitter, Sleep, utc_now
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError, aws_outcomes
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.prices import charged

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_PARTS = "0123456789abcdef"
_COUNTS = "counts"  # the item of a part that its counts are in; each other is a document's
_MOST_AT_ONCE = 99  # documents in a transaction, which takes 100 items
_TRIES = 16
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0  # a transaction takes some hundredths of a second
_PAGES = "pages:"  # and a feature: how many pages were charged for it
_ORDER = list(DocumentStatus)
_STILL = "#run = :lastRun AND #status = :lastStatus"

_Counted = tuple[int, DocumentStatus]  # the run and the state in which a document was counted last


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents of a backfill are in each state, and how many pages each feature was charged for."""

    documents: Mapping[DocumentStatus, int]
    pages: Mapping[Feature, int]

    @property
    def registered(self) -> int:
        """All documents that the backfill has brought in."""
        return sum(self.documents.values())

    @property
    def ended(self) -> int:
        """Those that nothing more will be done about."""
        return sum(count for status, count in self.documents.items() if status.is_terminal)


class BackfillsTable:
    """The counts in BackfillsTable."""

    def __init__(
        self, table: str, clock: Clock = utc_now, jitter: Jitter = clocks.jitter, sleep: Sleep = clocks.sleep
    ) -> None:
        self._table = table
        self._clock = clock
        self._jitter = jitter
        self._sleep = sleep

    def count(self, documents: Iterable[Document]) -> None:
        """Count documents as they were after some change, in each backfill that they have been in.

        Raises RetryableError; then all may be counted again.
        """
        parts: dict[str, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
        for document in documents:
            for part in {_part_of(run) for run in _backfill_runs(document)}:
                parts[part][document.document_id].append(document)
        parallel.run_all(self._count_part, [*parts.items()])

    def read(self, backfill: str) -> Counts:
        """The counts of a backfill; all 0 if it has no document yet."""
        keys = [to_attribute_values({"part": _part(backfill, digit), "item": _COUNTS}) for digit in _PARTS]
        with aws_outcomes():
            answer = clients.dynamodb().batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
        if answer["UnprocessedKeys"]:
            raise RetryableError("DynamoDB did not return all counts of the backfill")
        total: Counter[str] = Counter()
        for item in map(from_attribute_values, answer["Responses"][self._table]):
            total.update(
                {name: int(value) for name, value in item.items() if name not in {"part", "item", "updatedAt"}}
            )
        return Counts(
            {status: total[status] for status in DocumentStatus},
            {feature: total[_PAGES + feature] for feature in Feature if total[_PAGES + feature]},
        )

    def forget(self, document: Document) -> bool:
        """Take a document out of the counts of its backfill; False if it was not in them.

        What was charged for its pages stays. Raises RetryableError.
        """
        if document.backfill is None:
            return False
        part = _part_of(document)
        for _ in self._tries():
            last = self._counted(part, [document.document_id]).get(document.document_id)
            if last is None:
                return False
            uncounted = self._uncounted(part, document.document_id, last)
            if _written([uncounted, self._counts(part, Counter({last[1]: -1}))]):
                return True
        raise RetryableError("Others counted the same document at the same time")

    def _count_part(self, changed: tuple[str, Mapping[str, Sequence[Document]]]) -> None:
        part, changes = changed
        ids = list(changes)
        for start in range(0, len(ids), _MOST_AT_ONCE):
            self._count_some(
                part, {document_id: changes[document_id] for document_id in ids[start : start + _MOST_AT_ONCE]}
            )

    def _count_some(self, part: str, changes: Mapping[str, Sequence[Document]]) -> None:
        for _ in self._tries():
            writes = self._writes(part, changes, self._counted(part, changes))
            if not writes or _written(writes):
                return
        raise RetryableError("Others counted the same documents at the same time")

    def _tries(self) -> Iterator[int]:
        """Each attempt at a transaction, after a pause that may be ever longer."""
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(self._jitter(min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))))
            yield attempt

    def _counted(self, part: str, document_ids: Iterable[str]) -> dict[str, _Counted]:
        """How the documents were counted last, those that were."""
        keys = [to_attribute_values({"part": part, "item": document_id}) for document_id in document_ids]
        with aws_outcomes():
            answer = clients.dynamodb().batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
        if answer["UnprocessedKeys"]:
            raise RetryableError("DynamoDB did not tell how all documents were counted")
        items = map(from_attribute_values, answer["Responses"][self._table])
        return {item["item"]: (int(item["run"]), DocumentStatus(item["status"])) for item in items}

    def _writes(
        self, part: str, changes: Mapping[str, Sequence[Document]], counted: Mapping[str, _Counted]
    ) -> "list[TransactWriteItemTypeDef]":
        """The writes for the documents that have changed since they were counted; empty if none has."""
        deltas: Counter[str] = Counter()
        writes: list[TransactWriteItemTypeDef] = []
        for document_id, documents in changes.items():
            last = counted.get(document_id)
            states = {
                _position(run): run
                for document in documents
                for run in _backfill_runs(document)
                if _part_of(run) == part
            }
            newer = [states[position] for position in sorted(states) if last is None or position > _place(last)]
            if newer:
                newest = newer[-1]
                deltas.update(_pages_charged(newer))
                deltas[newest.status] += 1
                if last:
                    deltas[last[1]] -= 1
                writes.append(self._member(part, newest, last))
        return [*writes, self._counts(part, deltas)] if writes else []

    def _member(self, part: str, document: Document, last: _Counted | None) -> "TransactWriteItemTypeDef":
        """The document is counted as it is now, unless somebody else has counted it meanwhile."""
        values: Item = {":run": document.run_number, ":status": document.status}
        condition = "attribute_not_exists(#item)"
        if last:
            values |= _as_counted(last)
            condition = _STILL
        names = ("run", "status") if last else ("run", "status", "item")
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_attribute_values({"part": part, "item": document.document_id}),
                "UpdateExpression": "SET #run = :run, #status = :status",
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {f"#{name}": name for name in names},
                "ExpressionAttributeValues": to_attribute_values(values),
            }
        }

    def _uncounted(self, part: str, document_id: str, last: _Counted) -> "TransactWriteItemTypeDef":
        """The write that removes the document from the counts, unless another invocation has counted it meanwhile."""
        return {
            "Delete": {
                "TableName": self._table,
                "Key": to_attribute_values({"part": part, "item": document_id}),
                "ConditionExpression": _STILL,
                "ExpressionAttributeNames": {"#run": "run", "#status": "status"},
                "ExpressionAttributeValues": to_attribute_values(_as_counted(last)),
            }
        }

    def _counts(self, part: str, deltas: Counter[str]) -> "TransactWriteItemTypeDef":
        changed = {name: delta for name, delta in deltas.items() if delta}
        added = ", ".join(f"#n{number} :n{number}" for number in range(len(changed)))
        values: Item = {f":n{number}": delta for number, delta in enumerate(changed.values())}
        return {
            "Update": {
                "TableName": self._table,
                "Key": to_attribute_values({"part": part, "item": _COUNTS}),
                "UpdateExpression": "SET updatedAt = :now" + (f" ADD {added}" if changed else ""),
                "ExpressionAttributeNames": {f"#n{number}": name for number, name in enumerate(changed)},
                "ExpressionAttributeValues": to_attribute_values(values | {":now": timestamp(self._clock())}),
            }
        }


def _written(writes: "Sequence[TransactWriteItemTypeDef]") -> bool:
    """Write all of these; False, and nothing is written, where somebody else has counted meanwhile."""
    try:
        with aws_outcomes():
            clients.dynamodb().transact_write_items(TransactItems=writes)
    except ClientError as error:
        cancellation(error)
        return False
    return True


def _as_counted(last: _Counted) -> Item:
    """The operands of `_STILL`."""
    return {":lastRun": last[0], ":lastStatus": last[1]}


def _backfill_runs(document: Document) -> list[Document]:
    """The runs of a document in backfills: nobody may have counted how an earlier one ended."""
    return [run for run in (*document.earlier_runs, document) if run.backfill]


def _part_of(run: Document) -> str:
    """The part of the counts of a run's backfill that the document is in."""
    return _part(run.backfill or "", run.document_id[0])


def _part(backfill: str, digit: str) -> str:
    return f"{backfill}#{digit}"


def _position(document: Document) -> tuple[int, int]:
    """Where a document stands in the order of its states."""
    return _place((document.run_number, document.status))


def _place(counted: _Counted) -> tuple[int, int]:
    run, status = counted
    return run, _ORDER.index(status)


def _pages_charged(documents: Iterable[Document]) -> Counter[str]:
    """The pages of those that have ended with outputs, once for each feature that is charged."""
    pages: Counter[str] = Counter()
    for document in documents:
        if document.status.is_terminal and document.pages:
            pages.update({_PAGES + feature: document.pages for feature in charged(document.features)})
    return pages
