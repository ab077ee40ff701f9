"""IAM: what each role may do by the template, and what each call needs. What is not allowed is denied, as it is on AWS.

Lambda reads queues and streams, and sends what a function gave up, with the function's own role (Lambda Developer
Guide, "Lambda execution role", 2026-11); Textract reads the document and writes its response with its caller's
(Amazon Textract Developer Guide, "Security", 2026-11).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from botocore.exceptions import ClientError

from tests.simulation.aws.errors import service_error
from tests.simulation.invocation import Call

Need: TypeAlias = tuple[str, str]  # an action, and the resource that it is done on
Statement: TypeAlias = Mapping[str, Sequence[str]]

READS_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READS_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")

_DEFAULT_BUS = "arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default"
_S3 = {"put_object": "s3:PutObject", "delete_object": "s3:DeleteObject"}
_WRITES = {"Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem"}


@dataclass(slots=True)
class Roles:
    """The statements of each role; `used` and `denied` fill as needs are looked at."""

    statements: Mapping[str, Sequence[Statement]]
    used: set[tuple[str, str, str]] = field(default_factory=set)  # role, action, and the resource as the role names it
    denied: set[tuple[str, str, str]] = field(default_factory=set)

    def allow(self, role: str, needs: Iterable[Need]) -> bool:
        """Whether a role may do all of this."""
        allowed = [self._allows(role, action, resource) for action, resource in needs]
        return all(allowed)

    def refusal(self, role: str, call: Call, needs: Iterable[Need]) -> ClientError | None:
        """The error that a call ends with which needs what its role does not allow."""
        if self.allow(role, needs):
            return None
        code = "AccessDeniedException" if call.client != "s3" else "AccessDenied"
        return service_error(call.operation, code, f"{role} is not authorized to perform {call}", 403)

    def _allows(self, role: str, action: str, resource: str) -> bool:
        allowing = [
            pattern
            for statement in self.statements[role]
            if action in statement["Action"]
            for pattern in statement["Resource"]
            if fnmatchcase(resource, pattern)
        ]
        self.used.update((role, action, pattern) for pattern in allowing)
        if not allowing:
            self.denied.add((role, action, resource))
        return bool(allowing)


def needs_of(call: Call) -> list[Need]:
    """What a call of a function needs."""
    return _NEEDS[call.client](call.operation, call.request)


def _api(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_"))


def _needs_of_s3(operation: str, request: Mapping[str, Any]) -> list[Need]:
    if operation == "list_objects_v2":
        return [("s3:ListBucket", request["Bucket"])]
    place = f"{request['Bucket']}/{request['Key']}"
    if operation == "get_object":
        return [("s3:GetObjectVersion" if "VersionId" in request else "s3:GetObject", place)]
    return [(_S3[operation], place)]


def _needs_of_dynamodb(operation: str, request: Mapping[str, Any]) -> list[Need]:
    if operation == "transact_write_items":
        writes = [next(iter(item.items())) for item in request["TransactItems"]]
        return [(_WRITES[kind], write["TableName"]) for kind, write in writes]
    if operation == "batch_get_item":
        return [("dynamodb:BatchGetItem", table) for table in request["RequestItems"]]
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    return [(f"dynamodb:{_api(operation)}", request["TableName"] + index)]


def _needs_of_sqs(operation: str, request: Mapping[str, Any]) -> list[Need]:
    return [(f"sqs:{_api(operation)}", request.get("QueueUrl") or request["QueueName"])]


def _needs_of_textract(operation: str, request: Mapping[str, Any]) -> list[Need]:
    needs = [(f"textract:{_api(operation)}", "*")]
    place = request.get("Document") or request.get("DocumentLocation")
    if place:
        source = place["S3Object"]
        reads = "s3:GetObjectVersion" if "Version" in source else "s3:GetObject"
        needs.append((reads, f"{source['Bucket']}/{source['Name']}"))
    if "OutputConfig" in request:
        output = request["OutputConfig"]
        needs.append(("s3:PutObject", f"{output['S3Bucket']}/{output['S3Prefix']}/1"))
        needs.append(("iam:PassRole", request["NotificationChannel"]["RoleArn"].rpartition(":")[2]))
    return needs


_NEEDS: Mapping[str, Callable[[str, Mapping[str, Any]], list[Need]]] = {
    "s3": _needs_of_s3,
    "dynamodb": _needs_of_dynamodb,
    "sqs": _needs_of_sqs,
    "lambda_": lambda _, request: [("lambda:InvokeFunction", request["FunctionName"])],
    "events": lambda *_: [("events:PutEvents", _DEFAULT_BUS)],
    "service_quotas": lambda *_: [("servicequotas:ListServiceQuotas", "*")],
    "textract": _needs_of_textract,
    "textract_start": _needs_of_textract,
}
