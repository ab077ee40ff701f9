"""Decide what happened to one row of the manifest, from everything known about it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cli.backfill.manifest import Row
from cli.backfill.reconciliation.completion_report import TaskOutcome
from textract_pipeline.document import EMPTY_ETAG, FOLDER_REASON, OUTPUT_REASON, Document, is_output_key
from textract_pipeline.errors import ErrorCode
from textract_pipeline.events import SKIPPED_FOLDER
from textract_pipeline.names import DocumentStatus


class Verdict(StrEnum):
    """What happened to a row, in the order of the summary."""

    DONE = "done"
    DONE_BEFORE = "done before"  # and therefore skipped by this backfill
    DONE_IN_PART = "done in part"  # with outputs, but not for every page, or without text
    FAILED = "failed"
    UNSUPPORTED = "unsupported"
    SKIPPED = "skipped"  # an output of the pipeline itself, or a folder made in the S3 console
    MISSING = "missing"
    CHANGED = "changed since"
    DUPLICATE = "duplicate row"
    IN_PROGRESS = "in progress"
    NEVER_REGISTERED = "never registered"
    OUTPUTS_MISSING = "outputs missing"

    @property
    def is_unaccounted_for(self) -> bool:
        """Whether the backfill has lost this row, or its outputs."""
        return self in {Verdict.NEVER_REGISTERED, Verdict.OUTPUTS_MISSING}

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to this row or needs to be done about it."""
        return not self.is_unaccounted_for and self is not Verdict.IN_PROGRESS


_ENDINGS = {
    DocumentStatus.FAILED: Verdict.FAILED,
    DocumentStatus.UNSUPPORTED: Verdict.UNSUPPORTED,
    DocumentStatus.PARTIAL_SUCCESS: Verdict.DONE_IN_PART,
}
_FAILURES: Mapping[str, Verdict] = {
    ErrorCode.OBJECT_MISSING: Verdict.MISSING,
    ErrorCode.OBJECT_CHANGED: Verdict.CHANGED,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a row: its task, its object's current state, its document, and the document's outputs."""

    row: Row
    backfill: str | None = None  # the id of the backfill being checked
    repeats: int | None = None  # the number, from 1, of an earlier row that names the same object
    task: TaskOutcome | None = None  # None if no completion report names the row
    etag_now: str | None = None  # None if there is no such object
    document: Document | None = None
    missing_outputs: Sequence[str] = ()
    is_listed: bool = True  # False if it was planned, but S3, which listed the objects itself, did not list it

    @property
    def document_id(self) -> str | None:
        """The id of the document that the row's object is now, or was when its task registered it."""
        if self.document:
            return self.document.document_id
        return self.task.document_id if self.task else None

    @property
    def is_folder(self) -> bool:
        """Whether the object has nothing but a name that ends like a folder's.

        Its ETag says so, unless a KMS key encrypts it; then its task does.
        """
        said = self.task is not None and self.task.message.startswith(SKIPPED_FOLDER)
        return self.row.key.endswith("/") and self.etag_now is not None and (said or self.etag_now == EMPTY_ETAG)

    @property
    def pages(self) -> int | None:
        """How many pages the row stands for; an object that is listed twice counts once."""
        return self.document.pages if self.document and self.repeats is None else None


Judgement = tuple[Verdict, str]  # the verdict and its reason, which may be empty


def judge(evidence: Evidence) -> Judgement:
    """Decide what happened to a row, and why."""
    if evidence.repeats is not None:
        return Verdict.DUPLICATE, f"Row {evidence.repeats} names the same object."
    if is_output_key(evidence.row.key):
        return Verdict.SKIPPED, OUTPUT_REASON
    if evidence.document:
        return _of_document(evidence.document, evidence)
    return _without_document(evidence)


def expected_outputs(document: Document) -> Sequence[str]:
    """The names, below its output prefix, of the outputs that a document that ended with outputs must have."""
    if document.status in {DocumentStatus.SUCCEEDED, DocumentStatus.PARTIAL_SUCCESS}:
        return document.outputs
    return ()


def _of_document(document: Document, evidence: Evidence) -> Judgement:
    status, failure = document.status, document.failure
    if not status.is_terminal:
        return Verdict.IN_PROGRESS, f"{status} since {document.updated_at:%Y-%m-%d %H:%M:%S} UTC."
    if evidence.missing_outputs:
        names = ", ".join(evidence.missing_outputs)
        return Verdict.OUTPUTS_MISSING, f"It is {status}, but has no {names} at {document.output_prefix}: reprocess it."
    if evidence.etag_now not in {None, document.etag}:
        return Verdict.CHANGED, f"The registered object is {status}; it has been replaced since."
    reason = f"{failure.code}: {failure.message}" if failure else ""
    if status is DocumentStatus.SUCCEEDED:
        return _of_success(document, evidence), reason if evidence.etag_now else "Its object has been deleted since."
    if status is DocumentStatus.FAILED and failure:
        return _FAILURES.get(failure.code, Verdict.FAILED), reason
    return _ENDINGS[status], reason


def _of_success(document: Document, evidence: Evidence) -> Verdict:
    is_of_another = evidence.backfill is not None and document.backfill != evidence.backfill
    began_now = evidence.task is not None and evidence.task.began_run
    return Verdict.DONE_BEFORE if is_of_another and not began_now else Verdict.DONE


def _without_document(evidence: Evidence) -> Judgement:
    task = evidence.task
    if task and task.document_id:
        lost = f'Its task says "{task.message}", but DocumentsTable has no such document'
        return Verdict.NEVER_REGISTERED, f"{lost}: unless somebody deleted it with forget, it was lost."
    if evidence.is_folder:
        return Verdict.SKIPPED, FOLDER_REASON
    if evidence.etag_now is None:
        hint = " In a manifest, a plus in a key is written %2B." if " " in evidence.row.key else ""
        return Verdict.MISSING, f"There is no such object.{hint}"
    if task and task.refusal and task.refusal is not ErrorCode.OBJECT_MISSING:
        return _FAILURES.get(task.refusal, _ENDINGS[task.refusal.status]), task.message
    if not evidence.is_listed:
        advice = "Start the backfill again without --let-s3-list"
        return (
            Verdict.NEVER_REGISTERED,
            f"It was planned, but S3 did not list it. {advice}: nothing is processed twice.",
        )
    said = f'Its task says "{task.message}".' if task else "It is neither in DocumentsTable nor in a completion report."
    return Verdict.NEVER_REGISTERED, f"{said} Start the backfill again: finished documents are not processed twice."
