"""Every error that AWS documents for the pipeline's calls has one of the three outcomes, chosen on purpose.

The codes come from botocore's service models, in which AWS publishes the errors of each operation. Those of S3 are in
the shape `Error` (the same list as in "Error responses", S3 API Reference, 2026-11). Those of KMS, which other services
pass on, are in its operations Decrypt and GenerateDataKey. A code that is in no table fails: decide what it means.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pytest

from tests.unit.textract_pipeline.outcomes import EVERYWHERE, OF_KMS, OPERATIONS, TABLE, UNKNOWN
from tests.unit.textract_pipeline.refusals import CALLS, DOCUMENT, START, outcome_of, refuse, service_error
from textract_pipeline.aws import textract
from textract_pipeline.errors import DocumentError


@cache
def model(service: str) -> Any:
    make_client: Any = boto3.client
    return make_client(service, region_name="us-east-1").meta.service_model


def documented(call: str) -> Iterator[tuple[str, int]]:
    """The codes that AWS documents for a call, with their HTTP status."""
    if call in {"document", "s3", "response"}:
        text = model("s3").shape_for("Error").members["Code"].documentation
        for item in text.split("<i>Code:</i>")[1:]:
            code = re.match(r"\s*([A-Za-z]{2,})", item)
            status = re.search(r"HTTP Status Code:</i>\s*(\d{3})", item)
            if code:
                yield code[1], int(status[1]) if status else 400
        for operation in model("s3").operation_names:
            yield from _errors("s3", operation)
    else:
        for operation in OPERATIONS[call]:
            yield from _errors(call.split(maxsplit=1)[0], operation)


def _errors(service: str, operation: str) -> Iterator[tuple[str, int]]:
    used = {"GetObject", "HeadObject", "PutObject", "ListObjectsV2", "ListObjectVersions", "DeleteObject"}
    if service == "s3" and operation not in used:
        return
    for shape in model(service).operation_model(operation).error_shapes:
        status = shape.metadata.get("error", {}).get("httpStatusCode")
        yield shape.error_code, status or (500 if shape.metadata.get("fault") else 400)


def statuses(call: str) -> dict[str, int]:
    return dict(documented(call))


CASES = [(call, code, outcome) for call, table in TABLE.items() for code, outcome in ({**EVERYWHERE, **table}).items()]


@pytest.mark.parametrize("call", CALLS)
def test_every_code_that_is_documented_has_an_outcome_that_was_chosen(call: str) -> None:
    assert set(statuses(call)) - set(TABLE[call]) == set()


def test_every_error_of_a_key_has_an_outcome_that_was_chosen() -> None:
    kms = {code for operation in ("Decrypt", "GenerateDataKey") for code, _ in _errors("kms", operation)}
    assert kms - set(OF_KMS) == set()


@pytest.mark.parametrize(("call", "code", "outcome"), CASES)
def test_a_code_has_its_outcome(monkeypatch: pytest.MonkeyPatch, call: str, code: str, outcome: str) -> None:
    refuse(monkeypatch, service_error(code, statuses(call).get(code, 503 if code == "ServiceUnavailable" else 400)))
    assert outcome_of(call) == (UNKNOWN if call == "service-quotas" else outcome)


def test_a_job_that_was_started_with_other_settings_asks_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, service_error("IdempotentParameterMismatchException", 400))
    with pytest.raises(DocumentError, match="reprocess"):
        textract.start_job(DOCUMENT, START)
