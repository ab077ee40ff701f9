"""What Textract is asked about a job, and what is made of its answer."""

from typing import Any

import pytest

from tests.support.aws_requests import Checked
from tests.support.documents import a_document
from textract_pipeline.aws import clients, textract
from textract_pipeline.aws.textract import ANALYSIS, TEXT_DETECTION, JobState
from textract_pipeline.names import Feature

JOB = "1f" * 32


class Jobs:
    """A substitute for boto3's client: one answer, and the calls that got it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def get_document_analysis(self, **request: Any) -> dict[str, Any]:
        self.calls.append((ANALYSIS, request))
        return self.answer

    def get_document_text_detection(self, **request: Any) -> dict[str, Any]:
        self.calls.append((TEXT_DETECTION, request))
        return self.answer


def state(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], api: str = ANALYSIS) -> tuple[JobState, Jobs]:
    jobs = Jobs(answer)
    monkeypatch.setattr(clients, "textract", lambda: Checked("textract", jobs))
    return textract.job_state(JOB, api), jobs


@pytest.mark.parametrize("api", [ANALYSIS, TEXT_DETECTION])
def test_the_api_that_started_a_job_is_asked_for_as_little_as_there_is(
    monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    told, jobs = state(monkeypatch, {"JobStatus": "SUCCEEDED"}, api)
    assert told.status == "SUCCEEDED"
    assert jobs.calls == [(api, {"JobId": JOB, "MaxResults": 1})]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({}, "Textract gives no reason."),
        ({"StatusMessage": "It is damaged."}, "It is damaged."),
        (
            {
                "StatusMessage": "Some pages failed.",
                "Warnings": [{"ErrorCode": "UNREADABLE", "Pages": [2, 3]}, {"Pages": [7]}, {"ErrorCode": "TOO_LARGE"}],
            },
            "Some pages failed.; UNREADABLE on page 2, 3; unreadable on page 7; TOO_LARGE on page ",
        ),
    ],
)
def test_a_job_says_why_and_which_pages(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], message: str) -> None:
    assert state(monkeypatch, answer)[0] == JobState("", message)


@pytest.mark.parametrize(("features", "api"), [((), TEXT_DETECTION), ((Feature.TABLES,), ANALYSIS)])
def test_text_alone_has_an_api_of_its_own(features: tuple[Feature, ...], api: str) -> None:
    assert textract.api_of(a_document(features=(Feature.TEXT, *features))) == api
