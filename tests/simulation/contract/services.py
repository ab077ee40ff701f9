"""S3, DynamoDB, and SQS in memory, and as moto has them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError

from tests.simulation.aws.dynamodb import DynamoDB, Table
from tests.simulation.aws.s3 import S3
from tests.simulation.aws.sqs import Queue, Sqs
from tests.simulation.client import Client
from tests.simulation.invocation import Call
from tests.simulation.schedule import Schedule
from tests.simulation.world import World

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType


VISIBILITY_SECONDS = 30


INDEX_KEY = ("unfinished", "updatedAt")


@dataclass(frozen=True)
class Services:
    """Clients, and a way to let time pass. There are a bucket, a table with an index, and a queue with dead letters."""

    s3: Any
    dynamodb: Any
    sqs: Any
    queue: str
    dead_letters: str
    wait: Callable[[float], None]


def in_memory() -> Services:
    world = World(Schedule("none"))
    dead_letters = Queue("letters", 30, 1000)
    queue = Queue("work", VISIBILITY_SECONDS, 1000, max_receives=2, dead_letters=dead_letters)
    services: dict[str, Any] = {
        "s3": S3(["bucket", "versions"], lambda _bucket, _key, _object: None, ["versions"]),
        "dynamodb": DynamoDB(world, {"table": Table(("documentId",), {"Unfinished": INDEX_KEY})}),
        "sqs": Sqs(world, {"work": queue, "letters": dead_letters}),
    }

    def perform(call: Call) -> Any:
        answer = getattr(services[call.client], call.operation)(**call.request)
        wait(1)  # as if the message, or the index, had been waited for
        return answer

    def wait(seconds: float) -> None:
        world.later(seconds, lambda: setattr(world, "now", end))
        end = world.now + seconds
        while world.now < end:
            world.step()

    clients = {name: Client(name, perform) for name in services}
    return Services(**clients, queue="work", dead_letters="letters", wait=wait)


def by_moto(clock: time_machine.Traveller) -> Services:
    s3 = boto3.client("s3", "us-east-1")
    dynamodb = boto3.client("dynamodb", "us-east-1")
    sqs = boto3.client("sqs", "us-east-1")
    for bucket in ("bucket", "versions"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    dynamodb.create_table(
        TableName="table",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("documentId", *INDEX_KEY)],
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "Unfinished",
                "KeySchema": [
                    {"AttributeName": INDEX_KEY[0], "KeyType": "HASH"},
                    {"AttributeName": INDEX_KEY[1], "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dead_letters = sqs.create_queue(QueueName="letters")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes: dict[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(VISIBILITY_SECONDS),
        "RedrivePolicy": f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 2}}',
    }
    queue = sqs.create_queue(QueueName="work", Attributes=attributes)["QueueUrl"]
    return Services(s3, dynamodb, sqs, queue, dead_letters, clock.shift)


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    """The answer with which a service refuses a call."""
    with pytest.raises(ClientError) as refused:
        call()
    answer: Any = refused.value.response
    return {**answer, "Code": answer["Error"]["Code"]}
