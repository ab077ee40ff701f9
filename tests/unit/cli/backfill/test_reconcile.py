"""The proof that a backfill is complete."""

import csv
import gzip
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from cli.backfill.manifest import CSV_FORMAT, INVENTORY_FORMAT, ManifestLocation
from cli.backfill.reconciliation.verdict import Verdict
from cli.backfill.records import save_record
from tests.unit.cli.backfill.backfilled import Backfilled, put_csv, put_manifest
from tests.unit.cli.backfill.conftest import TARGET, Jobs
from tests.unit.cli.conftest import BUCKET, REPORTS
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Failure
from textract_pipeline.names import DocumentStatus, Stage


def test_every_row_has_one_line_and_the_counts_add_up_to_the_rows(backfill, tmp_path):
    done = backfill.process("awkward key+1.png")
    before = backfill.process("before.png", backfill=None)
    damaged = backfill.process("bad.png", DocumentStatus.FAILED, failure=Failure("BAD", "Broken.", Stage.ANALYZE))
    backfill.process("waiting.png", DocumentStatus.QUEUED)
    lost = backfill.process("lost.png")
    clients.s3().delete_object(Bucket=BUCKET, Key=f"{lost.output_prefix}text.txt")
    changed = backfill.process("changed.png")
    backfill.pipeline.upload("changed.png", b"another")
    backfill.pipeline.upload("unseen.png", b"png")
    output = f"{done.output_prefix}text.txt"
    keys = ("awkward key+1.png", "before.png", "bad.png", "waiting.png", "lost.png", "changed.png", "unseen.png")
    backfill.list(*keys, "missing.png", output, "bad.png")
    known = {"before.png": before, "changed.png": changed, "bad.png": damaged}
    backfill.report(**{key: f"registered before as {one.document_id}, SUCCEEDED" for key, one in known.items()})
    result = backfill.reconcile("--out", tmp_path / "out.csv", "--json")
    lines = list(csv.reader((tmp_path / "out.csv").open(newline="")))
    assert lines[0] == ["bucket", "key", "version_id", "document_id", "verdict", "reason", "pages"]
    assert [(key, verdict) for _, key, _, _, verdict, _, _ in lines[1:]] == [
        ("awkward key+1.png", "done"),
        ("before.png", "done before"),
        ("bad.png", "failed"),
        ("waiting.png", "in progress"),
        ("lost.png", "outputs missing"),
        ("changed.png", "changed since"),
        ("unseen.png", "never registered"),
        ("missing.png", "missing"),
        (output, "skipped"),
        ("bad.png", "duplicate row"),
    ]
    assert lines[1] == [BUCKET, "awkward key+1.png", "", done.document_id, "done", "", "2"]
    assert lines[3][5] == "BAD: Broken."
    told = json.loads(result.stdout)
    assert (result.exit_code, told["rows"], told["unaccountedFor"], told["isComplete"]) == (1, 10, 2, False)
    assert sum(verdict["rows"] for verdict in told["verdicts"].values()) == 10
    assert told["verdicts"]["failed"] == {"rows": 1, "pages": 2}
    assert told["verdicts"]["duplicate row"] == {"rows": 1, "pages": 0}


@pytest.mark.parametrize(
    ("status", "exit_code"),
    [(DocumentStatus.SUCCEEDED, 0), (DocumentStatus.FAILED, 0), (DocumentStatus.IN_PROGRESS, 1)],
)
def test_the_exit_code_says_whether_all_has_ended_and_is_accounted_for(backfill, status, exit_code):
    backfill.process("a.png", status)
    backfill.list("a.png")
    backfill.report()
    assert backfill.reconcile().exit_code == exit_code


def test_people_see_a_table_and_the_rows_to_do_something_about(backfill):
    backfill.process("a.png")
    keys = [f"{number:02}.png" for number in range(12)]
    for key in keys:
        backfill.pipeline.upload(key, b"png")
    backfill.list("a.png", *keys)
    backfill.report()
    shown = backfill.reconcile().stdout
    assert f"s3://{BUCKET}/00.png: never registered. It is neither in DocumentsTable" in shown
    assert "… and 2 more: --out FILE lists all." in shown
    assert "Not complete. Rows unaccounted for: 12, still in progress: 0." in shown


def test_a_complete_backfill_is_said_to_be(backfill):
    backfill.process("a.png")
    backfill.list("a.png", "missing.png")
    backfill.report()
    assert "Complete: every one of 2 rows is accounted for." in backfill.reconcile().stdout


@pytest.mark.parametrize("status", ["Active", None])
def test_a_job_without_a_report_is_named_and_its_documents_are_known_by_their_content(backfill, jobs, status):
    backfill.process("a.png")
    backfill.list("a.png")
    if status:
        jobs.jobs["job-0"]["Status"] = status
    else:
        del jobs.jobs["job-0"]
    result = backfill.reconcile("--json")
    assert f"Job job-0 is {status or 'no longer known to S3'} and has no completion report" in result.stderr
    told = json.loads(result.stdout)
    assert (result.exit_code, told["verdicts"]["done"]["rows"], told["jobsWithoutReport"]) == (0, 1, ["job-0"])


