"""Every wrong request is answered with an error message of one line."""

from pathlib import Path

import pytest

from textract_pipeline.aws import service_quotas


@pytest.fixture
def here(pipeline, jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(service_quotas, "of_account", dict)
    Path("marked.csv").write_text("\ufeffdocuments,a.png\n", encoding="utf-8")
    return pipeline


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "s3://"], "bucket"),
        (["plan", "Bad Bucket!"], "Bad Bucket!"),
        (["reconcile", "--manifest", "s3:///m.csv"], "bucket"),
        (["status", "xyz"], "There is no backfill xyz"),
        (["plan", "marked.csv"], "starts with a byte order mark"),
        (["plan", "s3://inventory-and-logs/no.csv"], "there is no such object"),
        (["plan", "documents", "--out", "/nowhere/plan.json"], "/nowhere"),
        (["plan", "documents", "--out", "/dev/full"], "/dev/full"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_it_is_said_in_one_line(here, arguments, said):
    result = here.run("backfill", *arguments)
    assert result.exit_code in {1, 2, 3}
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert said.lower() in line.lower()
    assert ".." not in line
    assert not Path("/dev/full.csv").exists()
