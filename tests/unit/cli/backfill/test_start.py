"""A backfill is started: its price is accepted, and its manifest is where S3 Batch Operations can read it."""

import json
from pathlib import Path

import pytest

from cli.backfill.manifest import read_rows
from cli.backfill.records import find_record
from tests.unit.cli.backfill.conftest import TARGET, Jobs
from tests.unit.cli.conftest import BUCKET, REPORTS, Pipeline
from textract_pipeline.aws import clients, service_quotas
from textract_pipeline.names import DocumentStatus

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def here(pipeline: Pipeline, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A bucket with three images, and a place for plans."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(service_quotas, "of_account", dict)
    for number in range(3):
        clients.s3().put_object(Bucket=BUCKET, Key=f"scans/a+b {number}.png", Body=PNG + b"%d" % number)
    return pipeline


def start(here: Pipeline, *arguments: str) -> object:
    result = here.run("backfill", "start", *arguments, "--yes", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_plan_is_started_as_it_was_made(here, jobs):
    assert here.run("backfill", "plan", BUCKET, "--exact").exit_code == 0
    clients.s3().put_object(Bucket=BUCKET, Key="scans/new.png", Body=PNG)
    started = start(here, "backfill-plan.json", "--per-minute", "600")
    record = find_record(TARGET, None)
    assert started == {"backfill": record.id, "jobIds": ["job-1"], "objects": 3}
    (request,) = jobs.created
    manifest = clients.s3().get_object(Bucket=REPORTS, Key=f"backfills/{record.id}/manifest.csv")
    assert manifest["Body"].read().decode().splitlines()[0] == f"{BUCKET},scans/a%2Bb%200.png"
    assert request["Manifest"]["Location"]["ETag"] == manifest["ETag"].strip('"')
    assert request["Manifest"]["Spec"]["Fields"] == ["Bucket", "Key"]
    assert request["Report"]["Prefix"] == f"backfills/{record.id}"
    operation = request["Operation"]["LambdaInvoke"]
    assert operation["InvocationSchemaVersion"] == "2.0"
    assert operation["UserArguments"] == {"backfill": record.id, "again": "none", "documentsPerMinute": "600"}


def test_a_source_is_planned_first(here, jobs):
    start(here, f"s3://{BUCKET}/scans/", "--exact")
    assert find_record(TARGET, None).price == pytest.approx(3 * 0.065)


def test_a_manifest_that_the_stack_may_read_is_taken_as_it_is(here, jobs):
    clients.s3().put_object(Bucket=REPORTS, Key="mine.csv", Body=f"{BUCKET},scans/a%2Bb+0.png".encode())
    start(here, f"s3://{REPORTS}/mine.csv")
    assert jobs.created[0]["Manifest"]["Location"]["ObjectArn"] == f"arn:aws:s3:::{REPORTS}/mine.csv"


def test_s3_lists_a_bucket_itself_where_it_is_asked_to(here, jobs):
    start(here, f"s3://{BUCKET}/scans/", "--suffix", ".png", "--min-size", "10", "--let-s3-list")
    generator = jobs.created[0]["ManifestGenerator"]["S3JobManifestGenerator"]
    assert generator["Filter"] == {
        "KeyNameConstraint": {"MatchAnyPrefix": ["scans/"], "MatchAnySuffix": [".png"]},
        "ObjectSizeGreaterThanBytes": 9,
    }
    assert generator["ManifestOutputLocation"]["Bucket"].endswith(REPORTS)
    record = find_record(TARGET, None)
    assert record.manifest is None
    assert record.planned is not None
    assert [row.key for row in read_rows(record.planned)] == [f"scans/a+b {number}.png" for number in range(3)]


def test_s3_is_given_the_suffix_as_the_keys_have_it(here, jobs):
    for name in ("one.JPeG", "two.JPeG"):
        clients.s3().put_object(Bucket=BUCKET, Key=f"photos/{name}", Body=PNG)
    start(here, f"s3://{BUCKET}/photos/", "--suffix", ".jpeg", "--let-s3-list")
    generator = jobs.created[0]["ManifestGenerator"]["S3JobManifestGenerator"]
    assert generator["Filter"]["KeyNameConstraint"]["MatchAnySuffix"] == [".JPeG"]


def test_s3_lists_nothing_where_it_would_miss_a_spelling_and_the_plan_can_be_started(here, jobs):
    clients.s3().put_object(Bucket=BUCKET, Key="scans/Scan.Png", Body=PNG)
    arguments = (f"s3://{BUCKET}/scans/", "--suffix", ".png", "--let-s3-list", "--yes")
    result = here.run("backfill", "start", *arguments)
    assert (result.exit_code, jobs.created) == (1, [])
    assert "3 end in .png, 1 end in .Png" in result.stderr
    start(here, "backfill-plan.json")
    manifest = find_record(TARGET, None).manifest
    assert manifest is not None
    assert "scans/Scan.Png" in {row.key for row in read_rows(manifest)}


def test_it_does_not_start_without_being_agreed_to(here, jobs):
    result = here.run("backfill", "start", BUCKET, "--exact")
    assert (result.exit_code, jobs.created) == (1, [])
    assert "Start, for $0.45?" in result.stderr


def test_it_refuses_what_may_cost_too_much(here, jobs):
    result = here.run("backfill", "start", BUCKET, "--exact", "--max-cost", "0.3", "--yes")
    assert (result.exit_code, jobs.created) == (1, [])
    assert "more than --max-cost $0.30: not started." in result.stderr


def planned_with(here, **changes: object) -> None:
    """A plan of the bucket, with some of its figures changed."""
    here.run("backfill", "plan", BUCKET, "--exact")
    plan = json.loads(Path("backfill-plan.json").read_text()) | changes
    Path("changed.json").write_text(json.dumps(plan))


@pytest.mark.parametrize(("most", "starts"), [("12.50", True), ("12.49", False), ("11.00", False)])
def test_what_an_estimate_may_be_wrong_by_counts_as_cost(here, jobs, most, starts):
    planned_with(here, price={"value": 10, "error": 2}, batchOperationsFee=0.5)
    result = here.run("backfill", "start", "changed.json", "--yes", "--max-cost", most)
    assert (result.exit_code, len(jobs.created)) == ((0, 1) if starts else (1, 0))
    assert starts or f"It may cost $12.50, more than --max-cost ${most}: not started." in result.stderr


def test_an_estimate_says_what_it_may_be_wrong_by(here, jobs):
    planned_with(here, price={"value": 10, "error": 2}, batchOperationsFee=0.5)
    result = here.run("backfill", "start", "changed.json")
    assert "Start, for $10.50 (plus or minus $2.00)?" in result.stderr


@pytest.mark.parametrize(("inspected", "starts"), [(3, False), (2, True)])
def test_that_nothing_was_found_to_do_in_a_sample_is_no_proof_that_there_is_nothing(here, jobs, inspected, starts):
    planned_with(here, inspected=inspected, toProcess=0)
    result = here.run("backfill", "start", "changed.json", "--yes")
    assert (result.exit_code, len(jobs.created)) == (0, int(starts))


def test_a_job_is_never_made_before_its_record(here, jobs, monkeypatch):
    """Or else nobody could pause, cancel, or prove it, if the command ended in between."""
    known: list[object] = []
    create_job = Jobs.create_job

    def note(stand_in, **request):
        known.append(find_record(TARGET, None).id)
        return create_job(stand_in, **request)

    monkeypatch.setattr(Jobs, "create_job", note)
    start(here, BUCKET, "--exact")
    assert known == [find_record(TARGET, None).id]


def test_a_plan_is_not_started_twice(here, jobs):
    here.run("backfill", "plan", BUCKET)
    start(here, "backfill-plan.json")
    result = here.run("backfill", "start", "backfill-plan.json", "--yes")
    assert (result.exit_code, len(jobs.created)) == (0, 1)
    assert "Nothing to do, and nothing to pay: this plan was already started" in result.stdout


def test_where_all_is_done_there_is_nothing_to_start(here, jobs):
    for number in range(3):
        here.register(f"done {number}.png", DocumentStatus.SUCCEEDED)
    result = here.run("backfill", "start", f"s3://{BUCKET}/done", "--exact", "--yes")
    assert (result.exit_code, jobs.created) == (0, [])
    assert "none of the 3 objects needs processing" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["no-plan.json"], 2, "no-plan.json is not a backfill plan"),
        (["backfill-plan.json", "--again", "all"], 2, "The plan was made with --again none"),
        (["backfill-plan.json", "--let-s3-list"], 2, "--let-s3-list needs a bucket"),
        ([BUCKET, "--let-s3-list", "--suffix", ".a", "--suffix", ".b"], 2, "--let-s3-list takes one --suffix"),
        (["s3://no-such-bucket-at-all/"], 3, "no-such-bucket-at-all"),
        ([f"s3://{REPORTS}/no.csv"], 2, f"s3://{REPORTS}/no.csv cannot be read"),
    ],
)
def test_what_cannot_be_started_is_said_in_one_line(here, jobs, arguments, exit_code, said):
    here.run("backfill", "plan", BUCKET)
    result = here.run("backfill", "start", *arguments, "--yes")
    assert (result.exit_code, jobs.created) == (exit_code, [])
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said in line


