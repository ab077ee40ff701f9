"""The verdict on a row, from everything that is known about it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.backfill.manifest import Row
from cli.backfill.reconciliation.completion_report import TaskOutcome
from cli.backfill.reconciliation.verdict import Evidence, Verdict, expected_outputs, judge
from textract_pipeline.document import Document, Failure, Lane
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus, Feature, Stage

ID = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = Row("archive", "a.pdf")
DONE = Document(
    ID,
    "archive",
    "a.pdf",
    "etag",
    10,
    Lane.BACKFILL,
    (Feature.TEXT, Feature.FORMS),
    NOW,
    NOW,
    status=DocumentStatus.SUCCEEDED,
    pages=2,
    backfill="b1",
    outputs=("text.txt", "forms.csv"),
)
KNOWN = Evidence(ROW, "b1", etag_now="etag")
REGISTERED = TaskOutcome(succeeded=True, message=f"registered as {ID}, SUBMITTED")
BEFORE = TaskOutcome(succeeded=True, message=f"registered before as {ID}, SUCCEEDED")
REPROCESSED = TaskOutcome(succeeded=True, message=f"reprocessed as {ID}, SUBMITTED")


def refused(code: str) -> TaskOutcome:
    return TaskOutcome(succeeded=False, message=f"{code}: Why, and what to do.")


def ended(status: DocumentStatus, code: str | None = None) -> Document:
    failure = Failure(code, "Why, and what to do.", Stage.ANALYZE) if code else None
    return DONE._replace(status=status, failure=failure)


ARRIVED = replace(KNOWN, task=REGISTERED, document=DONE)
OF_LIVE = DONE._replace(backfill=None)
FOLDER = replace(KNOWN, row=Row("archive", "scans/"))
CASES = {
    "a folder of the console": (replace(FOLDER, etag_now="d41d8cd98f00b204e9800998ecf8427e"), Verdict.SKIPPED),
    "a folder under a KMS key": (
        replace(FOLDER, task=TaskOutcome(True, "skipped: this is a folder, so it is not a document")),
        Verdict.SKIPPED,
    ),
    "a folder that has been deleted": (replace(FOLDER, etag_now=None), Verdict.MISSING),
    "an object named like a folder": (FOLDER, Verdict.NEVER_REGISTERED),
    "an empty file": (replace(KNOWN, etag_now="d41d8cd98f00b204e9800998ecf8427e"), Verdict.NEVER_REGISTERED),
    "processed by this backfill": (ARRIVED, Verdict.DONE),
    "processed by this backfill, whose report is missing": (replace(ARRIVED, task=None), Verdict.DONE),
    "processed, and S3 tried its task twice": (replace(ARRIVED, task=BEFORE), Verdict.DONE),
    "processed once more by a later backfill": (replace(ARRIVED, document=DONE._replace(backfill="b2")), Verdict.DONE),
    "processed again, as asked": (replace(ARRIVED, task=REPROCESSED, document=OF_LIVE), Verdict.DONE),
    "processed, no backfill is proved": (replace(ARRIVED, task=None, document=OF_LIVE, backfill=None), Verdict.DONE),
    "processed, then deleted": (replace(ARRIVED, etag_now=None), Verdict.DONE),
    "uploaded and processed before": (replace(ARRIVED, task=BEFORE, document=OF_LIVE), Verdict.DONE_BEFORE),
    "pages missing": (
        replace(ARRIVED, document=ended(DocumentStatus.PARTIAL_SUCCESS, "PAGES_MISSING")),
        Verdict.DONE_IN_PART,
    ),
    "damaged": (replace(ARRIVED, document=ended(DocumentStatus.FAILED, "BAD_DOCUMENT")), Verdict.FAILED),
    "failed, for whatever reason": (replace(ARRIVED, document=ended(DocumentStatus.FAILED)), Verdict.FAILED),
    "not readable by the pipeline": (replace(KNOWN, task=refused("ACCESS_DENIED")), Verdict.FAILED),
    "no image": (
        replace(ARRIVED, document=ended(DocumentStatus.UNSUPPORTED, "UNSUPPORTED_FORMAT")),
        Verdict.UNSUPPORTED,
    ),
    "an output": (replace(KNOWN, row=Row("archive", f"a.pdf-analysis/{ID}/text.txt")), Verdict.SKIPPED),
    "not there": (replace(KNOWN, etag_now=None), Verdict.MISSING),
    "not there when its task came": (replace(KNOWN, task=refused("OBJECT_MISSING"), etag_now=None), Verdict.MISSING),
    "deleted before its processing": (
        replace(ARRIVED, document=ended(DocumentStatus.FAILED, "OBJECT_MISSING"), etag_now=None),
        Verdict.MISSING,
    ),
    "replaced": (replace(ARRIVED, etag_now="another"), Verdict.CHANGED),
    "replaced before its processing, and put back": (
        replace(ARRIVED, document=ended(DocumentStatus.FAILED, "OBJECT_CHANGED")),
        Verdict.CHANGED,
    ),
    "listed twice": (replace(ARRIVED, repeats=1), Verdict.DUPLICATE),
    "waiting": (replace(ARRIVED, document=ended(DocumentStatus.QUEUED)), Verdict.IN_PROGRESS),
    "waiting, and replaced": (
        replace(ARRIVED, document=ended(DocumentStatus.QUEUED), etag_now="another"),
        Verdict.IN_PROGRESS,
    ),
    "in no report": (KNOWN, Verdict.NEVER_REGISTERED),
    "put there after its task had come": (replace(KNOWN, task=refused("OBJECT_MISSING")), Verdict.NEVER_REGISTERED),
    "throttled to the end": (replace(KNOWN, task=refused("Rate exceeded")), Verdict.NEVER_REGISTERED),
    "function crashed": (replace(KNOWN, task=refused("Lambda returned function error")), Verdict.NEVER_REGISTERED),
    "registered and lost": (replace(KNOWN, task=REGISTERED), Verdict.NEVER_REGISTERED),
    "registered and lost, and deleted": (replace(KNOWN, task=REGISTERED, etag_now=None), Verdict.NEVER_REGISTERED),
    "outputs deleted": (replace(ARRIVED, missing_outputs=("text.txt",)), Verdict.OUTPUTS_MISSING),
    "outputs deleted, of one done before": (
        replace(ARRIVED, task=BEFORE, document=OF_LIVE, missing_outputs=("text.txt",)),
        Verdict.OUTPUTS_MISSING,
    ),
    "outputs deleted, and replaced": (
        replace(ARRIVED, missing_outputs=("text.txt",), etag_now="another"),
        Verdict.OUTPUTS_MISSING,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_case_has_its_verdict(name: str) -> None:
    evidence, verdict = CASES[name]
    assert judge(evidence)[0] is verdict


@pytest.mark.parametrize(("name", "words"), [
    ("damaged", "BAD_DOCUMENT: Why, and what to do."),
    ("not readable by the pipeline", "ACCESS_DENIED: Why, and what to do."),
    ("outputs deleted", f"no text.txt at a.pdf-analysis/{ID}/"),
    ("waiting", "QUEUED since 2026-11-23 12:00:00 UTC"),
    ("throttled to the end", "Rate exceeded"),
    ("replaced", "The registered object is SUCCEEDED"),
    ("processed, then deleted", "deleted since"),
    ("listed twice", "Row 1"),
])  # fmt: skip
def test_the_reason_tells_what_happened(name: str, words: str) -> None:
    assert words in judge(CASES[name][0])[1]


def test_what_is_done_needs_no_reason() -> None:
    assert judge(ARRIVED) == (Verdict.DONE, "")


def test_the_outputs_expected_are_those_that_were_written() -> None:
    assert expected_outputs(DONE) == ("text.txt", "forms.csv")
    assert expected_outputs(ended(DocumentStatus.PARTIAL_SUCCESS, "EMPTY_RESULT")) == ("text.txt", "forms.csv")
    assert expected_outputs(ended(DocumentStatus.FAILED, "BAD_DOCUMENT")) == ()
    assert expected_outputs(ended(DocumentStatus.IN_PROGRESS)) == ()


MESSAGES = [*(f"{how} as {ID}, SUBMITTED" for how in ("registered", "registered before", "reprocessed"))]
TASKS = st.none() | st.builds(
    TaskOutcome,
    st.booleans(),
    st.sampled_from([*MESSAGES, "", "skipped: ", "?", *(f"{code}: Why." for code in ErrorCode)]),
)
DOCUMENTS = st.none() | st.builds(
    ended, st.sampled_from(DocumentStatus), st.none() | st.sampled_from(ErrorCode) | st.just("OF_A_LATER_RELEASE")
)
EVIDENCE = st.builds(
    Evidence,
    st.just(ROW),
    st.sampled_from(["b1", "b2", None]),
    task=TASKS,
    etag_now=st.sampled_from(["etag", "another", None]),
    document=DOCUMENTS,
    missing_outputs=st.sampled_from([(), ("text.txt",)]),
)


@given(EVIDENCE)
def test_whatever_is_known_of_a_row_it_is_settled_only_with_a_document_that_ended_a_refusal_or_no_object(
    evidence: Evidence,
) -> None:
    verdict, reason = judge(evidence)
    document, task = evidence.document, evidence.task
    if document:
        settled = document.status.is_terminal and not evidence.missing_outputs
    elif task and task.document_id:
        settled = False
    else:
        was_refused = task is not None and task.refusal not in {None, ErrorCode.OBJECT_MISSING}
        settled = evidence.etag_now is None or was_refused
    assert verdict.is_settled is settled
    assert reason or verdict in {Verdict.DONE, Verdict.DONE_BEFORE} or (document and not document.failure)
    assert sum((verdict.is_settled, verdict.is_unaccounted_for, verdict is Verdict.IN_PROGRESS)) == 1
