"""A function's answer for one task, even a broken one, does not stop the job's other tasks."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from local.batch.invocation import Invoker
from local.batch.manifest import Task


class Payload:
    def __init__(self, said: bytes | Exception) -> None:
        self._said = said

    def read(self) -> bytes:
        if isinstance(self._said, Exception):
            raise self._said
        return self._said


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"\xff\xfe no UTF-8", "PermanentFailure"),
        (ReadTimeoutError(endpoint_url="http://localhost"), "TemporaryFailure"),
        (b"[]", "PermanentFailure"),
    ],
)
def test_a_reply_that_cannot_be_read_is_a_failure_of_its_task(said: bytes | Exception, code: str) -> None:
    class Lambda:
        def invoke(self, **_: object) -> dict[str, Any]:
            return {"Payload": Payload(said), "StatusCode": 200}

    role: Any = SimpleNamespace(clients=lambda: SimpleNamespace(lambda_=Lambda()))
    operation: Any = {"FunctionArn": "arn"}
    outcome = Invoker(role, operation, "job", lambda _: None).run(Task("documents", "a.pdf", ""))
    assert (outcome.code, outcome.succeeded) == (code, False)
