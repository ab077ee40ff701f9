"""Calls that AWS refuses, and their outcomes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.aws_requests import Checked
from tests.support.documents import a_document
from tests.unit.textract_pipeline.outcomes import BUG, CALLER, QUOTA, RETRY, THROTTLE, UNKNOWN
from textract_pipeline.aws import clients, event_bus, functions, objects, queues, service_quotas, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import ObjectVersion
from textract_pipeline.errors import DocumentError, NoEndpointError, QuotaFullError, RetryableError, ThrottledError
from textract_pipeline.names import DocumentStatus
from textract_pipeline.settings import StartSettings

DOCUMENT = a_document(status=DocumentStatus.SUCCEEDED)


TOPIC, ROLE = "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:iam::123456789012:role/role"
START = StartSettings("d", "c", "a", "ab", TOPIC, ROLE, "results", 1, 0, 3, 10, True, "", {})


# The calls, one for each set of outcomes.
CALLS: dict[str, Callable[[], object]] = {
    "document": lambda: objects.inspect(ObjectVersion("documents", "a.pdf", "v1")),
    "s3": lambda: objects.discard_progress(DOCUMENT, "job"),
    "response": lambda: objects.save_response(DOCUMENT, {"Blocks": []}),
    "dynamodb": lambda: DocumentsTable("documents").get("0" * 32),
    "sqs": lambda: queues.send("https://queue", "{}"),
    "lambda": lambda: functions.invoke("function"),
    "events": lambda: event_bus.announce([DOCUMENT]),
    "textract": lambda: textract.start_job(DOCUMENT, START),
    "textract sync": lambda: textract.analyze(DOCUMENT),
    "textract get": lambda: textract.job_state("job", textract.ANALYSIS),
    "service-quotas": service_quotas.of_account,
}


class Refusing:
    """A client whose calls all fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return self._fail

    def _fail(self, *_: object, **__: object) -> Any:
        raise self._error


def service_error(code: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "as said"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    for name in ("s3", "dynamodb", "sqs", "lambda_", "events", "textract", "textract_start", "service_quotas"):
        monkeypatch.setattr(clients, name, partial(Checked, name, Refusing(error)))


RAISED: dict[type[Exception], str] = {
    QuotaFullError: QUOTA,
    ThrottledError: THROTTLE,
    RetryableError: RETRY,
    NoEndpointError: BUG,
    BotoCoreError: BUG,
}


def outcome_of(call: str) -> str:
    try:
        answer = CALLS[call]()
    except DocumentError as error:
        return error.code
    except ClientError as error:
        told = error.response["Error"]["Code"]
        return CALLER if told in {"ConditionalCheckFailedException", "TransactionCanceledException"} else BUG
    except tuple(RAISED) as error:
        return next(outcome for kind, outcome in RAISED.items() if isinstance(error, kind))
    if call == "service-quotas":
        return UNKNOWN
    return "an empty object" if getattr(answer, "size_bytes", None) == 0 else f"answered {answer}"