def test_the_manifest_that_s3_made_is_found_by_the_job(backfill, jobs):
    backfill.process("a.png")
    backfill.list("a.png")
    backfill.report()
    made, record = backfill.record.manifest, replace(backfill.record, manifest=None)
    save_record(TARGET, record)
    assert "has no manifest yet" in backfill.reconcile().stderr
    location = {"ObjectArn": f"arn:aws:s3:::{REPORTS}/{made.key}", "ETag": made.etag}
    jobs.jobs["job-0"]["GeneratedManifestDescriptor"] = {"Format": CSV_FORMAT, "Location": location}
    assert backfill.reconcile().exit_code == 0


def listed_by_s3(backfill: Backfilled, jobs: Jobs, *keys: str, planned: Sequence[str] | None) -> None:
    """S3 has listed these keys itself, of those that were planned; version 0.1.0 did not keep the planned ones."""
    backfill.list(*keys)
    made = backfill.record.manifest
    assert made is not None
    location = {"ObjectArn": f"arn:aws:s3:::{REPORTS}/{made.key}", "ETag": made.etag}
    jobs.jobs["job-0"]["GeneratedManifestDescriptor"] = {"Format": CSV_FORMAT, "Location": location}
    kept = None
    if planned is not None:
        etag = put_csv("planned.csv", [(BUCKET, key) for key in planned])
        kept = ManifestLocation(CSV_FORMAT, REPORTS, "planned.csv", etag, fields=("Bucket", "Key"))
    generator = {"SourceBucket": f"arn:aws:s3:::{BUCKET}"}
    backfill.record = replace(backfill.record, manifest=None, generator=generator, planned=kept, objects=3)
    save_record(TARGET, backfill.record)


def test_what_was_planned_and_not_listed_by_s3_is_accounted_for_or_lost(backfill, jobs, tmp_path):
    for key in ("listed.png", "uploaded again.Png"):
        backfill.process(key)
    backfill.pipeline.upload("lost.Png", b"png")
    keys = ("lost.Png", "deleted.Png", "uploaded%20again.Png", "listed.png")
    listed_by_s3(backfill, jobs, "listed.png", "new.png", planned=keys)
    backfill.report()
    result = backfill.reconcile()
    assert result.exit_code == 1
    assert f"s3://{BUCKET}/lost.Png: never registered. It was planned, but S3 did not list it." in result.stdout
    assert "Not complete. Rows unaccounted for: 1" in result.stdout
    assert backfill.verdicts(tmp_path) == {
        "listed.png": "done",
        "new.png": "missing",
        "lost.Png": "never registered",
        "deleted.Png": "missing",
        "uploaded again.Png": "done",
    }


@pytest.mark.parametrize(("listed", "exit_code"), [(("a.png", "b.png", "c.png"), 0), (("a.png", "b.png"), 1)])
def test_fewer_rows_than_were_planned_are_no_complete_backfill(backfill, jobs, listed, exit_code):
    for key in listed:
        backfill.process(key)
    listed_by_s3(backfill, jobs, *listed, planned=None)
    backfill.report()
    result = backfill.reconcile("--json")
    assert (result.exit_code, json.loads(result.stdout)["unaccountedFor"]) == (exit_code, exit_code)


def test_a_manifest_may_be_proved_no_matter_how_its_objects_were_imported(backfill, tmp_path):
    backfill.process("live.png", backfill=None)
    (tmp_path / "list.csv").write_text(f"{BUCKET},live.png\n")
    result = backfill.reconcile("--manifest", tmp_path / "list.csv", "--json")
    assert (result.exit_code, json.loads(result.stdout)["verdicts"]["done"]["rows"]) == (0, 1)
    named = backfill.reconcile(backfill.record.id, "--manifest", tmp_path / "list.csv", "--json")
    assert json.loads(named.stdout)["verdicts"]["done before"]["rows"] == 1


def test_what_several_jobs_of_a_backfill_did_is_taken_together(backfill, jobs, tmp_path):
    """A backfill that was paused goes on in another job: what one of them registered is done."""
    first, second = backfill.process("first.png", backfill=None), backfill.process("second.png", backfill=None)
    backfill.list("first.png", "second.png", "third.png")
    backfill.pipeline.upload("third.png", b"png")
    backfill.report(**{"first.png": f"registered as {first.document_id}, SUBMITTED"})
    backfill.record = replace(backfill.record, job_ids=(*backfill.record.job_ids, jobs.add("job-1", "Complete")))
    save_record(TARGET, backfill.record)
    said = f"registered as {second.document_id}, SUBMITTED"
    put_csv("report-1.csv", [(BUCKET, "second.png", "", "succeeded", "200", "", said)])
    put_manifest(replace(backfill.record, job_ids=("job-1",)), "report-1.csv")
    assert backfill.verdicts(tmp_path) == {
        "first.png": "done",
        "second.png": "done",
        "third.png": "never registered",
    }