@pytest.mark.parametrize("option", ["--per-minute", "--max-cost"])
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "-1", "NaN", "1e999"])
def test_a_number_that_limits_nothing_is_refused(here, jobs, option, number):
    result = here.run("backfill", "start", BUCKET, "--exact", "--yes", f"{option}={number}")
    assert (result.exit_code, jobs.created) == (2, [])
    assert f"Invalid value for '{option}': {number} is no number of 0 or more." in result.stderr


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_plan_with_a_price_that_is_no_number_is_none(here, jobs, number):
    here.run("backfill", "plan", BUCKET, "--exact")
    plan = json.loads(Path("backfill-plan.json").read_text())
    for changes in ({"price": plan["price"] | {"value": float(number)}}, {"batchOperationsFee": float(number)}):
        Path("changed.json").write_text(json.dumps(plan | changes))
        result = here.run("backfill", "start", "changed.json", "--yes", "--max-cost", "1")
        assert (result.exit_code, jobs.created) == (2, [])
        assert "changed.json is not a backfill plan" in result.stderr


def test_a_plan_whose_list_has_no_name_is_none(here, jobs):
    here.run("backfill", "plan", BUCKET, "--exact")
    plan = json.loads(Path("backfill-plan.json").read_text())
    for name in ("", "..", "/"):
        Path("changed.json").write_text(json.dumps(plan | {"rowsPath": name}))
        result = here.run("backfill", "start", "changed.json", "--yes")
        assert (result.exit_code, jobs.created) == (2, [])
        assert result.stderr.rstrip().endswith(("make one with textract-pipeline backfill plan.", "Plan again."))


def test_a_plan_whose_rows_are_gone_says_so(here, jobs):
    here.run("backfill", "plan", BUCKET)
    Path("backfill-plan.csv").unlink()
    result = here.run("backfill", "start", "backfill-plan.json", "--yes")
    assert (result.exit_code, "The plan's rows cannot be read" in result.stderr) == (2, True)
