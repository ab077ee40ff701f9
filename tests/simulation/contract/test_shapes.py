"""Requests and answers in the simulation have the shapes that boto3 knows."""

from typing import Any

import boto3
import pytest
from botocore.model import Shape
from botocore.validate import ParamValidator

from tests.simulation.cloud import CLIENTS, Cloud
from tests.simulation.invocation import Call
from tests.simulation.schedule import Schedule
from tests.simulation.simulation import simulate


def test_what_handlers_ask_and_are_answered_is_what_boto3_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    session: Any = boto3.Session(region_name="us-east-1")
    services = {name: name.removesuffix("_start").rstrip("_").replace("_", "-") for name in CLIENTS}
    boto3_clients = {name: session.client(service) for name, service in services.items()}
    seen: set[str] = set()

    def check(call: Call, value: dict[str, Any], shape: Shape) -> None:
        report = ParamValidator().validate(value, shape)
        assert not report.has_errors(), f"{call}: {report.generate_report()}"

    def perform_and_check(cloud: Cloud, call: Call) -> Any:
        meta = boto3_clients[call.client].meta
        operation = meta.service_model.operation_model(meta.method_to_api_mapping[call.operation])
        check(call, call.request, operation.input_shape)
        answer = perform(cloud, call)
        if operation.output_shape:
            told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            check(call, told, operation.output_shape)
        seen.add(str(call))
        return answer

    perform = Cloud.perform
    monkeypatch.setattr(Cloud, "perform", perform_and_check)
    simulate(Schedule("mixed"))
    assert len(seen) >= 12
