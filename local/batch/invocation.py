"""One task of a job: the function is invoked for an object, and its reply is read.

Events, replies and result codes: S3 User Guide, "Invoke AWS Lambda function", 2026-11. How often a TemporaryFailure is
tried again is not documented there; here it is RETRY_SECONDS.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, cast

from botocore.exceptions import BotoCoreError, ClientError

from local.batch.manifest import Task
from local.batch.role import JobRole

if TYPE_CHECKING:
    from mypy_boto3_s3control.type_defs import LambdaInvokeOperationTypeDef

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


class Outcome(NamedTuple):
    """What became of a task: the function's result code and string, and the HTTP status of its invocation."""

    code: str
    http_status: int
    message: str

    @property
    def succeeded(self) -> bool:
        """Whether the function said so."""
        return self.code == "Succeeded"


class Invoker:
    """Invokes the function of one job."""

    def __init__(
        self,
        role: JobRole,
        operation: "LambdaInvokeOperationTypeDef",
        job_id: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._role = role
        self._operation = operation
        self._job_id = job_id
        self._sleep = sleep

    def run(self, task: Task) -> Outcome:
        """Invoke the function until it says other than TemporaryFailure, or has been asked often enough."""
        task_id = uuid.uuid4().hex
        outcome = self._invoke(task, task_id)
        for seconds in RETRY_SECONDS:
            if outcome.code != "TemporaryFailure":
                break
            self._sleep(seconds)
            outcome = self._invoke(task, task_id)
        return outcome

    def _invoke(self, task: Task, task_id: str) -> Outcome:
        payload = json.dumps(event(self._operation, self._job_id, task, task_id)).encode()
        try:
            reply = self._role.clients().lambda_.invoke(FunctionName=self._operation["FunctionArn"], Payload=payload)
            said = reply["Payload"].read().decode(errors="replace")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            is_temporary = status == TOO_MANY_REQUESTS or status >= SERVER_ERROR
            return Outcome("TemporaryFailure" if is_temporary else "PermanentFailure", status, str(error))
        except BotoCoreError as error:
            return Outcome("TemporaryFailure", SERVER_ERROR, str(error))
        if reply.get("FunctionError"):
            return Outcome("PermanentFailure", reply["StatusCode"], f"Lambda returned function error: {said}")
        return read_reply(said, task_id, reply["StatusCode"])


def event(operation: "LambdaInvokeOperationTypeDef", job_id: str, task: Task, task_id: str) -> dict[str, object]:
    """The invocation's event, of schema 1.0 or 2.0."""
    schema = operation.get("InvocationSchemaVersion", "1.0")
    job: dict[str, object] = {"id": job_id}
    described: dict[str, object] = {"taskId": task_id, "s3Key": task.key, "s3VersionId": task.version or None}
    if schema == "1.0":
        described["s3BucketArn"] = f"arn:aws:s3:::{task.bucket}"
    else:
        described["s3Bucket"] = task.bucket
        job["userArguments"] = operation.get("UserArguments", {})
    return {
        "invocationSchemaVersion": schema,
        "invocationId": uuid.uuid4().hex,
        "job": job,
        "tasks": [described],
    }


def read_reply(said: str, task_id: str, http_status: int) -> Outcome:
    """What the function says of the task; of one that it does not name, what it says of such."""
    try:
        reply = cast("dict[str, object]", json.loads(said))
        results = cast("list[dict[str, str]]", reply["results"])
        named = next((result for result in results if result["taskId"] == task_id), None)
        if named is None:
            missing = str(reply.get("treatMissingKeysAs", "TemporaryFailure"))
            return Outcome(missing, http_status, "The function's reply does not name the task")
        return Outcome(named["resultCode"], http_status, named.get("resultString") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"The function's reply is not one to S3 Batch Operations ({error!r}): {said}"
        return Outcome("PermanentFailure", http_status, what)
