"""A plan says what the pipeline will do, at what price, and changes nothing."""

import csv
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import Result

from cli.backfill.manifest import ManifestError, Row, write_rows
from cli.backfill.planning import page_count
from cli.backfill.planning.inspection import Outcome, inspect
from cli.backfill.planning.plan_file import Plan
from cli.backfill.planning.planner import make_plan
from cli.backfill.planning.source import find_source
from tests.bad_input.pdf import encrypted, one_page, written
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients, objects, service_quotas
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.service_quotas import Quota
from textract_pipeline.document import Failure, ObjectHead, ObjectVersion
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, ReprocessPolicy
from textract_pipeline.names import DocumentStatus, Feature, Stage

SAMPLES = Path(__file__).parents[4] / "samples"
PNG = (SAMPLES / "application-form.png").read_bytes()
TIFF = (SAMPLES / "fax.tiff").read_bytes()


def pdf(pages: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree} | {3 + number: page for number in range(pages)})


def put(key: str, body: bytes) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)


def register(pipeline, key: str, status: DocumentStatus, failure: Failure | None = None) -> None:
    document = pipeline.upload(key, pdf(1))._replace(status=status, failure=failure)
    assert DocumentsTable("DocumentsTable").register(document) is None


@pytest.fixture(autouse=True)
def told(monkeypatch) -> dict[str, Quota]:
    """The answer of Service Quotas, which has no quotas unless a test adds them."""
    quota: dict[str, Quota] = {}
    monkeypatch.setattr(service_quotas, "of_account", lambda: quota)
    return quota


@pytest.fixture
def planned(pipeline, tmp_path) -> Callable[..., Plan]:
    def of(source: str = BUCKET, **options: Any) -> Plan:
        return make_plan(TARGET, find_source(source), out=tmp_path / "plan.json", **options)

    return of


@pytest.fixture
def typed(pipeline, tmp_path) -> Callable[..., Result]:
    """The output of `backfill plan` with these arguments."""

    def command(*arguments: object) -> Result:
        result: Result = pipeline.run("backfill", "plan", *arguments, "--out", tmp_path / "plan.json")
        return result

    return command


def rows_of(plan: Plan) -> list[list[str]]:
    with plan.rows_path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def outcomes(plan: Plan) -> dict[str, Outcome]:
    return {example.uri.rpartition("/")[2]: example.outcome for example in plan.examples}


def test_pages_and_price_are_by_what_is_looked_for(planned):
    put("a.pdf", pdf(3))
    put("b.png", PNG)
    put("letters/c.pdf", pdf(10))
    plan = planned()
    assert plan.pages.value == 14
    assert plan.price.value == pytest.approx(4 * 0.065 + 10 * 0.0015)
    assert plan.price_by_feature == {
        Feature.FORMS: pytest.approx(4 * 0.05),
        Feature.TABLES: pytest.approx(4 * 0.015),
        Feature.TEXT: pytest.approx(10 * 0.0015),
    }
    assert plan.batch_operations_fee == pytest.approx(0.250003)
    assert plan.total_price == pytest.approx(plan.price.value + 0.250003)
    assert plan.is_exact


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


def test_outputs_and_duplicates_are_not_in_the_list_for_s3(planned, tmp_path):
    put("a+b é.pdf", pdf(1))
    output = f"a.pdf-analysis/{32 * 'a'}/text.txt"
    manifest = tmp_path / "m.csv"
    file = StringIO()
    write_rows([Row(BUCKET, key) for key in ("a+b é.pdf", output, "a+b é.pdf")], file)
    manifest.write_text(file.getvalue(), encoding="utf-8")
    plan = planned(str(manifest), exact=True)
    assert rows_of(plan) == [[BUCKET, "a%2Bb%20%C3%A9.pdf"]]
    assert (plan.objects, plan.to_register, plan.to_process) == (3, 1, 1)
    assert plan.skipped == {Outcome.OUTPUT: 1, Outcome.REPEATED: 1}


