"""Documents that the flow has lost track of are resumed, no matter how they were lost."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.conftest import PDF, PNG, Cloud, service_error
from tests.integration.flow import code_of, later, queue, redriven, start, submit
from textract_pipeline import recovery
from textract_pipeline.aws import clients, queues
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Result, Run
from textract_pipeline.errors import ErrorCode
from textract_pipeline.events import DocumentMessage, JobCompletion
from textract_pipeline.names import DocumentStatus, Stage
from textract_pipeline.recovery import NotAllRecoveredError, recover


def test_a_document_that_is_where_it_should_be_is_left_alone(cloud: Cloud) -> None:
    documents = [submit(cloud, "a.png", PNG), queue(cloud, submit(cloud, "b.png", PNG)), start(cloud)]
    calls = len(cloud.textract.calls)
    recover(cloud.start, later(minutes=5))
    assert [cloud.document(document.document_id).status for document in documents] == [
        DocumentStatus.SUBMITTED,
        DocumentStatus.QUEUED,
        DocumentStatus.IN_PROGRESS,
    ]
    assert len(cloud.textract.calls) == calls


def test_a_document_whose_stream_record_was_given_up_is_announced_again(cloud: Cloud) -> None:
    document = submit(cloud, "a.png", PNG)
    recover(cloud.start, later(hours=2))
    announced = cloud.document(document.document_id)
    assert announced.status is DocumentStatus.SUBMITTED
    assert announced.updated_at > document.updated_at + timedelta(hours=1)


def test_a_document_that_is_never_routed_fails_after_a_day(cloud: Cloud) -> None:
    document = submit(cloud, "a.png", PNG)
    recover(cloud.start, later(hours=25))
    assert code_of(cloud.document(document.document_id)) == ErrorCode.NOT_ROUTED


@pytest.mark.parametrize(("stage", "kind"), [(Stage.ANALYZE, "work"), (Stage.COLLECT, "completion")])
def test_a_document_whose_message_was_given_up_says_so_and_the_message_stays(
    cloud: Cloud, stage: Stage, kind: str
) -> None:
    document = queue(cloud, submit(cloud, "a.png", PNG))
    (dead_letters,) = cloud.start.dead_letter_queues[stage]
    completion = JobCompletion(document.run, "job", "SUCCEEDED", "StartDocumentAnalysis")
    body = DocumentMessage.of(document).to_json() if kind == "work" else completion.to_json()
    for message in ("not JSON", body):
        clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=message)
    recover(cloud.start)
    failed = cloud.document(document.document_id)
    assert failed.status is DocumentStatus.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.stage) == (ErrorCode.DEAD_LETTERED, stage)
    assert queues.counts(dead_letters) == (2, 0)


def test_a_dead_letter_of_a_document_that_ended_well_changes_nothing(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "a.png", PNG))
    DocumentsTable(cloud.start.documents_table).finish(document.run, DocumentStatus.SUCCEEDED, Result(1))
    (dead_letters,) = cloud.start.dead_letter_queues[Stage.ANALYZE]
    clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=DocumentMessage.of(document).to_json())
    recover(cloud.start)
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_a_dead_letter_of_another_run_fails_nothing(cloud: Cloud) -> None:
    document = redriven(cloud)
    (dead_letters,) = cloud.start.dead_letter_queues[Stage.COLLECT]
    other = JobCompletion(document.run._replace(number=7), "job-1", "SUCCEEDED", "StartDocumentAnalysis")
    unknown = other._replace(run=Run("0" * 32, 1))
    for completion in (other, unknown):
        clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=completion.to_json())
    assert recover(cloud.start) == 0
    assert cloud.document(document.document_id).status is DocumentStatus.IN_PROGRESS


def test_a_redriven_document_whose_completion_is_given_up_again_says_so(cloud: Cloud) -> None:
    document = redriven(cloud)
    (dead_letters,) = cloud.start.dead_letter_queues[Stage.COLLECT]
    completion = JobCompletion(document.billed_run, "job-1", "SUCCEEDED", "StartDocumentAnalysis")
    clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=completion.to_json())
    assert recover(cloud.start) == 1
    assert code_of(cloud.document(document.document_id)) == ErrorCode.DEAD_LETTERED
    assert recover(cloud.start) == 0


def test_a_document_that_outlived_its_message_is_a_failure(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "a.pdf", PDF))
    recover(cloud.start, later(days=cloud.start.queue_retention_days, minutes=1))
    assert code_of(cloud.document(document.document_id)) == ErrorCode.EXPIRED


def failing_for(bad: Document, call: Any) -> Any:
    """The same call, which fails for one document in a way that nobody has thought of."""

    def failing(store: Any, about: Any, *rest: Any, **options: Any) -> Any:
        if bad.document_id in {about, getattr(about, "document_id", None)}:
            raise ValueError("a defect")
        return call(store, about, *rest, **options)

    return failing


def refused_for(job_id: str, error: Exception) -> Any:
    """A Textract that refuses to tell of one job, and knows no other."""

    def answer(**request: object) -> None:
        raise error if request["JobId"] == job_id else service_error("InvalidJobIdException")

    return answer


@pytest.mark.parametrize(
    "error",
    [
        service_error("AccessDeniedException"),
        service_error("SomethingNewException"),
        service_error("ThrottlingException"),
        ValueError("a defect"),
    ],
    ids=str,
)
def test_a_job_that_cannot_be_asked_after_stops_no_other_document(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    bad, *others = [start(cloud, key=f"{number}.pdf") for number in range(4)]
    waiting = queue(cloud, submit(cloud, "waiting.pdf", PDF))
    jobs = {}
    for number, document in enumerate((bad, *others)):
        jobs[document.document_id] = f"job-{number}"
        change_job(cloud, document, f"job-{number}")
    monkeypatch.setattr(cloud.textract, "get_document_analysis", refused_for("job-0", error), raising=False)
    with pytest.raises(ExceptionGroup) as raised:
        recover(cloud.start, later(days=cloud.start.queue_retention_days, minutes=1))
    assert len(raised.value.exceptions) == 1
    assert cloud.document(bad.document_id).status is DocumentStatus.IN_PROGRESS
    assert {code_of(cloud.document(document.document_id)) for document in others} == {ErrorCode.JOB_LOST}
    assert code_of(cloud.document(waiting.document_id)) == ErrorCode.EXPIRED


def change_job(cloud: Cloud, document: Document, job_id: str) -> None:
    clients.dynamodb().update_item(
        TableName=cloud.start.documents_table,
        Key={"documentId": {"S": document.document_id}},
        UpdateExpression="SET jobId = :job",
        ExpressionAttributeValues={":job": {"S": job_id}},
    )


@pytest.mark.parametrize(
    ("rule", "time", "call"),
    [
        ("never routed", {"hours": 25}, "finish"),
        ("announced again", {"hours": 2}, "touch"),
        ("expired", {"days": 11}, "finish"),
        ("dead letter", {}, "finish"),
        ("dead letter", {}, "get"),
    ],
)
def test_a_document_that_a_rule_fails_for_stops_no_other_document(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, rule: str, time: Any, call: str
) -> None:
    documents = [submit(cloud, f"{number}.png", PNG) for number in range(4)]
    if rule in {"expired", "dead letter"}:
        documents = [queue(cloud, document) for document in documents]
    if rule == "dead letter":
        (dead_letters,) = cloud.start.dead_letter_queues[Stage.ANALYZE]
        for document in documents:
            clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=DocumentMessage.of(document).to_json())
    before = [cloud.document(document.document_id) for document in documents]
    monkeypatch.setattr(DocumentsTable, call, failing_for(documents[1], getattr(DocumentsTable, call)))
    with pytest.raises(ExceptionGroup, match="recovered"):
        recover(cloud.start, later(**time))
    monkeypatch.undo()
    after = [DocumentsTable(cloud.start.documents_table).get(document.document_id) for document in documents]
    assert [was != now for was, now in zip(before, after, strict=True)] == [True, False, True, True]


@pytest.mark.parametrize("rule", ["_announce_again", "_fail_dead_lettered", "_look_up_jobs", "_fail_expired"])
def test_every_rule_is_applied_though_another_one_fails_and_what_was_stuck_is_counted(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    applied: list[str] = []
    for name in ("_announce_again", "_fail_dead_lettered", "_look_up_jobs", "_fail_expired"):

        def apply(*_: Any, name: str = name) -> int:
            applied.append(name)
            if name == rule:
                raise ValueError("a defect")
            return 1

        monkeypatch.setattr(recovery, name, apply)
    with pytest.raises(NotAllRecoveredError) as raised:
        recover(cloud.start)
    assert len(applied) == 4
    assert raised.value.stuck == 3


def test_a_dead_letter_queue_that_cannot_be_read_keeps_no_other_one_from_being(cloud: Cloud) -> None:
    document = queue(cloud, submit(cloud, "a.png", PNG))
    (dead_letters,) = cloud.start.dead_letter_queues[Stage.ANALYZE]
    clients.sqs().send_message(QueueUrl=dead_letters, MessageBody=DocumentMessage.of(document).to_json())
    settings = cloud.start._replace(dead_letter_queues={"start": [dead_letters + "-gone"], "analyze": [dead_letters]})
    with pytest.raises(ExceptionGroup):
        recover(settings)
    assert code_of(cloud.document(document.document_id)) == ErrorCode.DEAD_LETTERED


def test_an_item_that_cannot_be_read_keeps_no_other_document_from_being_recovered(cloud: Cloud) -> None:
    documents = [queue(cloud, submit(cloud, f"{number}.pdf", PDF)) for number in range(4)]
    clients.dynamodb().update_item(
        TableName=cloud.start.documents_table,
        Key={"documentId": {"S": documents[0].document_id}},
        UpdateExpression="SET features = :features",
        ExpressionAttributeValues={":features": {"L": [{"S": "of a later version"}]}},
    )
    with pytest.raises(NotAllRecoveredError) as raised:
        recover(cloud.start, later(days=cloud.start.queue_retention_days, minutes=1))
    assert raised.value.stuck == 3
    codes = {code_of(cloud.document(document.document_id)) for document in documents[1:]}
    assert codes == {ErrorCode.EXPIRED}
