"""The quotas of the local Textract, answered with the service's own exceptions."""

import pytest

from local.textract.api.limits import RateLimit
from local.textract.exceptions import ProvisionedThroughputExceededError
from tests.support.textract import document, ended, error_of


def test_open_jobs_are_limited_for_each_kind_and_an_ended_job_makes_room(serve, put, recognizer) -> None:
    textract = serve(concurrent_jobs=2)
    location = {"S3Object": put(document())}
    recognizer.gate.clear()
    jobs = [textract.start_document_text_detection(DocumentLocation=location)["JobId"] for _ in range(2)]
    assert error_of(textract.start_document_text_detection, DocumentLocation=location) == (
        "LimitExceededException",
        "Open jobs exceed maximum concurrent job limit",
    )
    assert textract.start_document_analysis(DocumentLocation=location, FeatureTypes=["FORMS"])["JobId"]
    recognizer.gate.set()
    ended(textract.get_document_text_detection, jobs[0])
    assert textract.start_document_text_detection(DocumentLocation=location)["JobId"]


def test_a_token_finds_its_job_when_no_other_may_start(serve, put, recognizer) -> None:
    textract = serve(concurrent_jobs=1)
    recognizer.gate.clear()
    request = {"DocumentLocation": {"S3Object": put(document())}, "ClientRequestToken": "run-1"}
    first = textract.start_document_text_detection(**request)["JobId"]
    assert textract.start_document_text_detection(**request)["JobId"] == first
    recognizer.gate.set()


def test_a_refused_start_takes_no_room(serve, put) -> None:
    textract = serve(concurrent_jobs=1)
    there = put(document())
    missing = {"S3Object": there | {"Name": "no.pdf"}}
    for _ in range(3):
        code, _message = error_of(textract.start_document_text_detection, DocumentLocation=missing)
        assert code == "InvalidS3ObjectException"
    assert textract.start_document_text_detection(DocumentLocation={"S3Object": there})["JobId"]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("detect_document_text", {"Document": {"Bytes": document()}}),
        ("analyze_document", {"Document": {"Bytes": document()}, "FeatureTypes": ["FORMS"]}),
        ("start_document_text_detection", {"DocumentLocation": {"S3Object": {}}}),
        ("start_document_analysis", {"DocumentLocation": {"S3Object": {}}, "FeatureTypes": ["FORMS"]}),
    ],
)
def test_calls_a_second_are_limited_for_each_operation(serve, clock, put, operation, parameters) -> None:
    if "DocumentLocation" in parameters:
        parameters = parameters | {"DocumentLocation": {"S3Object": put(document())}}
    textract = serve(start_tps=2, sync_tps=2)
    call = getattr(textract, operation)
    call(**parameters)
    call(**parameters)
    assert error_of(call, **parameters) == ("ProvisionedThroughputExceededException", "Provisioned rate exceeded")
    clock.now += 0.5
    call(**parameters)
    assert error_of(call, **parameters)[0] == "ProvisionedThroughputExceededException"


def test_get_and_the_other_operations_are_not_held_back_by_one(serve, put) -> None:
    textract = serve(start_tps=1)
    location = {"S3Object": put(document())}
    job_id = textract.start_document_text_detection(DocumentLocation=location)["JobId"]
    assert textract.start_document_analysis(DocumentLocation=location, FeatureTypes=["FORMS"])["JobId"]
    for _ in range(5):
        assert textract.get_document_text_detection(JobId=job_id)["JobStatus"]


def taken(rate: RateLimit, calls: int) -> int:
    """How many of so many calls at once are let through."""
    through = 0
    for _ in range(calls):
        try:
            rate.take()
        except ProvisionedThroughputExceededError:
            continue
        through += 1
    return through


def test_a_rate_is_an_average_with_a_second_of_burst(clock) -> None:
    rate = RateLimit(5, clock)
    assert taken(rate, 20) == 5
    clock.now += 0.2
    assert taken(rate, 20) == 1
    clock.now += 3600
    assert taken(rate, 20) == 5


def test_a_rate_below_one_a_second_lets_one_through_at_a_time(clock) -> None:
    rate = RateLimit(0.5, clock)
    assert taken(rate, 3) == 1
    clock.now += 1
    assert taken(rate, 3) == 0
    clock.now += 1
    assert taken(rate, 3) == 1
