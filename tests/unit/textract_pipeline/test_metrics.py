"""The log lines from which CloudWatch makes metrics."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.documents import NOON, a_document
from textract_pipeline import metrics
from textract_pipeline.document import DocumentFormat
from textract_pipeline.names import DocumentStatus, Feature

LETTER = a_document(
    document_id="a" * 32,
    key="secret name.png",
    features=(Feature.TEXT,),
    updated_at=NOON + timedelta(seconds=3),
    format=DocumentFormat.PNG,
    status=DocumentStatus.SUCCEEDED,
    pages=1,
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "TextractPipeline")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "statusproc")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_documents_that_have_ended_are_counted_by_state_and_pipeline(capsys: pytest.CaptureFixture[str]) -> None:
    report = LETTER._replace(format=DocumentFormat.PDF, pages=10, features=(Feature.FORMS,))
    waiting = LETTER._replace(status=DocumentStatus.QUEUED)
    metrics.documents_ended([LETTER, LETTER, report, waiting], {"forms": 0.04})
    sync, asynchronous = lines(capsys)
    assert (sync["status"], sync["pipeline"], sync["service"]) == ("SUCCEEDED", "sync", "statusproc")
    assert (sync["Documents"], sync["Pages"], sync["Age"]) == ([2], [2], [3, 3])
    assert sync["Dollars"] == [pytest.approx(0.003)]
    assert (asynchronous["pipeline"], asynchronous["Pages"]) == ("async", [10])
    assert asynchronous["Dollars"] == [pytest.approx(0.4)]


def test_a_run_that_an_earlier_one_had_paid_for_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.documents_ended([LETTER._replace(run_number=2)], {})
    assert lines(capsys)[0]["Dollars"] == [0]


def test_what_is_no_document_of_textracts_is_of_no_pipeline(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.documents_ended([LETTER._replace(format=None, status=DocumentStatus.UNSUPPORTED, pages=None)], {})
    [line] = lines(capsys)
    assert (line["status"], line["pipeline"], line["Pages"], line["Dollars"]) == ("UNSUPPORTED", "none", [0], [0])


def test_no_line_tells_a_name_or_a_content(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.documents_ended([LETTER], {})
    assert "secret" not in capsys.readouterr().out


def test_more_documents_than_a_line_holds_take_more_lines(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.documents_ended([LETTER] * 250, {})
    told = lines(capsys)
    assert sum(sum(line.get("Documents", [])) for line in told) == 250
    assert sum(len(line.get("Age", [])) for line in told) == 250


def test_jobs_and_stuck_documents_are_single_figures(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.jobs_started(4)
    metrics.documents_stuck(0)
    assert [(line.get("JobsStarted"), line.get("StuckDocuments")) for line in lines(capsys)] == [
        ([4], None),
        (None, [0]),
    ]


def test_the_share_of_the_quota_is_told_where_the_quota_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.jobs_running(3, 12)
    metrics.jobs_running(3, None)
    told = lines(capsys)
    assert [line["JobsRunning"] for line in told if "JobsRunning" in line] == [[3], [3]]
    assert [line["QuotaInUse"] for line in told if "QuotaInUse" in line] == [[25]]
