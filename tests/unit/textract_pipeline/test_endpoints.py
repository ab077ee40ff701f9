"""A host that does not answer is called again; an address that does not exist is for a person to fix."""

import socket
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoRegionError,
    ReadTimeoutError,
    UnknownEndpointError,
)
from urllib3.exceptions import NameResolutionError, NewConnectionError

from tests.unit.textract_pipeline.outcomes import BUG, RETRY
from tests.unit.textract_pipeline.refusals import DOCUMENT, outcome_of, refuse
from textract_pipeline.aws import textract
from textract_pipeline.errors import NoEndpointError


def _connecting(cause: Exception) -> EndpointConnectionError:
    return EndpointConnectionError(endpoint_url="https://textract.eu-north-9.amazonaws.com/", error=cause)


def _unresolved(number: int) -> Exception:
    return NameResolutionError("host", Any, socket.gaierror(number, "reason"))  # type: ignore[arg-type]


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (_connecting(NewConnectionError(Any, "Connection refused")), RETRY),  # type: ignore[arg-type]
        (_connecting(_caused(_unresolved(socket.EAI_AGAIN), socket.gaierror(socket.EAI_AGAIN, "try again"))), RETRY),
        (_connecting(_caused(_unresolved(socket.EAI_NONAME), socket.gaierror(socket.EAI_NONAME, "unknown"))), BUG),
        (_connecting(socket.gaierror(socket.EAI_NONAME, "Name or service not known")), BUG),
        (UnknownEndpointError(service_name="textract", region_name="eu-north-9"), BUG),
        (NoRegionError(), BUG),
        (ConnectTimeoutError(endpoint_url="https://host"), RETRY),
        (ReadTimeoutError(endpoint_url="https://host"), RETRY),
        (ConnectionClosedError(endpoint_url="https://host"), RETRY),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), RETRY),
        (FlexibleChecksumError(error_msg="other bytes"), RETRY),
    ],
)
@pytest.mark.parametrize("call", ["document", "dynamodb", "textract"])
def test_a_host_that_does_not_answer_is_asked_again_and_one_that_there_is_not_is_for_a_person(
    monkeypatch: pytest.MonkeyPatch, call: str, error: Exception, outcome: str
) -> None:
    refuse(monkeypatch, error)
    assert outcome_of(call) == outcome


def test_a_service_that_the_region_does_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, _connecting(socket.gaierror(socket.EAI_NONAME, "Name or service not known")))
    with pytest.raises(NoEndpointError, match=r"textract\.eu-north-9.*Region.*redrive"):
        textract.analyze(DOCUMENT)
