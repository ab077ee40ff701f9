"""The events that EventBridge gets about documents that have ended."""

import json
from typing import Any

import pytest

from tests.integration.conftest import PNG, Cloud
from tests.integration.flow import process, submit
from tests.support.aws_requests import Checked
from textract_pipeline.aws import clients
from textract_pipeline.aws.event_bus import announce
from textract_pipeline.errors import RetryableError


class Bus:
    """Stands in for boto3's client: what it was told, and how many events it refuses."""

    def __init__(self, refused: int = 0) -> None:
        self.entries: list[dict[str, str]] = []
        self.calls = 0
        self._refused = refused

    def put_events(self, *, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's
        self.calls += 1
        self.entries += Entries
        return {"FailedEntryCount": self._refused, "Entries": [{"ErrorMessage": "Too many"}]}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()
    monkeypatch.setattr(clients, "events", lambda: Checked("events", bus))
    return bus


def test_a_document_that_has_ended_is_announced_with_its_outputs(cloud: Cloud, bus: Bus) -> None:
    document = process(cloud, submit(cloud, "a b+ü.png", PNG))
    announce([document])
    (entry,) = bus.entries
    assert (entry["Source"], entry["DetailType"]) == ("textract-pipeline", "Document Processed")
    detail = json.loads(entry["Detail"])
    assert (detail["documentId"], detail["status"], detail["pages"]) == (document.document_id, "SUCCEEDED", 1)
    assert detail["outputPrefix"] == document.output_prefix
    assert detail["outputs"] == ["text.txt", "forms.csv", "tables.csv"]


def test_one_that_could_not_be_read_is_announced_with_the_reason(cloud: Cloud, bus: Bus) -> None:
    document = submit(cloud, "notes.txt", b"Hello")
    announce([document])
    detail = json.loads(bus.entries[0]["Detail"])
    assert (detail["status"], detail["errorCode"], detail["outputs"]) == ("UNSUPPORTED", "UNSUPPORTED_FORMAT", [])


def test_one_that_is_not_done_is_not_announced(cloud: Cloud, bus: Bus) -> None:
    announce([submit(cloud, "a.png", PNG)])
    assert bus.calls == 0


def test_many_are_announced_ten_in_a_call(cloud: Cloud, bus: Bus) -> None:
    document = submit(cloud, "notes.txt", b"Hello")
    announce([document] * 25)
    assert (len(bus.entries), bus.calls) == (25, 3)


def test_what_the_bus_refuses_is_tried_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "events", lambda: Checked("events", Bus(refused=1)))
    with pytest.raises(RetryableError, match="did not accept 1 events: Too many"):
        announce([submit(cloud, "notes.txt", b"Hello")])
