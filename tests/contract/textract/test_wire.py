"""The wire of the local Textract: what boto3 sends, what it is answered, and what a malformed request is told."""

import json
from typing import Any

import pytest
import requests

from local.textract.api.service_model import load_model
from local.textract.exceptions import TextractError
from tests.support.textract import assert_conforms, document, error_of, textract_client


def post(url: str, body: bytes, target: str = "Textract.DetectDocumentText") -> requests.Response:
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    return requests.post(url, data=body, headers=headers, timeout=10)


def test_boto3_speaks_json_1_1_to_an_endpoint_of_its_own(textract) -> None:
    seen: list[Any] = []

    def see(request: Any, **_: object) -> None:
        seen.append(request.headers)

    textract.meta.events.register("before-send.textract", see)
    textract.detect_document_text(Document={"Bytes": document()})
    textract.meta.events.unregister("before-send.textract", see)
    assert seen[0]["Content-Type"] == b"application/x-amz-json-1.1"
    assert seen[0]["X-Amz-Target"] == b"Textract.DetectDocumentText"


def test_every_reply_has_its_own_request_id(textract) -> None:
    replies = [textract.detect_document_text(Document={"Bytes": document()}) for _ in range(2)]
    ids = {reply["ResponseMetadata"]["RequestId"] for reply in replies}
    assert len(ids) == 2
    assert all(len(request_id) == 36 for request_id in ids)


@pytest.mark.usefixtures("textract")
def test_an_error_is_where_any_aws_sdk_looks_for_it(host) -> None:
    reply = post(host.url, json.dumps({"Document": {"Bytes": "AAAA"}}).encode())
    assert reply.status_code == 400
    assert reply.headers["x-amzn-ErrorType"] == "UnsupportedDocumentException"
    assert reply.headers["x-amzn-RequestId"]
    assert reply.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert reply.json() == {
        "__type": "UnsupportedDocumentException",
        "Message": "Request has unsupported document format",
    }


def test_an_error_becomes_the_exception_class_of_the_client(textract) -> None:
    with pytest.raises(textract.exceptions.UnsupportedDocumentException):
        textract.detect_document_text(Document={"Bytes": b"plain text"})


def test_only_operations_on_adapters_know_a_validation_exception(textract) -> None:
    code, message = error_of(textract.create_adapter, AdapterName="no spaces", FeatureTypes=["FORMS"])
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: Value 'no spaces' at 'adapterName'")


def test_every_exception_of_the_service_is_known_here() -> None:
    known = {error.code: error for error in TextractError.__subclasses__()}
    assert {shape.name for shape in load_model().error_shapes} <= known.keys()
    assert all(known[shape.name].default for shape in load_model().error_shapes)


