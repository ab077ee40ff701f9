"""Helpers for the contract tests of the local Textract: a recognizer without OCR, a client that checks each reply."""

import json
import re
import threading
import time
from collections.abc import Sequence
from typing import Any, Self

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, Shape, StringShape, StructureShape

from local.textract.exceptions import BadDocumentError, UnsupportedDocumentError
from tests.support.aws_requests import check_client_params

BUCKET = "documents"
ROLE = "arn:aws:iam::123456789012:role/textract"
POLL_SECONDS = 0.01
WEEK = 7 * 24 * 60 * 60  # seconds for which results are kept
SESSION = boto3.Session("testing", "testing", "testing", "us-east-1")  # shared: a new one reads its models again
SESSION.events.unregister("provide-client-params", check_client_params)  # wrong requests are sent on purpose
PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "float": (int, float),
    "boolean": bool,
    "timestamp": (int, float),
}


def document(pages: int = 1, blocks: int = 3, file_format: str = "PDF", unreadable: Sequence[int] = ()) -> bytes:
    """A document for FakeRecognizer: `blocks` blocks on each page, except on unreadable pages."""
    return json.dumps({"pages": pages, "blocks": blocks, "format": file_format, "unreadable": unreadable}).encode()


class Clock:
    """A clock that a test sets; seconds of Unix time."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class FakeDocument:
    """An open document."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.page_count: int = description["pages"]
        self.format: str = description["format"]
        self.blocks: int = description["blocks"]
        self.unreadable: list[int] = description["unreadable"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing to close."""


class FakeRecognizer:
    """Makes blocks from a description while `gate` is open. `asked` has each page's features and questions."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)  # released for each page that reaches the gate
        self.asked: list[tuple[int, frozenset[str], list[str]]] = []

    def open(self, data: bytes, _seconds_left: object = None) -> FakeDocument:
        """Open the description. It may be padded, to make a document as large as a test needs."""
        try:
            return FakeDocument(json.loads(data.rstrip(b"\0")))
        except ValueError as error:
            raise UnsupportedDocumentError from error

    def blocks(
        self, opened: FakeDocument, page_number: int, feature_types: frozenset[str], queries: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """One PAGE block, and LINE blocks for the rest of the number."""
        self.entered.release()
        assert self.gate.wait(timeout=10), "a test left the gate closed"
        self.asked.append((page_number, feature_types, [query["Text"] for query in queries]))
        if page_number in opened.unreadable:
            raise BadDocumentError(f"page {page_number} is torn")
        page = {"BlockType": "PAGE", "Id": f"p{page_number}", "Page": page_number}
        lines = [
            {"BlockType": "LINE", "Id": f"l{page_number}-{number}", "Text": f"line {number}", "Page": page_number}
            for number in range(1, opened.blocks)
        ]
        return [page, *lines]


def assert_conforms(value: Any, shape: Shape, path: str = "reply") -> None:
    """Fail unless `value` follows the service model: its members, and their types, enums, ranges, and patterns."""
    if isinstance(shape, StructureShape):
        assert isinstance(value, dict), f"{path} is not a structure"
        assert value.keys() <= shape.members.keys(), f"{path} has unknown {value.keys() - shape.members.keys()}"
        assert set(shape.required_members) <= value.keys(), f"{path} lacks a required member"
        for name, member in value.items():
            assert_conforms(member, shape.members[name], f"{path}.{name}")
        return
    if isinstance(shape, ListShape):
        assert isinstance(value, list), f"{path} is not a list"
        for number, member in enumerate(value):
            assert_conforms(member, shape.member, f"{path}[{number}]")
    else:
        assert isinstance(value, PYTHON_TYPES[shape.type_name]), f"{path} is {value!r}, not {shape.type_name}"
    size = value if isinstance(value, int | float) else len(value)
    assert shape.metadata.get("min", size) <= size <= shape.metadata.get("max", size), f"{path} out of range"
    if isinstance(shape, StringShape):
        assert not shape.enum or value in shape.enum, f"{path} is {value!r}, none of {shape.enum}"
        assert re.fullmatch(shape.metadata.get("pattern", ".*"), value, re.DOTALL), f"{path} breaks its pattern"


def textract_client(url: str, **config: Any) -> Any:
    """A client that checks every reply, as received, against botocore's model. It never retries."""
    client = SESSION.client("textract", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}, **config))
    return checked_against_model(client)


def checked_against_model(client: Any) -> Any:
    """The client, which from now on checks every reply against botocore's model."""

    def check_against_model(operation_model: Any, response_dict: Any, **_: object) -> None:
        if response_dict["status_code"] == 200:
            assert_conforms(json.loads(response_dict["body"]), operation_model.output_shape)

    client.meta.events.register("before-parse.textract", check_against_model)
    return client


def error_of(call: Any, **parameters: Any) -> tuple[str, str]:
    """Make a call that must fail; return the code and the message of its error."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def start(textract: Any, s3_object: dict[str, Any], **parameters: Any) -> str:
    """Start a text detection job; return its JobId."""
    reply = textract.start_document_text_detection(DocumentLocation={"S3Object": s3_object}, **parameters)
    return str(reply["JobId"])


def ended(get: Any, job_id: str, **parameters: Any) -> dict[str, Any]:
    """Wait until the job has ended; return its results."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        reply: dict[str, Any] = get(JobId=job_id, **parameters)
        if reply["JobStatus"] != "IN_PROGRESS":
            return reply
        time.sleep(POLL_SECONDS)
    raise AssertionError("the job did not end in 10 s")


def objects(s3: Any, prefix: str) -> dict[str, bytes]:
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
    return {key.removeprefix(prefix): s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
