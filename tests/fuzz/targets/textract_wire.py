"""A request to the local Textract: the operation in the first line, then the body in JSON."""

import json
from typing import Any

from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from local.textract.api.service_model import load_model
from local.textract.api.validation import validate
from local.textract.api.wire import error_response, operation_of, parameters_of
from local.textract.exceptions import TextractError
from tests.fuzz.mutation import ODD_VALUES, changed_bytes, changed_json
from tests.fuzz.target import Target

_STORED = {"S3Object": {"Bucket": "documents", "Name": "a/b.pdf", "Version": "v1"}}
_QUERIES = {"Queries": [{"Text": "Who?", "Alias": "WHO", "Pages": ["1", "3-*"]}]}
_CHANNEL = {"SNSTopicArn": "arn:aws:sns:us-east-1:123456789012:topic", "RoleArn": "arn:aws:iam::123456789012:role/r"}
REQUESTS: dict[str, Any] = {
    "DetectDocumentText": {"Document": {"Bytes": "iVBORw0KGgo="}},
    "AnalyzeDocument": {"Document": _STORED, "FeatureTypes": ["FORMS", "QUERIES"], "QueriesConfig": _QUERIES},
    "AnalyzeID": {"DocumentPages": [{"Bytes": "AAAA"}, _STORED]},
    "StartDocumentAnalysis": {
        "DocumentLocation": _STORED,
        "FeatureTypes": ["TABLES"],
        "ClientRequestToken": "token",
        "JobTag": "tag",
        "NotificationChannel": _CHANNEL,
        "OutputConfig": {"S3Bucket": "documents", "S3Prefix": "out"},
        "KMSKeyId": "alias/key",
    },
    "GetDocumentAnalysis": {"JobId": "0" * 64, "MaxResults": 1000, "NextToken": "next"},
    "CreateAdapter": {
        "AdapterName": "adapter",
        "FeatureTypes": ["QUERIES"],
        "Tags": {"a": "b"},
        "AutoUpdate": "ENABLED",
    },
    "ListAdapters": {"AfterCreationTime": 1764288000.0, "BeforeCreationTime": "2026-11-28T00:00:00Z", "MaxResults": 5},
}
DEEP = b'{"Document":' + b"[" * 5000 + b"]" * 5000 + b"}"
_NAMES = st.sampled_from(sorted(REQUESTS))
_TARGETS = _NAMES.map(lambda name: f"Textract.{name}".encode()) | changed_bytes([b"Textract.AnalyzeID"])
_BODIES = st.one_of(
    changed_json(list(REQUESTS.values())),
    st.sampled_from([DEEP, json.dumps(list(map(str, ODD_VALUES))).encode()]),
    changed_bytes(
        [json.dumps(body).encode() for body in REQUESTS.values()], (b"[" * 5000, b'{"a":' * 5000, b'"\\ud800"')
    ),
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Usually an operation with a changed body of its own."""
    name = draw(_NAMES)
    if draw(st.integers(0, 4)):
        return f"Textract.{name}\n".encode() + draw(changed_json([REQUESTS[name]]))
    return draw(_TARGETS) + b"\n" + draw(_BODIES)


def run(data: bytes) -> None:
    """Read and check the request; if there is an error, it can be sent."""
    target, _, body = data.partition(b"\n")
    headers = [("X-Amz-Target", target.replace(b"\r", b"").decode("latin-1"))]
    request = Request(EnvironBuilder("/", method="POST", headers=headers, data=body).get_environ())
    try:
        operation = operation_of(request, load_model())
        validate(parameters_of(request.get_data(), operation), operation)
    except TextractError as error:
        _check(error)
        raise


def _check(error: TextractError) -> None:
    answer = error_response(error, "request")
    assert json.loads(answer.get_data())["Message"] == error.message


TARGET = Target(requests(), run, (TextractError,))
