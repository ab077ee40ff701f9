"""What each call needs: an action, what it is done on, and what AWS tells of it that policies may ask about.

Lambda reads queues and streams, and sends what a function gave up, with the function's own role (Lambda Developer
Guide, "Lambda execution role", 2026-11); Textract reads the document and writes its response with its caller's
(Amazon Textract Developer Guide, "Security", 2026-11).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.simulation.invocation import Call

DEFAULT_BUS = "arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default"
_S3 = {"put_object": "s3:PutObject", "delete_object": "s3:DeleteObject"}
_WRITES = {"Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem"}

# What services ask the key of an encrypted resource for, on behalf of the caller: Amazon S3 User Guide, "Using
# server-side encryption with AWS KMS keys" (Decrypt too, for uploads in parts); Amazon SQS Developer Guide, "Configure
# KMS permissions"; Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys"; Amazon DynamoDB Developer Guide,
# "DynamoDB encryption at rest", which decrypts the table's key for whoever accesses the table (all 2026-11).
_READS, _WRITES_AND_READS = ("kms:Decrypt",), ("kms:GenerateDataKey", "kms:Decrypt")
_OF_KEY: Mapping[str, tuple[str, ...]] = {
    "s3:GetObject": _READS,
    "s3:GetObjectVersion": _READS,
    "s3:PutObject": _WRITES_AND_READS,
    "sqs:ReceiveMessage": _READS,
    "sqs:SendMessage": _WRITES_AND_READS,
    "sns:Publish": _WRITES_AND_READS,
    "dynamodb:GetRecords": _READS,
    **{
        f"dynamodb:{operation}": _READS
        for operation in ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
    },
}


class Need(NamedTuple):
    """An action, the resource by its construct id, and the condition keys that AWS sets besides those of every call."""

    action: str
    resource: str
    told: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The construct that the resource is, or is in."""
        return self.resource.partition("/")[0].removesuffix(".Stream")


def all_on(resource: str, *actions: str) -> list[Need]:
    """Each of these actions on a resource."""
    return [Need(action, resource) for action in actions]


def reads_queue(queue: str) -> list[Need]:
    """What Lambda needs to read a queue for a function."""
    return all_on(queue, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def reads_stream(stream: str) -> list[Need]:
    """What Lambda needs to read a table's stream for a function."""
    actions = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
    return [*all_on(stream, *actions), Need("dynamodb:ListStreams", "*")]


def logs_to(group: str) -> list[Need]:
    """What Lambda needs to write a function's log."""
    return all_on(group, "logs:CreateLogStream", "logs:PutLogEvents")


def of_key(need: Need, key: str) -> Iterator[Need]:
    """What is needed of the key of a need's resource."""
    service = need.action.partition(":")[0]
    for action in _OF_KEY.get(need.action, ()):
        yield Need(action, key, (("kms:ViaService", f"{service}.AWS::Region.amazonaws.com"),))


def needs_of(call: Call) -> list[Need]:
    """What a call of a function needs."""
    return _NEEDS[call.client](call.operation, call.request)


def _api(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("_"))


def _needs_of_s3(operation: str, request: Mapping[str, Any]) -> list[Need]:
    if operation == "list_objects_v2":
        return [Need("s3:ListBucket", request["Bucket"])]
    place = f"{request['Bucket']}/{request['Key']}"
    if operation == "get_object":
        return [Need("s3:GetObjectVersion" if "VersionId" in request else "s3:GetObject", place)]
    return [Need(_S3[operation], place)]


def _needs_of_dynamodb(operation: str, request: Mapping[str, Any]) -> list[Need]:
    if operation == "transact_write_items":
        writes = [next(iter(item.items())) for item in request["TransactItems"]]
        return [Need(_WRITES[kind], write["TableName"]) for kind, write in writes]
    if "RequestItems" in request:
        return [Need(f"dynamodb:{_api(operation)}", table) for table in request["RequestItems"]]
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    return [Need(f"dynamodb:{_api(operation)}", request["TableName"] + index)]


def _needs_of_sqs(operation: str, request: Mapping[str, Any]) -> list[Need]:
    # A batch needs the permission of its single operation ("Actions, resources, and condition keys for Amazon SQS").
    return [Need(f"sqs:{_api(operation).removesuffix('Batch')}", request.get("QueueUrl") or request["QueueName"])]


def _needs_of_textract(operation: str, request: Mapping[str, Any]) -> list[Need]:
    needs = [Need(f"textract:{_api(operation)}", "*")]
    place = request.get("Document") or request.get("DocumentLocation")
    if place:
        source = place["S3Object"]
        reads = "s3:GetObjectVersion" if "Version" in source else "s3:GetObject"
        needs.append(Need(reads, f"{source['Bucket']}/{source['Name']}"))
    if "OutputConfig" in request:
        output = request["OutputConfig"]
        needs.append(Need("s3:PutObject", f"{output['S3Bucket']}/{output['S3Prefix']}/1"))
        role = request["NotificationChannel"]["RoleArn"].rpartition("role/")[2]
        needs.append(Need("iam:PassRole", role, (("iam:PassedToService", "textract.amazonaws.com"),)))
    return needs


_NEEDS: Mapping[str, Callable[[str, Mapping[str, Any]], list[Need]]] = {
    "s3": _needs_of_s3,
    "dynamodb": _needs_of_dynamodb,
    "sqs": _needs_of_sqs,
    "lambda_": lambda _, request: [Need("lambda:InvokeFunction", request["FunctionName"])],
    "events": lambda *_: [Need("events:PutEvents", DEFAULT_BUS)],
    "service_quotas": lambda *_: [Need("servicequotas:ListServiceQuotas", "*")],
    "textract": _needs_of_textract,
    "textract_start": _needs_of_textract,
}