@pytest.mark.parametrize("target", ["Textract.MakeCoffee", "DynamoDB_20120810.GetItem", ""])
@pytest.mark.usefixtures("textract")
def test_a_target_that_is_no_operation_is_unknown(host, target: str) -> None:
    reply = post(host.url, b"{}", target)
    assert (reply.status_code, reply.json()["__type"]) == (404, "UnknownOperationException")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"Document": "no structure"}',
        b'{"Document": {"Bytes": "no base64!"}}',
        b'{"Document": {"Bytes": "\\u00fc\\ud800"}}',
        b'{"Document": {"Bytes": "AAAA"}, "Unheard": 1}',
        pytest.param(b'{"Document": ' + b"[" * 100_000, id="lists in lists"),
    ],
)
@pytest.mark.usefixtures("textract")
def test_a_body_that_is_not_the_operations_json_is_refused(host, body: bytes) -> None:
    reply = post(host.url, body)
    assert (reply.status_code, reply.json()["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("time", ["1e308", '"2026-11-28T00:00:00+4294967295:00"'])
@pytest.mark.usefixtures("textract")
def test_a_time_that_is_beyond_any_calendar_is_refused(host, time: str) -> None:
    reply = post(host.url, b'{"AfterCreationTime": %s}' % time.encode(), "Textract.ListAdapters")
    assert (reply.status_code, reply.json()["__type"]) == (400, "SerializationException")


@pytest.mark.usefixtures("textract")
def test_null_is_the_same_as_absent(host) -> None:
    body = b'{"Document": {"Bytes": "AAAA", "S3Object": null}}'
    assert post(host.url, body).json()["__type"] == "UnsupportedDocumentException"


START = {"DocumentLocation": {"S3Object": {"Bucket": "documents", "Name": "a.pdf"}}, "FeatureTypes": ["FORMS"]}
SHORT_BUCKET = {"S3Object": {"Bucket": "ab", "Name": "a.pdf"}}
FEATURES = "[TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT]"


@pytest.mark.parametrize(
    ("change", "value", "constraint"),
    [
        ({"DocumentLocation": None}, "null at 'documentLocation'", "not be null"),
        (
            {"DocumentLocation": SHORT_BUCKET},
            "'ab' at 'documentLocation.s3Object.bucket'",
            "have length greater than or equal to 3",
        ),
        ({"JobTag": "t" * 65}, f"'{'t' * 65}' at 'jobTag'", "have length less than or equal to 64"),
        (
            {"ClientRequestToken": "no spaces"},
            "'no spaces' at 'clientRequestToken'",
            "satisfy regular expression pattern: ^[a-zA-Z0-9-_]+$",
        ),
        (
            {"FeatureTypes": ["FORMS", "MAGIC"]},
            "'MAGIC' at 'featureTypes.2.member'",
            f"satisfy enum value set: {FEATURES}",
        ),
        (
            {"QueriesConfig": {"Queries": []}},
            "'[]' at 'queriesConfig.queries'",
            "have length greater than or equal to 1",
        ),
    ],
)
@pytest.mark.usefixtures("textract")
def test_a_broken_constraint_is_an_invalid_parameter_and_named(host, change, value: str, constraint: str) -> None:
    reply = post(host.url, json.dumps(START | change).encode(), "Textract.StartDocumentAnalysis")
    assert reply.json() == {
        "__type": "InvalidParameterException",
        "Message": "Request has invalid parameters: 1 validation error detected: "
        f"Value {value} failed to satisfy constraint: Member must {constraint}",
    }


@pytest.mark.usefixtures("textract")
def test_every_broken_constraint_is_named(host) -> None:
    unchecked = textract_client(host.url, parameter_validation=False)
    code, message = error_of(unchecked.get_document_analysis, JobId="no spaces", MaxResults=0)
    assert code == "InvalidParameterException"
    assert message == (
        "Request has invalid parameters: 2 validation errors detected: "
        "Value 'no spaces' at 'jobId' failed to satisfy constraint: Member must satisfy "
        "regular expression pattern: ^[a-zA-Z0-9-_]+$; Value '0' at 'maxResults' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    )


def test_a_bug_in_the_service_is_an_internal_error_and_not_a_hung_caller(textract, recognizer, monkeypatch) -> None:
    monkeypatch.setattr(recognizer, "blocks", lambda *_: 1 / 0)
    with pytest.raises(textract.exceptions.InternalServerError) as caught:
        textract.detect_document_text(Document={"Bytes": document()})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


@pytest.mark.parametrize(
    "reply",
    [
        {"Unheard": 1},
        {"DocumentMetadata": {"Pages": "1"}},
        {"DocumentMetadata": {"Pages": -1}},
        {"Blocks": [{"BlockType": "PARAGRAPH"}]},
        {"Blocks": [{"Confidence": 100.1}]},
        {"Blocks": [{"Query": {}}]},
        {"Blocks": {}},
    ],
)
def test_what_replies_are_held_to_has_teeth(reply: dict[str, Any]) -> None:
    shape = load_model().operation_model("DetectDocumentText").output_shape
    assert shape is not None
    with pytest.raises(AssertionError):
        assert_conforms(reply, shape)
