"""Textract's Start quotas from Service Quotas, and that the pipeline also works without them."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.support.aws_requests import Checked
from textract_pipeline.aws import clients, service_quotas
from textract_pipeline.aws.service_quotas import Quota

TOLD = {
    "Transactions per second per account for StartDocumentAnalysis": 10.0,
    "Transactions per second per account for GetDocumentAnalysis": 25.0,
    "StartDocumentAnalysis maximum concurrent jobs": 600.0,
    "Transactions per second per account for StartDocumentTextDetection": 15.0,
    "Transactions per second per account for AnalyzeDocument": 5.0,
}


class ServiceQuotas:
    """A substitute for boto3's client."""

    def __init__(self, told: Mapping[str, float] | None) -> None:
        self._told = told

    def get_paginator(self, _operation: str) -> "ServiceQuotas":
        return self

    def paginate(self, **request: str) -> Iterator[Mapping[str, Any]]:
        assert request == {"ServiceCode": "textract"}
        if self._told is None:
            raise EndpointConnectionError(endpoint_url="https://servicequotas")
        for name, value in self._told.items():
            yield {"Quotas": [{"QuotaName": name, "Value": value}]}


@pytest.mark.parametrize("told", [TOLD, {}, None], ids=["all told", "nothing told", "no answer"])
def test_what_is_told_is_taken_and_what_is_not_is_unknown(
    told: Mapping[str, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "service_quotas", lambda: Checked("service_quotas", ServiceQuotas(told)))
    known = {"StartDocumentTextDetection": Quota(15, None), "StartDocumentAnalysis": Quota(10, 600)}
    assert service_quotas.of_account() == (known if told else dict.fromkeys(known, Quota(None, None)))
    assert service_quotas.start_calls_per_second() == (10 if told else None)
    service_quotas.concurrent_jobs.cache_clear()
    assert service_quotas.concurrent_jobs() == (600 if told else None)


def test_no_answer_leaves_the_output_of_a_command_alone() -> None:
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    asking = [sys.executable, "-c", "from textract_pipeline.aws import service_quotas; service_quotas.of_account()"]
    done = subprocess.run(asking, env={**os.environ, **nowhere, **credentials}, capture_output=True, check=True)
    assert done.stdout == b""