def test_thousands_of_rows_are_proved(backfill, tmp_path):
    documents = [backfill.process(f"{number:04}.png") for number in range(3)]
    backfill.list(*(f"{number:04}.png" for number in range(2500)))
    backfill.report(**{one.key: f"registered as {one.document_id}, SUBMITTED" for one in documents})
    verdicts = backfill.verdicts(tmp_path)
    assert list(verdicts.values()) == [Verdict.DONE] * 3 + [Verdict.MISSING] * 2497


@pytest.mark.parametrize(
    ("arguments", "words", "exit_code"),
    [
        (("no-such-backfill",), "There is no backfill no-such-backfill", 1),
        (("--manifest", "no/such.csv"), "There is no file no/such.csv", 2),
        (("--manifest", f"s3://{REPORTS}/no-such.csv"), f"s3://{REPORTS}/no-such.csv cannot be read", 2),
        (("--out", "no/such/folder/out.csv"), "no/such/folder/out.csv cannot be written: No such file", 1),
        (("--out", "/dev/full"), "/dev/full cannot be written: No space left", 1),
    ],
)
def test_what_is_wrong_is_said_in_one_line(backfill, arguments, words, exit_code):
    backfill.process("a.png")
    backfill.list("a.png")
    backfill.report()
    result = backfill.reconcile(*arguments)
    assert (result.exit_code, words in result.stderr) == (exit_code, True)
    assert len(result.stderr.strip().splitlines()) == 1


def test_s3_is_not_asked_for_a_version_whose_document_is_known(backfill, tmp_path):
    known = backfill.process("a.png")
    said = f"registered as {known.document_id}, SUBMITTED"
    put_csv("report.csv", [(BUCKET, "a.png", "v1", "succeeded", "200", "", said)])
    put_manifest(backfill.record, "report.csv")
    (tmp_path / "list.csv").write_text(f"{BUCKET},a.png,v1\n")
    arguments = (backfill.record.id, "--manifest", tmp_path / "list.csv", "--json")
    assert json.loads(backfill.reconcile(*arguments).stdout)["verdicts"]["done"]["rows"] == 1


def test_a_manifest_without_rows_proves_nothing(backfill):
    backfill.list()
    result = backfill.reconcile()
    assert (result.exit_code, "there is nothing to prove" in result.stderr) == (2, True)


def test_what_is_no_name_of_a_bucket_or_of_an_object_is_missing(backfill, tmp_path):
    (tmp_path / "list.csv").write_text(f"No Bucket!,a.pdf\n{BUCKET},{'k' * 2000}\n")
    told = json.loads(backfill.reconcile("--manifest", tmp_path / "list.csv", "--json").stdout)
    assert told["verdicts"]["missing"]["rows"] == 2


def test_a_part_of_a_bucket_may_be_proved(backfill):
    backfill.process("2019/a.png")
    backfill.list("2019/a.png")
    for _ in range(2):
        told = json.loads(backfill.reconcile("--manifest", f"s3://{BUCKET}/2019/a.png", "--json").stdout)
        assert {verdict for verdict, found in told["verdicts"].items() if found["rows"]} == {"done", "skipped"}


def test_a_manifest_that_was_replaced_proves_nothing(backfill):
    backfill.process("a.png")
    backfill.list("a.png")
    put_csv(backfill.record.manifest.key, [(BUCKET, "b.png")])
    result = backfill.reconcile()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has changed since the backfill was made from it" in result.stderr


def test_the_table_of_documents_is_only_read(backfill):
    document = backfill.process("a.png")
    backfill.list("a.png")
    backfill.reconcile()
    assert DocumentsTable("DocumentsTable").get(document.document_id) == document


@pytest.mark.parametrize(("schema", "is_warned"), [("Bucket, Key, VersionId, IsLatest", True), ("Bucket, Key", False)])
def test_older_versions_that_a_job_of_the_console_imported_are_warned_about(backfill, schema, is_warned):
    backfill.process("a.png")
    rows = f"{BUCKET},a.png,v2,true\n{BUCKET},a.png,v1,false\n" if is_warned else f"{BUCKET},a.png\n"
    clients.s3().put_object(Bucket=REPORTS, Key="data.csv.gz", Body=gzip.compress(rows.encode()))
    inventory = {
        "destinationBucket": f"arn:aws:s3:::{REPORTS}",
        "fileFormat": "CSV",
        "fileSchema": schema,
        "files": [{"key": "data.csv.gz"}],
    }
    etag = clients.s3().put_object(Bucket=REPORTS, Key="manifest.json", Body=json.dumps(inventory).encode())["ETag"]
    manifest = ManifestLocation(INVENTORY_FORMAT, REPORTS, "manifest.json", etag.strip('"'))
    save_record(TARGET, replace(backfill.record, manifest=manifest))
    result = backfill.reconcile("--json")
    assert ("inventory lists older versions, too" in result.stderr) is is_warned
    assert json.loads(result.stdout)["rows"] == 1
