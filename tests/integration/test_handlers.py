"""The handlers, fed with AWS's events: they parse, make one call a record, and reply as their trigger expects."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import quote

import pytest

from lambdas.asyncproc.handler import handle as asyncproc
from lambdas.docproc.handler import handle as docproc
from lambdas.jobresultsproc.handler import handle as jobresultsproc
from lambdas.s3batchproc.handler import handle as s3batchproc
from lambdas.s3proc.handler import handle as s3proc
from lambdas.statusproc.handler import handle as statusproc
from lambdas.syncproc.handler import handle as syncproc
from tests.integration.conftest import BUCKET, MAX_RECEIVE_COUNT, PDF, PNG, Cloud, service_error
from tests.support.events import load_event
from tests.support.responses import two_field_form
from textract_pipeline import pipeline, recovery
from textract_pipeline.aws import clients, control_table, objects
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.document import Document, ObjectHead, ObjectVersion, document_id
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus


@dataclass(frozen=True)
class Context:
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


CONTEXT: Any = Context()


@pytest.fixture(autouse=True)
def environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "TextractPipeline")
    for settings in (cloud.register, cloud.route, cloud.analyze, cloud.start, cloud.collect, cloud.status):
        for name, value in settings._asdict().items():
            monkeypatch.setenv(name.upper(), value if isinstance(value, str) else json.dumps(value))
    monkeypatch.setattr(pipeline, "wake_job_starter", lambda _settings: None)


@pytest.fixture
def log() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the functions have logged."""
    written = StringIO()
    handler: Any = pipeline.logger.registered_handler
    was = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(was)


def uploads(*keys_and_etags: tuple[str, str]) -> Any:
    event = load_event("s3_object_created")
    (record,) = event["Records"]
    event["Records"] = []
    for key, etag in keys_and_etags:
        copy = json.loads(json.dumps(record))
        copy["s3"]["object"] = {"key": key, "eTag": etag}
        event["Records"].append(copy)
    return event


def stream(*documents: Document) -> Any:
    def attribute(value: object) -> dict[str, Any]:
        if isinstance(value, int):
            return {"N": str(value)}
        return {"L": [attribute(entry) for entry in value]} if isinstance(value, list) else {"S": str(value)}

    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "StreamViewType": "NEW_IMAGE",
                    "NewImage": {name: attribute(value) for name, value in document_to_item(document).items()},
                },
            }
            for number, document in enumerate(documents, start=1)
        ]
    }


