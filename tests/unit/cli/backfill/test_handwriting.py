"""Manifests made by hand are read as they are meant; where that is not clear, the message says what the row says."""

from io import StringIO
from pathlib import Path

import pytest

from cli.backfill.handwriting import Handwriting, with_pluses
from cli.backfill.manifest import ManifestError, Row, parse_csv
from cli.backfill.planning.inspection import Outcome
from cli.backfill.records import find_record
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.conftest import BUCKET, REPORTS
from textract_pipeline.aws import clients, service_quotas

TWO = [Row("letters", "in/a.png"), Row("letters", "in/b c.png")]


def read(text: str) -> tuple[list[Row], list[str]]:
    handwriting = Handwriting()
    return list(parse_csv(StringIO(text, newline=""), "list.csv", (), handwriting)), [*handwriting.kinds]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("letters,in/a.png\nletters,in/b+c.png\n", []),
        ("letters,in/a.png\r\nletters,in/b%20c.png", []),
        ("Bucket,Key\nletters,in/a.png\nletters,in/b+c.png\n", ["a header"]),
        (
            "bucket, KEY\nletters,in/a.png\nletters,in/b+c.png\n",
            ["keys that are not URL-encoded, or spaces", "a header"],
        ),
        ("\nletters,in/a.png\n\nletters,in/b+c.png\n\n", ["blank lines"]),
        ("letters, in/a.png\nletters,in/b c.png\n", ["keys that are not URL-encoded, or spaces"]),
        ('letters, "in/a.png"\nletters,"in/b+c.png"\n', ["keys that are not URL-encoded, or spaces"]),
        ("arn:aws:s3:::letters,in/a.png\ns3://letters/,in/b+c.png\n", ["ARNs or addresses of buckets"]),
        ("arn:aws-us-gov:s3:::letters,in/a.png\nletters,in/b+c.png\n", ["ARNs or addresses of buckets"]),
    ],
)
def test_what_can_mean_one_thing_is_read_so_and_noted(text: str, kinds: list[str]) -> None:
    assert read(text) == (TWO, kinds)


def test_a_header_with_versions_is_a_header_and_a_header_further_down_is_a_row() -> None:
    assert read("Bucket,Key,VersionId\nletters,a,v1\n")[0] == [Row("letters", "a", "v1")]
    assert read("letters,a\nBucket,Key\n")[0] == [Row("letters", "a"), Row("Bucket", "Key")]


@pytest.mark.parametrize("key", ["ä ö.png", "50% off.png"])
def test_a_key_that_is_not_encoded_is_itself_unless_it_has_a_plus(key: str) -> None:
    rows, kinds = read(f"letters,{key}\n")
    assert rows == [Row("letters", key)]
    assert kinds == ["keys that are not URL-encoded, or spaces"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("letters;a.png\n", "letters;a.png"), ("letters,a\n,b\n", ",b"), ("letters,a%FFb\n", "letters,a%FFb")],
)
def test_a_row_that_cannot_be_read_is_quoted(text: str, quoted: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read(text)
    assert caught.value.message.endswith(f": {quoted}")


def test_a_plus_may_have_been_meant_for_each_space() -> None:
    assert [*with_pluses("a b")] == ["a+b"]
    assert {*with_pluses("a b c")} == {"a+b c", "a b+c", "a+b+c"}
    assert [*with_pluses("a b c d e")] == ["a+b+c+d+e"]
    assert [*with_pluses("abc")] == []


@pytest.fixture
def folder(pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(service_quotas, "of_account", dict)
    for key in ("tax+2026.png", "plain.png"):
        clients.s3().put_object(Bucket=BUCKET, Key=key, Body=b"\x89PNG\r\n\x1a\n" + key.encode() + bytes(64))
    return tmp_path


def test_a_plus_that_is_not_encoded_is_told_with_what_would_be_right(pipeline, folder):
    (folder / "list.csv").write_text(f"{BUCKET},tax+2026.png\n{BUCKET},plain.png\n{BUCKET},never+there.png\n")
    assert pipeline.run("backfill", "plan", "list.csv", "--exact").exit_code == 0
    skipped = (folder / "backfill-plan-skipped.csv").read_text().splitlines()
    assert f'{BUCKET},tax 2026.png,,{Outcome.MISSING},"In a manifest, + stands for a space' in skipped[1]
    assert "There is tax+2026.png: write tax%2B2026.png" in skipped[1]
    assert "There is" not in skipped[2].replace("There is no such", "")


def test_s3_gets_the_plans_own_list_of_a_manifest_that_it_could_not_read(pipeline, folder, jobs):
    body = f"Bucket,Key\narn:aws:s3:::{BUCKET}, plain.png\n\n".encode()
    clients.s3().put_object(Bucket=REPORTS, Key="mine.csv", Body=body)
    result = pipeline.run("backfill", "start", f"s3://{REPORTS}/mine.csv", "--exact", "--yes")
    assert result.exit_code == 0
    assert "and is read as it is meant" in result.stdout
    manifest = find_record(TARGET, None).manifest
    assert manifest is not None
    stored = clients.s3().get_object(Bucket=REPORTS, Key=manifest.key)["Body"].read()
    assert stored == f"{BUCKET},plain.png\n".encode()
