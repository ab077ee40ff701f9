"""Each object is judged as the pipeline will judge it, and one that cannot be inspected stops no other."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.backfill.manifest import Row
from cli.backfill.planning import page_count
from cli.backfill.planning.inspection import Outcome, inspect
from tests.bad_input.pdf import encrypted, one_page
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.backfill.sources import PNG, outcomes, pdf, put
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Failure, ObjectHead, ObjectVersion
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, ReprocessPolicy
from textract_pipeline.names import DocumentStatus, Stage


def register(pipeline, key: str, status: DocumentStatus, failure: Failure | None = None) -> None:
    document = pipeline.upload(key, pdf(1))._replace(status=status, failure=failure)
    assert DocumentsTable("DocumentsTable").register(document) is None


def test_each_object_is_judged_as_the_pipeline_will_judge_it(planned):
    files = {
        "good.pdf": pdf(2),
        "named wrong.png": one_page(),
        "empty.pdf": b"",
        "letter.docx": b"PK\3\4",
        "password.pdf": encrypted("secret"),
        "broken.pdf": b"%PDF-1.7",
        "cut off.png": PNG[:20],
        "too large.png": PNG[:100] + bytes(10 * 1024**2),
    }
    for key, body in files.items():
        put(key, body)
    plan = planned()
    assert outcomes(plan) == {
        "empty.pdf": Outcome.EMPTY,
        "letter.docx": Outcome.UNSUPPORTED,
        "password.pdf": Outcome.BROKEN,
        "broken.pdf": Outcome.BROKEN,
        "cut off.png": Outcome.BROKEN,
        "too large.png": Outcome.TOO_LARGE,
    }
    assert plan.to_process == 2
    assert plan.pages.value == 3
    assert plan.size_bytes == sum(map(len, files.values()))


def test_what_cannot_be_read_says_why(planned, tmp_path):
    clients.s3().put_object(Bucket=BUCKET, Key="archived.pdf", Body=pdf(1), StorageClass="GLACIER")
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"{BUCKET},archived.pdf\n{BUCKET},gone.pdf\nnot-granted,a.pdf\n", encoding="utf-8")
    plan = planned(str(manifest))
    assert plan.skipped == {Outcome.ARCHIVED: 1, Outcome.MISSING: 1, Outcome.NOT_GRANTED: 1}
    assert plan.to_process == 0


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("InvalidRequest", 400, Outcome.NOT_READABLE),  # encrypted with its owner's key (SSE-C)
        ("InvalidArgument", 400, Outcome.MISSING),  # "Invalid version id specified"
        ("InvalidBucketName", 400, Outcome.MISSING),
        ("PermanentRedirect", 301, Outcome.NOT_READABLE),
        ("AllAccessDisabled", 403, Outcome.NOT_PERMITTED),
        ("KMS.DisabledException", 400, Outcome.LOCKED),
        ("KMS.NotFoundException", 400, Outcome.LOCKED),
        ("SomethingNewAboutAnObject", 400, Outcome.NOT_READABLE),
    ],
)
def test_an_object_that_s3_refuses_for_good_is_skipped_by_name_and_the_rest_are_planned(
    planned, monkeypatch, code, status, outcome
):
    for key in ("a.pdf", "refused.pdf", "z.pdf"):
        put(key, pdf(1))
    get_object = clients.s3().get_object

    def refuse_one(**request: Any) -> Any:
        if request["Key"] != "refused.pdf":
            return get_object(**request)
        answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer, "GetObject")

    monkeypatch.setattr(clients.s3(), "get_object", refuse_one)
    plan = planned()
    assert outcomes(plan) == {"refused.pdf": outcome}
    assert plan.to_process == 2


@pytest.mark.parametrize(
    ("again", "processed"),
    [
        (ReprocessPolicy.NONE, ["new"]),
        (ReprocessPolicy.FAILED, ["failed", "new"]),
        (ReprocessPolicy.ALL, ["done", "failed", "new"]),
    ],
)
def test_what_was_processed_before_is_processed_again_only_if_asked(planned, pipeline, again, processed):
    failure = Failure("JOB_FAILED", "no", Stage.COLLECT)
    register(pipeline, "done", DocumentStatus.SUCCEEDED)
    register(pipeline, "failed", DocumentStatus.FAILED, failure)
    register(pipeline, "running", DocumentStatus.IN_PROGRESS)
    put("new", pdf(1))
    plan = planned(again=again)
    assert plan.to_process == len(processed)
    assert set(outcomes(plan)) == {"done", "failed", "running", "new"} - set(processed)
    assert plan.again is again


@dataclass
class Service:
    """Fails that often, then answers."""

    failures: int
    calls: int = 0
    pauses: list[float] = field(default_factory=list)

    def inspect(self, source) -> ObjectHead:
        self.calls += 1
        if self.calls <= self.failures:
            raise RetryableError("busy")
        return ObjectHead("etag", len(PNG), PNG[:1000])


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (3, True), (4, False)])
def test_a_service_that_is_busy_is_asked_again_but_not_forever(pipeline, monkeypatch, failures, succeeds):
    service = Service(failures)
    monkeypatch.setattr(objects, "inspect", service.inspect)
    monkeypatch.setattr(time, "sleep", service.pauses.append)
    inspections = inspect([Row(BUCKET, "a.png")], TARGET.documents, Backfill("new"))
    if succeeds:
        assert [found.outcome for found in inspections] == [Outcome.PROCESSED]
    else:
        with pytest.raises(RetryableError):
            list(inspections)
    assert service.pauses == [1.0, 5.0, 20.0][:failures]


@pytest.mark.parametrize("error", [RetryableError("InternalError"), ValueError("a defect")], ids=repr)
@pytest.mark.parametrize("step", ["first bytes", "pages"])
def test_an_object_that_cannot_be_inspected_is_skipped_by_name_and_the_rest_are_planned(
    planned, monkeypatch, error, step
):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    for key in ("a.pdf", "bad.pdf", "z.pdf"):
        put(key, pdf(1))
    inspect_object = objects.inspect

    def fail_at_first_bytes(source: ObjectVersion) -> ObjectHead:
        if source.key == "bad.pdf":
            raise error
        return inspect_object(source)

    def fail_at_pages(file: Any, *rest: Any) -> page_count.Content:
        if file._source.key == "bad.pdf":
            raise error
        return page_count.content_of(file, *rest)

    if step == "pages":
        monkeypatch.setattr("cli.backfill.planning.inspection.content_of", fail_at_pages)
    else:
        monkeypatch.setattr(objects, "inspect", fail_at_first_bytes)
    plan = planned()
    assert outcomes(plan) == {"bad.pdf": Outcome.NOT_INSPECTED}
    assert plan.to_process == 2


def test_expired_credentials_end_the_plan_since_they_are_those_of_all_objects(planned, monkeypatch):
    put("a.pdf", pdf(1))

    def expired(**_: object) -> None:
        answer: Any = {"Error": {"Code": "ExpiredToken"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "GetObject")

    monkeypatch.setattr(clients.s3(), "get_object", expired)
    with pytest.raises(ClientError):
        planned()


def test_a_service_that_stops_answering_ends_the_plan_before_many_objects_were_asked_for(pipeline, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    rows = [Row(BUCKET, f"{number:03}.png") for number in range(1000)]
    asked = []

    def fail_from_the_third(source: ObjectVersion) -> ObjectHead:
        asked.append(source.key)
        if source.key > "002.png":
            raise RetryableError("busy")
        return ObjectHead("etag", len(PNG), PNG[:1000])

    monkeypatch.setattr(objects, "inspect", fail_from_the_third)
    with pytest.raises(RetryableError):
        list(inspect(rows, TARGET.documents, Backfill("new"), threads=1))
    assert len(set(asked)) < 200
    assert sum(pauses) < 26 * 20


def test_objects_are_inspected_in_their_order_and_read_a_little_ahead(pipeline):
    put("a.png", PNG)
    asked: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(120):
            asked.append(number)
            yield Row(BUCKET, "a.png" if number % 2 else f"{number}.png")

    inspections = inspect(rows(), TARGET.documents, Backfill("new"), threads=2, together=10)
    assert next(inspections).outcome is Outcome.MISSING
    assert len(asked) <= 40
    assert [found.outcome for found in inspections][:3] == [Outcome.PROCESSED, Outcome.MISSING, Outcome.PROCESSED]
