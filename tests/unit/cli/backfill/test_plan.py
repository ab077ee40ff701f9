"""`backfill plan`: what people and scripts see."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.bad_input.pdf import with_files
from tests.unit.cli.backfill.sources import pdf, put
from tests.unit.cli.conftest import BUCKET


@pytest.fixture
def typed(pipeline, told, tmp_path) -> Callable[..., Result]:
    """The output of `backfill plan` with these arguments."""

    def command(*arguments: object) -> Result:
        result: Result = pipeline.run("backfill", "plan", *arguments, "--out", tmp_path / "plan.json")
        return result

    return command


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


def test_a_person_sees_that_embedded_files_are_not_read(typed):
    put("plain.pdf", pdf(1))
    assert "embedded" not in typed(BUCKET).stdout
    put("portfolio.pdf", with_files(2))
    result = typed(BUCKET)
    assert "1 document has embedded files" in result.stdout
    assert "Not processed" not in result.stdout


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