def test_a_source_of_which_nothing_is_to_be_registered_costs_nothing_but_the_job(planned):
    put(f"a.pdf-analysis/{32 * 'a'}/text.txt", b"text")
    plan = planned()
    assert (plan.objects, plan.to_register, plan.to_process, plan.price.value) == (1, 0, 0, 0)
    assert plan.is_exact


def test_what_is_skipped_is_listed_with_the_reason(planned, tmp_path):
    put("empty.pdf", b"")
    planned()
    with (tmp_path / "plan-skipped.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["bucket"], row["key"], row["outcome"]) == (BUCKET, "empty.pdf", "empty")
    assert "0 bytes" in row["reason"]


def test_a_sample_stands_for_all_and_exact_means_all(planned):
    for number in range(40):
        put(f"{number}.pdf", pdf(1 + number % 4))
    sampled, exact = planned(sample=10), planned(exact=True)
    assert (sampled.inspected, exact.inspected) == (10, 40)
    assert exact.pages.value == 100
    assert exact.is_exact
    assert not sampled.is_exact
    assert abs(sampled.pages.value - 100) <= sampled.pages.error < 50
    assert sampled.price.error == pytest.approx(sampled.pages.error * 0.065)


def test_a_few_long_documents_are_found_by_their_size(planned):
    for number in range(60):
        put(f"{number}.pdf", pdf(1))
    put("long.pdf", pdf(3000))
    plan = planned(sample=10)
    assert plan.inspected == 11
    assert (plan.pages.value, len(plan.groups)) == (3060, 1)


def test_the_same_source_is_planned_alike(planned):
    for number in range(30):
        put(f"{number}.pdf", pdf(1 + number))
    assert planned(sample=10).pages == planned(sample=10).pages


def test_rounded_counts_add_up(planned):
    for number in range(31):
        put(f"{number}.pdf", (pdf(1), b"", b"%PDF-1.7")[number % 3])
    plan = planned(sample=10)
    assert plan.to_process + sum(plan.skipped.values()) == plan.objects == 31
    assert all(group.to_process + sum(group.skipped.values()) == group.objects for group in plan.groups)


def test_other_prices_replace_those_known(pipeline, tmp_path):
    put("a.pdf", pdf(10))
    target = type(TARGET)(TARGET.name, {**TARGET.stack_outputs, "Prices": '{"forms": 0.04}'})
    plan = make_plan(target, find_source(BUCKET), out=tmp_path / "plan.json")
    assert plan.price.value == pytest.approx(10 * 0.055)


def test_the_duration_rests_on_what_is_known(planned, told):
    for number in range(10):
        put(f"{number}.pdf", pdf(1))
    assert planned().seconds == pytest.approx(10 / 2)
    told["StartDocumentAnalysis"] = Quota(0.5, 600)
    plan = planned()
    assert plan.seconds == pytest.approx(10 / 0.5)
    assert any(
        "0.5 jobs are started per second (Service Quotas)" in line and "25 run at once (setting)" in line
        for line in plan.assumptions
    )


def test_a_plan_is_read_back_from_its_file(planned, tmp_path):
    put("a.pdf", pdf(1))
    plan = planned()
    assert Plan.load(tmp_path / "plan.json") == plan


def test_a_plan_may_be_moved_with_its_list(planned, tmp_path):
    put("a.pdf", pdf(1))
    planned()
    elsewhere = tmp_path / "elsewhere" / "mine.json"
    elsewhere.parent.mkdir()
    (tmp_path / "plan.json").rename(elsewhere)
    assert Plan.load(elsewhere).rows_path == elsewhere.with_name("plan.csv")


@pytest.mark.parametrize("content", [None, "", "{}", "not JSON", '{"source": 1}'])
def test_a_file_that_is_no_plan_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ManifestError, match="is not a backfill plan"):
        Plan.load(path)