def messages(*bodies: str) -> Any:
    (template,) = load_event("job_completion")["Records"]
    return {"Records": [template | {"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]}


def registered(cloud: Cloud, key: str, body: bytes) -> Document:
    s3proc(uploads((key, cloud.upload(key, body))), CONTEXT)
    (document,) = [found for found in _documents(cloud) if found.key == key]
    return document


def _documents(cloud: Cloud) -> list[Document]:
    items = clients.dynamodb().scan(TableName=cloud.register.documents_table)["Items"]
    return [cloud.document(item["documentId"]["S"]) for item in items]


def test_s3proc_registers_every_upload_of_the_event(cloud: Cloud) -> None:
    etags = {key: cloud.upload(key, PNG) for key in ("a b+c.png", "ü.PNG")}
    s3proc(uploads(("a+b%2Bc.png", etags["a b+c.png"]), ("%C3%BC.PNG", etags["ü.PNG"])), CONTEXT)
    assert {document.key for document in _documents(cloud)} == set(etags)
    assert {document.submitted_by for document in _documents(cloud)} == {"AWS:AIDAEXAMPLE"}


def test_s3proc_does_not_take_the_pipelines_outputs_for_documents(cloud: Cloud) -> None:
    key = f"a.png-analysis/{'0' * 32}/text.txt"
    s3proc(uploads((key, cloud.upload(key, b"text"))), CONTEXT)
    assert _documents(cloud) == []


def test_s3proc_registers_the_rest_of_an_event_of_which_one_record_fails(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = uploads(("bad.png", "0"), ("good.png", cloud.upload("good.png", PNG)))
    inspect = objects.inspect

    def fail_for_the_bad_one(source: ObjectVersion) -> ObjectHead:
        if source.key == "bad.png":
            raise RetryableError("S3 does not answer")
        return inspect(source)

    monkeypatch.setattr(objects, "inspect", fail_for_the_bad_one)
    with pytest.raises(ExceptionGroup, match="could not be registered"):
        s3proc(event, CONTEXT)
    assert [document.key for document in _documents(cloud)] == ["good.png"]


def test_s3batchproc_tells_the_truth_of_every_task(cloud: Cloud) -> None:
    bodies = {"good.pdf": PDF, "notes.txt": b"Hello"}
    for key, body in bodies.items():
        cloud.upload(key, body)
    event = load_event("batch_operations_2_0")
    event["tasks"] = [
        {"taskId": key, "s3Key": key, "s3VersionId": None, "s3Bucket": BUCKET} for key in [*bodies, "missing.pdf"]
    ]
    results = {result["taskId"]: result for result in s3batchproc(event, CONTEXT)["results"]}
    assert {key: result["resultCode"] for key, result in results.items()} == {
        "good.pdf": "Succeeded",
        "notes.txt": "Succeeded",
        "missing.pdf": "PermanentFailure",
    }
    assert "UNSUPPORTED" in results["notes.txt"]["resultString"]
    assert "does not exist" in results["missing.pdf"]["resultString"]


def test_s3batchproc_tells_of_the_other_tasks_if_one_fails_in_a_way_that_it_does_not_know(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("a.pdf", "bad.pdf", "z.pdf"):
        cloud.upload(key, PDF)
    register = pipeline.register

    def defective(source: Any, *rest: Any) -> Any:
        if source.key == "bad.pdf":
            raise ValueError("a defect")
        return register(source, *rest)

    monkeypatch.setattr(pipeline, "register", defective)
    results = {
        one["taskId"]: one["resultCode"]
        for one in s3batchproc(tasks_of("a.pdf", "bad.pdf", "z.pdf"), CONTEXT)["results"]
    }
    assert results == {"a.pdf": "Succeeded", "bad.pdf": "TemporaryFailure", "z.pdf": "Succeeded"}
    with pytest.raises(ExceptionGroup):
        s3batchproc(tasks_of("bad.pdf"), CONTEXT)


def tasks_of(*keys: str, **arguments: str) -> dict[str, Any]:
    event: dict[str, Any] = load_event("batch_operations_2_0")
    event["job"]["userArguments"] = arguments
    event["tasks"] = [{"taskId": key, "s3Key": quote(key), "s3VersionId": None, "s3Bucket": BUCKET} for key in keys]
    return event


def test_s3batchproc_takes_the_keys_that_people_give_their_files(cloud: Cloud) -> None:
    keys = ["a+b.png", "a b.png", "100 %.png", "%41.png", "\u00fc/\u6587\u66f8.png", "#?&=;.png", "\U0001f4c4.png"]
    for key in keys:
        cloud.upload(key, PNG + key.encode())
    results = s3batchproc(tasks_of(*keys), CONTEXT)["results"]
    assert [result["resultString"].partition(" as ")[0] for result in results] == ["registered"] * len(keys)
    assert {document.key for document in _documents(cloud)} == set(keys)


def test_s3batchproc_does_not_import_what_the_pipeline_wrote_itself(cloud: Cloud) -> None:
    key = registered(cloud, "a.png", PNG).output_prefix + "page.png"
    cloud.upload(key, PNG)
    (result,) = s3batchproc(tasks_of(key), CONTEXT)["results"]
    assert (result["resultCode"], result["resultString"].partition(":")[0]) == ("Succeeded", "skipped")
    assert len(_documents(cloud)) == 1


def test_s3batchproc_processes_again_what_its_job_asks_for(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    pipeline.process_image(DocumentMessage.of(document), cloud.analyze, lambda: 300)
    (before,) = s3batchproc(tasks_of("a.png", backfill="b1"), CONTEXT)["results"]
    (again,) = s3batchproc(tasks_of("a.png", backfill="b1", again="all"), CONTEXT)["results"]
    assert before["resultString"] == f"registered before as {document.document_id}, SUCCEEDED"
    assert again["resultString"] == f"reprocessed as {document.document_id}, SUBMITTED"


def test_s3batchproc_says_what_is_wrong_with_its_jobs_arguments(cloud: Cloud) -> None:
    cloud.upload("a.png", PNG)
    (result,) = s3batchproc(tasks_of("a.png", again="yes"), CONTEXT)["results"]
    assert result["resultCode"] == "PermanentFailure"
    assert "'yes' is not a valid ReprocessPolicy. Make another job: the user argument again" in result["resultString"]


@pytest.mark.parametrize("rate", ["nan", "inf", "-inf", "-1", "Infinity", "1e999", "many", "", None, True, [], {}])
def test_s3batchproc_refuses_a_rate_that_is_no_rate_and_says_so(cloud: Cloud, rate: Any) -> None:
    cloud.upload("a.png", PNG)
    (result,) = s3batchproc(tasks_of("a.png", documentsPerMinute=rate), CONTEXT)["results"]
    assert result["resultCode"] == "PermanentFailure"
    assert f"documentsPerMinute is {rate!r}" in result["resultString"]
    assert "documentsPerMinute must be a number of 0 or more" in result["resultString"]
    assert not _documents(cloud)


@pytest.mark.parametrize("argument", ["backfill", "again"])
def test_s3batchproc_refuses_arguments_that_are_no_text(cloud: Cloud, argument: str) -> None:
    cloud.upload("a.png", PNG)
    arguments: Any = {argument: None}
    (result,) = s3batchproc(tasks_of("a.png", **arguments), CONTEXT)["results"]
    assert (result["resultCode"], "None" in result["resultString"]) == ("PermanentFailure", True)


def test_s3batchproc_registers_at_once_and_leaves_its_jobs_rate_to_what_comes_after(cloud: Cloud) -> None:
    for key in ("a.png", "b.png", "c.png"):
        cloud.upload(key, PNG + key.encode())
    results = s3batchproc(tasks_of("a.png", "b.png", "c.png", documentsPerMinute="0.1"), CONTEXT)["results"]
    assert {result["resultCode"] for result in results} == {"Succeeded"}
    (rate,) = control_table.read("ControlTable", control_table.BACKFILL_RATE).values()
    assert control_table.number(rate, "intervalMs") == 600_000


def test_statusproc_counts_what_the_stream_tells(cloud: Cloud) -> None:
    event = tasks_of("a.png", backfill="b1")
    cloud.upload("a.png", PNG)
    s3batchproc(event, CONTEXT)
    statusproc(stream(*_documents(cloud)), CONTEXT)
    assert BackfillsTable(cloud.status.backfills_table).read("b1").documents[DocumentStatus.SUBMITTED] == 1


def test_docproc_routes_what_was_submitted_and_wakes_the_starter_for_async_work(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[object] = []
    monkeypatch.setattr(pipeline, "wake_job_starter", woken.append)
    image, scan = registered(cloud, "a.png", PNG), registered(cloud, "b.pdf", PDF)
    unsupported = registered(cloud, "c.txt", b"Hello")
    assert docproc(stream(image, unsupported), CONTEXT) == {"batchItemFailures": []}
    assert not woken
    docproc(stream(scan), CONTEXT)
    assert len(woken) == 1
    assert len(cloud.messages(cloud.route.sync_queue_url)) == 1
    assert len(cloud.messages(cloud.route.async_queue_url)) == 1


def test_what_was_routed_stays_so_if_the_starter_cannot_be_woken_now(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(_: object) -> None:
        raise RetryableError("Rate exceeded")

    monkeypatch.setattr(pipeline, "wake_job_starter", throttled)
    assert docproc(stream(registered(cloud, "b.pdf", PDF)), CONTEXT) == {"batchItemFailures": []}


def test_docproc_names_the_record_that_failed_and_routes_the_others(cloud: Cloud) -> None:
    event = stream(registered(cloud, "a.png", PNG), registered(cloud, "b.png", PNG))
    del event["Records"][0]["dynamodb"]["NewImage"]["bucketName"]
    assert docproc(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert len(cloud.messages(cloud.route.sync_queue_url)) == 1


def test_syncproc_processes_every_message_and_names_the_one_that_failed(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    reply = syncproc(messages("not JSON", DocumentMessage.of(document).to_json()), CONTEXT)
    assert reply == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def received_from(queue_url: str, document: Document, times: int) -> Any:
    """A message as Lambda hands it on after so many receives."""
    clients.sqs().send_message(QueueUrl=queue_url, MessageBody=DocumentMessage.of(document).to_json())
    (message,) = clients.sqs().receive_message(QueueUrl=queue_url)["Messages"]
    event = messages(message["Body"])
    event["Records"][0] |= {
        "receiptHandle": message["ReceiptHandle"],
        "attributes": {"ApproximateReceiveCount": str(times)},
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + queue_url.rpartition("/")[2],
    }
    return event


def visible_after(queue_url: str) -> tuple[int, int, int]:
    """How many of a queue's messages are visible, hidden, and delayed."""
    names: Any = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    attributes = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    visible, hidden, delayed = (int(attributes[name]) for name in names)
    return visible, hidden, delayed


def test_a_throttled_message_comes_back_after_a_while(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = service_error("ThrottlingException")
    event = received_from(cloud.route.sync_queue_url, document, times=1)
    assert syncproc(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert visible_after(cloud.route.sync_queue_url) == (0, 1, 0)


def test_a_throttle_never_leads_to_the_dead_letter_queue(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = service_error("ThrottlingException")
    event = received_from(cloud.route.sync_queue_url, document, times=MAX_RECEIVE_COUNT)
    assert syncproc(event, CONTEXT) == {"batchItemFailures": []}
    assert visible_after(cloud.route.sync_queue_url) == (0, 1, 1)


def test_asyncproc_starts_the_jobs_of_the_documents_that_docproc_wakes_it_for(cloud: Cloud) -> None:
    cloud.textract.answer = {"JobId": "job"}
    documents = [registered(cloud, f"{number}.pdf", PDF + bytes([number])) for number in range(3)]
    docproc(stream(*documents), CONTEXT)
    asyncproc({}, CONTEXT)
    assert len(cloud.textract.calls) == 3


def test_jobresultsproc_collects_ours_and_leaves_anothers(cloud: Cloud) -> None:
    document = registered(cloud, "a.pdf", PDF)
    part = json.dumps(two_field_form()).encode()
    clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}response/job/1", Body=part)
    notices = [
        {"JobId": "job", "Status": "SUCCEEDED", "API": "StartDocumentAnalysis", "JobTag": document.run.job_tag},
        {"JobId": "other", "Status": "SUCCEEDED", "API": "StartDocumentAnalysis", "JobTag": "not-ours"},
    ]
    event = messages(*(json.dumps({"Message": json.dumps(notice)}) for notice in notices))
    assert jobresultsproc(event, CONTEXT) == {"batchItemFailures": []}
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


def test_a_documents_life_can_be_read_in_the_logs(cloud: Cloud, log: Callable[[], list[dict[str, Any]]]) -> None:
    image = registered(cloud, "a.png", PNG)
    docproc(stream(image), CONTEXT)
    syncproc(messages(DocumentMessage.of(image).to_json()), CONTEXT)
    statusproc(stream(cloud.document(image.document_id)), CONTEXT)
    lines = log()
    assert [line["message"] for line in lines] == ["Registered", "Queued", "Ended", "Announced"]
    assert {(line["documentId"], line["run"]) for line in lines} == {(image.document_id, 1)}
    assert lines[2] | {"status": "SUCCEEDED", "pages": 1} == lines[2]


def test_the_start_of_a_job_is_told_with_its_document(cloud: Cloud, log: Callable[[], list[dict[str, Any]]]) -> None:
    cloud.textract.answer = {"JobId": "job"}
    scan = registered(cloud, "a.pdf", PDF)
    docproc(stream(scan), CONTEXT)
    asyncproc({}, CONTEXT)
    (line,) = [line for line in log() if line["message"] == "Started"]
    assert (line["documentId"], line["run"], line["jobId"]) == (scan.document_id, 1, "job")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (service_error("ThrottlingException"), "The record will be delivered again"),
        (ValueError("a bug"), "The record failed with an unknown error"),
        (service_error("BadDocumentException"), "The document cannot be processed"),
    ],
)
def test_a_failure_is_told_with_its_document(
    cloud: Cloud, log: Callable[[], list[dict[str, Any]]], answer: Exception, message: str
) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = answer
    syncproc(received_from(cloud.route.sync_queue_url, document, times=1), CONTEXT)
    (line,) = [line for line in log() if line["message"] == message]
    assert (line["documentId"], line["run"]) == (document.document_id, 1)


def test_an_object_that_could_not_be_registered_is_told_by_the_id_it_would_have(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, log: Callable[[], list[dict[str, Any]]]
) -> None:
    etag = cloud.upload("a.png", PNG)
    monkeypatch.setenv("DOCUMENTS_TABLE", "gone")
    with pytest.raises(ExceptionGroup):
        s3proc(uploads(("a.png", etag)), CONTEXT)
    (line,) = log()
    assert line["documentId"] == document_id(BUCKET, "a.png", etag)


def test_the_schedule_starts_jobs_and_tells_of_stuck_documents_though_others_could_not_be_recovered(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_: object) -> int:
        error = recovery.NotAllRecoveredError("Not all", [ValueError("a defect")])
        error.stuck = 3
        raise error

    monkeypatch.setattr(recovery, "recover", failing)
    cloud.textract.answer = {"JobId": "job"}
    scan = registered(cloud, "a.pdf", PDF)
    docproc(stream(scan), CONTEXT)
    with pytest.raises(ExceptionGroup):
        asyncproc({"source": "aws.events"}, CONTEXT)
    assert cloud.document(scan.document_id).status is DocumentStatus.IN_PROGRESS
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"StuckDocuments":' in line]
    assert [line["StuckDocuments"] for line in told] == [[3.0]]


def test_the_schedule_tells_how_much_of_the_quota_is_in_use(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAX_CONCURRENT_JOBS", "4")
    cloud.textract.answer = {"JobId": "job"}
    docproc(stream(registered(cloud, "a.pdf", PDF)), CONTEXT)
    asyncproc({"source": "aws.events"}, CONTEXT)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "QuotaInUse" in line]
    assert [line["QuotaInUse"] for line in told] == [[25.0]]
