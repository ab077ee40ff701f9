"""Where the tasks of a job come from: CSV and inventory manifests, and the generator."""

import gzip
import json

import pytest

from tests.support.batch import ACCOUNT, BUCKET, FUNCTION, INVENTORY, REPORTS, create, reaches, report_rows


def test_a_csv_manifest_is_run_as_the_role_and_every_task_reported(s3control, s3, function, manifest) -> None:
    rows = f"{BUCKET},old/caf%C3%A9+menu%2B1.pdf,\n{BUCKET},b.pdf,v7\n"
    job_id = create(s3control, Manifest=manifest(rows, ("Bucket", "Key", "VersionId")), Description="all of it")
    ended = reaches(s3control, job_id)
    assert ended["Status"] == "Complete"
    assert ended["Description"] == "all of it"
    assert ended["JobArn"].endswith(f":{ACCOUNT}:job/{job_id}")
    counts = ended["ProgressSummary"]
    assert (counts["TotalNumberOfTasks"], counts["NumberOfTasksSucceeded"], counts["NumberOfTasksFailed"]) == (2, 2, 0)
    assert ended["TerminationDate"] >= ended["CreationTime"]
    assert sorted(report_rows(s3, job_id)["succeeded"]) == [
        [BUCKET, "b.pdf", "v7", "succeeded", "200", "", "registered"],
        [BUCKET, "old/caf%C3%A9+menu%2B1.pdf", "", "succeeded", "200", "", "registered"],
    ]
    assert function.paths == {f"/2015-03-31/functions/{FUNCTION}/invocations"}
    assert None not in function.tokens  # a session token: the role's credentials


def test_an_inventory_report_is_read_file_by_file_as_its_schema_says(s3control, s3, function) -> None:
    for number in (1, 2):
        body = gzip.compress(f'"{BUCKET}","{number}.pdf","","17"\n'.encode())
        s3.put_object(Bucket=REPORTS, Key=f"data/{number}.csv.gz", Body=body)
    inventory = {
        "destinationBucket": f"arn:aws:s3:::{REPORTS}",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId, Size",
        "files": [{"key": "data/1.csv.gz"}, {"key": "data/2.csv.gz"}],
    }
    etag = s3.put_object(Bucket=REPORTS, Key="manifest.json", Body=json.dumps(inventory).encode())["ETag"]
    location = {"ObjectArn": f"arn:aws:s3:::{REPORTS}/manifest.json", "ETag": etag}
    job_id = create(s3control, Manifest={"Spec": {"Format": INVENTORY}, "Location": location})
    assert reaches(s3control, job_id)["ProgressSummary"]["NumberOfTasksSucceeded"] == 2
    assert function.keys == ["1.pdf", "2.pdf"]


GENERATOR = {"SourceBucket": f"arn:aws:s3:::{BUCKET}", "EnableManifestOutput": False}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["new/d.pdf", "old/a.pdf", "old/b+c.tif"]),
        ({"KeyNameConstraint": {"MatchAnyPrefix": ["old/"]}}, ["old/a.pdf", "old/b+c.tif"]),
        ({"KeyNameConstraint": {"MatchAnySuffix": [".pdf"]}}, ["new/d.pdf", "old/a.pdf"]),
        ({"KeyNameConstraint": {"MatchAnySubstring": ["w/"]}}, ["new/d.pdf"]),
        ({"ObjectSizeGreaterThanBytes": 1, "ObjectSizeLessThanBytes": 3}, ["old/b+c.tif"]),
        ({"CreatedAfter": "2001-01-01T00:00:00Z"}, ["new/d.pdf", "old/a.pdf", "old/b+c.tif"]),
        ({"CreatedBefore": "2001-01-01T00:00:00Z"}, []),
    ],
)
def test_the_manifest_generator_lists_what_its_filter_lets_through(s3control, s3, function, wanted, expected) -> None:
    for key, size in (("old/a.pdf", 1), ("old/b c.tif", 2), ("new/d.pdf", 3)):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x" * size)
    generator = {"S3JobManifestGenerator": {**GENERATOR, "Filter": wanted}}
    job_id = create(s3control, ManifestGenerator=generator)
    assert reaches(s3control, job_id)["ProgressSummary"]["TotalNumberOfTasks"] == len(expected)
    assert function.keys == expected


def test_a_generated_manifest_is_kept_beside_the_report_and_can_be_given_to_another_job(s3control, s3, function):
    s3.put_object(Bucket=BUCKET, Key="a b.pdf", Body=b"x")
    output = {
        "Bucket": f"arn:aws:s3:::{REPORTS}",
        "ManifestPrefix": "backfill",  # the report's
        "ManifestFormat": "S3InventoryReport_CSV_20211130",
    }
    generator = {**GENERATOR, "EnableManifestOutput": True, "ManifestOutputLocation": output}
    job_id = create(s3control, ManifestGenerator={"S3JobManifestGenerator": generator})
    location = reaches(s3control, job_id)["GeneratedManifestDescriptor"]["Location"]
    again = create(s3control, Manifest={"Spec": {"Format": INVENTORY}, "Location": location})
    assert reaches(s3control, again)["Status"] == "Complete"
    assert function.keys == ["a+b.pdf", "a+b.pdf"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (f"{BUCKET},a.pdf\n{BUCKET}\n", "row 2 has 1 columns, not Bucket, Key"),
        (f"{BUCKET},a.pdf,v1\n", "row 1 has 3 columns, not Bucket, Key"),
    ],
)
def test_a_malformed_manifest_fails_the_job_and_says_where(s3control, function, manifest, rows, reason) -> None:
    failed = reaches(s3control, create(s3control, Manifest=manifest(rows)))
    assert failed["Status"] == "Failed"
    (why,) = failed["FailureReasons"]
    assert why == {
        "FailureCode": "ManifestMalformed",
        "FailureReason": f"arn:aws:s3:::{REPORTS}/manifest.csv: {reason}",
    }
    assert function.events == []


def test_a_manifest_that_has_changed_or_gone_fails_the_job(s3control, manifest) -> None:
    described = manifest(f"{BUCKET},a.pdf\n")
    manifest(f"{BUCKET},b.pdf\n")
    (changed,) = reaches(s3control, create(s3control, Manifest=described))["FailureReasons"]
    assert changed["FailureCode"] == "ManifestETagMismatch"
    described["Location"]["ObjectArn"] = f"arn:aws:s3:::{REPORTS}/none.csv"
    (gone,) = reaches(s3control, create(s3control, Manifest=described))["FailureReasons"]
    assert gone["FailureCode"] == "ManifestUnreadable"
    assert "none.csv" in gone["FailureReason"]


def test_something_else_than_an_inventory_fails_the_job(s3control, s3) -> None:
    etag = s3.put_object(Bucket=REPORTS, Key="manifest.json", Body=b"{}")["ETag"]
    location = {"ObjectArn": f"arn:aws:s3:::{REPORTS}/manifest.json", "ETag": etag}
    failed = reaches(s3control, create(s3control, Manifest={"Spec": {"Format": INVENTORY}, "Location": location}))
    assert "not the manifest.json of an S3 Inventory report" in failed["FailureReasons"][0]["FailureReason"]