def test_a_manifest_in_s3_is_told_to_batch_operations_as_it_is(planned):
    put("a.pdf", pdf(1))
    put("m.csv", f"{BUCKET},a.pdf\n".encode())
    plan = planned(f"s3://{BUCKET}/m.csv", exact=True)
    assert plan.manifest
    assert plan.manifest.uri == f"s3://{BUCKET}/m.csv"
    assert plan.to_process == 1


def test_nothing_is_written_and_nothing_is_paid(planned, pipeline):
    put("a.pdf", pdf(1))
    put("m.csv", f"{BUCKET},a.pdf\n".encode())
    calls: set[str] = set()
    for client in (clients.s3(), clients.dynamodb()):
        client.meta.events.register("before-call", lambda model, **_: calls.add(model.name))
    planned(exact=True)
    planned(f"s3://{BUCKET}/m.csv")
    assert calls == {"ListObjectsV2", "HeadObject", "GetObject", "BatchGetItem"}


def test_a_person_sees_what_it_comes_to(typed):
    put("a.pdf", pdf(3))
    put("[bold].docx", b"PK")
    result = typed(BUCKET)
    assert result.exit_code == 0, result.output
    for text in (
        "2 objects of s3://documents/",
        ".pdf",
        "$0.20",
        "forms $0.15",
        "unsupported",
        "[bold].docx",
        "about 0:00:0",
    ):
        assert text in result.stdout
    assert "Assumed: 2 jobs are started per second (assumed" in result.stdout
    assert "Listing" in result.stderr


def test_a_script_gets_the_plan_as_json(typed, tmp_path):
    put("a.pdf", pdf(3))
    result = typed(BUCKET, "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert json.loads(result.stdout)["toProcess"] == 1


def test_filters_are_options(typed):
    put("a/1.pdf", pdf(1))
    put("a/2.PDF", pdf(1))
    put("a/3.pdf", pdf(1) + bytes(1000))
    put("b/4.pdf", pdf(1))
    options = (
        "--prefix",
        "a/",
        "--suffix",
        ".Pdf",
        "--max-size",
        1000,
        "--after",
        "2020-01-01",
        "--before",
        "2099-01-01",
    )
    assert json.loads(typed(BUCKET, "--json", *options).stdout)["objects"] == 2
    assert json.loads(typed(BUCKET, "--json", "--again", "all").stdout)["again"] == "all"


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("no-such-bucket", 3, "The bucket no-such-bucket cannot be listed"),
        (f"s3://{BUCKET}/no/such/prefix", 2, "lists no objects: there is nothing to plan"),
        ("nowhere.csv", 2, "There is no file nowhere.csv"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(typed, source, code, message):
    result = typed(source)
    assert result.exit_code == code
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert message in error


def test_a_place_that_cannot_be_written_to_is_said_in_a_line(pipeline, tmp_path):
    put("a.pdf", pdf(1))
    with pytest.raises(ManifestError, match=r"The plan cannot be written to .*nowhere"):
        make_plan(TARGET, find_source(BUCKET), out=tmp_path / "nowhere" / "plan.json")


def test_a_plan_does_not_overwrite_its_own_list(pipeline, tmp_path):
    with pytest.raises(ManifestError, match="would overwrite its list"):
        make_plan(TARGET, find_source(BUCKET), out=tmp_path / "plan.csv")


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

    def fail_at_pages(file: Any, *rest: Any) -> int:
        if file._source.key == "bad.pdf":
            raise error
        return page_count.count_pages(file, *rest)

    if step == "pages":
        monkeypatch.setattr("cli.backfill.planning.inspection.count_pages", fail_at_pages)
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


def test_a_plan_says_that_uploads_with_a_key_of_the_account_are_always_new(planned, monkeypatch):
    put("a.png", PNG)
    told = "an object that was uploaded again counts as new"
    assert told not in " ".join(planned().assumptions)
    monkeypatch.setitem(TARGET.stack_outputs, "EncryptionSetting", "customer")
    assert told in " ".join(planned().assumptions)


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
