"""The in-memory services and moto's answer the same; and all that handlers ask of them, boto3 would ask of AWS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError
from botocore.model import Shape
from botocore.validate import ParamValidator
from moto import mock_aws

from tests.simulation.aws.dynamodb import DynamoDB, Table
from tests.simulation.aws.s3 import S3
from tests.simulation.aws.sqs import Queue, Sqs
from tests.simulation.client import Client
from tests.simulation.cloud import CLIENTS, Cloud
from tests.simulation.invocation import Call
from tests.simulation.schedule import Schedule
from tests.simulation.simulation import simulate
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


@pytest.fixture(params=["in memory", "moto"])
def services(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    if request.param == "in memory":
        yield in_memory()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock, mock_aws():
        yield by_moto(clock)


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    """The answer with which a service refuses a call."""
    with pytest.raises(ClientError) as refused:
        call()
    answer: Any = refused.value.response
    return {**answer, "Code": answer["Error"]["Code"]}


class TestS3:
    def test_an_object_is_read_as_it_was_written(self, services: Services) -> None:
        etag = services.s3.put_object(Bucket="bucket", Key="a b+ü", Body=BytesIO(b"Hello"), Metadata={"run": "1"})[
            "ETag"
        ]
        answer = services.s3.get_object(Bucket="bucket", Key="a b+ü", IfMatch=etag)
        assert (answer["Body"].read(), answer["ETag"], answer["Metadata"]) == (b"Hello", etag, {"run": "1"})

    def test_a_range_is_cut_at_the_objects_end(self, services: Services) -> None:
        services.s3.put_object(Bucket="bucket", Key="a", Body=b"Hello")
        for last, body, total in ((2, b"Hel", "bytes 0-2/5"), (1023, b"Hello", "bytes 0-4/5")):
            answer = services.s3.get_object(Bucket="bucket", Key="a", Range=f"bytes=0-{last}")
            assert (answer["Body"].read(), answer["ContentRange"]) == (body, total)

    def test_a_version_is_read_whatever_came_after_it(self, services: Services) -> None:
        first = services.s3.put_object(Bucket="versions", Key="a", Body=b"first")
        second = services.s3.put_object(Bucket="versions", Key="a", Body=b"second")
        assert services.s3.get_object(Bucket="versions", Key="a")["VersionId"] == second["VersionId"]
        services.s3.delete_object(Bucket="versions", Key="a")
        place = {"Bucket": "versions", "Key": "a", "VersionId": first["VersionId"]}
        assert services.s3.get_object(**place, IfMatch=first["ETag"])["Body"].read() == b"first"
        assert refusal(lambda: services.s3.get_object(Bucket="versions", Key="a"))["Code"] == "NoSuchKey"
        assert "VersionId" not in services.s3.put_object(Bucket="bucket", Key="a", Body=b"first")

    def test_what_cannot_be_read_is_refused(self, services: Services) -> None:
        get = services.s3.get_object
        services.s3.put_object(Bucket="bucket", Key="empty", Body=b"")
        assert refusal(lambda: get(Bucket="bucket", Key="empty", Range="bytes=0-9"))["Code"] == "InvalidRange"
        assert refusal(lambda: get(Bucket="bucket", Key="empty", IfMatch='"other"'))["Code"] == "PreconditionFailed"
        assert refusal(lambda: get(Bucket="bucket", Key="missing"))["Code"] == "NoSuchKey"
        assert refusal(lambda: get(Bucket="missing", Key="a"))["Code"] == "NoSuchBucket"

    def test_a_listing_has_all_keys_of_a_prefix_in_order(self, services: Services) -> None:
        keys = [f"p/{number}" for number in range(1, 12)]
        for key in [*keys, "o", "q", "p"]:
            services.s3.put_object(Bucket="bucket", Key=key, Body=b"12")
        services.s3.delete_object(Bucket="bucket", Key="p/5")
        pages = list(services.s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="p/"))
        found = [(each["Key"], each["Size"]) for page in pages for each in page.get("Contents", ())]
        assert found == [(key, 2) for key in sorted(keys) if key != "p/5"]
        (nothing,) = services.s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="none/")
        assert "Contents" not in nothing


ITEM = {"documentId": {"S": "d"}, "status": {"S": "QUEUED"}, "run": {"N": "10"}, "claimedUntil": {"S": "12:00"}}


class TestDynamoDB:
    def update(self, services: Services, condition: str, change: str = "SET #s = :new", **values: object) -> Any:
        names = {"#s": "status", "#r": "run", "#c": "claimedUntil", "#x": "missing"}
        operands = {":new": {"S": "NEW"}} | {f":{name}": value for name, value in values.items()}
        text = f"{condition} {change}"
        return services.dynamodb.update_item(
            TableName="table",
            Key={"documentId": {"S": "d"}},
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeNames={name: meant for name, meant in names.items() if name in text},
            ExpressionAttributeValues={name: value for name, value in operands.items() if name in text},
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def item(self, services: Services) -> Any:
        answer = services.dynamodb.get_item(TableName="table", Key={"documentId": {"S": "d"}}, ConsistentRead=True)
        return answer.get("Item")

    def transact(self, services: Services, conditions: dict[str, str]) -> object:
        """One more for each of these items, all in one transaction, on these conditions."""
        return services.dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": "table",
                        "Key": {"documentId": {"S": name}},
                        "UpdateExpression": "SET #s = :new ADD #n :one",
                        "ConditionExpression": condition,
                        "ExpressionAttributeNames": {"#s": "status", "#n": "count"},
                        "ExpressionAttributeValues": {":new": {"S": "NEW"}, ":one": {"N": "1"}},
                    }
                }
                for name, condition in conditions.items()
            ]
        )

    def counts(self, services: Services, *names: str) -> dict[str, str]:
        keys = [{"documentId": {"S": name}} for name in names]
        answer = services.dynamodb.batch_get_item(RequestItems={"table": {"Keys": keys, "ConsistentRead": True}})
        assert answer["UnprocessedKeys"] == {}
        return {item["documentId"]["S"]: item["count"]["N"] for item in answer["Responses"]["table"]}

    def test_a_transaction_changes_all_of_its_items_or_none(self, services: Services) -> None:
        for _ in range(2):
            self.transact(services, {"a": "attribute_not_exists(absent)", "b": "attribute_not_exists(absent)"})
        assert self.counts(services, "a", "b", "c") == {"a": "2", "b": "2"}
        refused = {"a": "attribute_not_exists(absent)", "b": "attribute_exists(absent)"}
        assert refusal(lambda: self.transact(services, refused))["Code"] == "TransactionCanceledException"
        assert self.counts(services, "a", "b") == {"a": "2", "b": "2"}

    def test_an_item_is_put_once(self, services: Services) -> None:
        def put(status: str) -> object:
            return services.dynamodb.put_item(
                TableName="table",
                Item=ITEM | {"status": {"S": status}},
                ConditionExpression="attribute_not_exists(documentId)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

        assert self.item(services) is None
        put("QUEUED")
        answer = refusal(lambda: put("SUBMITTED"))
        assert (answer["Code"], answer["Item"]) == ("ConditionalCheckFailedException", ITEM)
        assert self.item(services) == ITEM

    @pytest.mark.parametrize(
        ("condition", "values"),
        [
            ("#s = :a", {"a": {"S": "QUEUED"}}),
            ("#r = :a AND (#s IN (:b, :c))", {"a": {"N": "10"}, "b": {"S": "SUBMITTED"}, "c": {"S": "QUEUED"}}),
            ("#s = :a OR #s = :b AND #r = :c", {"a": {"S": "QUEUED"}, "b": {"S": "no"}, "c": {"N": "0"}}),
            ("#c <= :a", {"a": {"S": "12:00"}}),
            ("#r > :a", {"a": {"N": "9"}}),
            ("NOT #s = :a", {"a": {"S": "no"}}),
            ("attribute_exists(#s) AND attribute_not_exists(#x)", {}),
            ("begins_with(#s, :a)", {"a": {"S": "QU"}}),
        ],
    )
    def test_a_condition_that_holds_lets_an_update_pass(
        self, services: Services, condition: str, values: dict[str, Any]
    ) -> None:
        services.dynamodb.put_item(TableName="table", Item=ITEM)
        assert self.update(services, condition, **values)["Attributes"] == ITEM
        assert self.item(services) == ITEM | {"status": {"S": "NEW"}}

    @pytest.mark.parametrize(
        ("condition", "values"),
        [
            ("#s = :a", {"a": {"S": "queued"}}),
            ("#s IN (:a)", {"a": {"S": "SUBMITTED"}}),
            ("(#s = :a OR #s = :b) AND #r = :c", {"a": {"S": "QUEUED"}, "b": {"S": "no"}, "c": {"N": "0"}}),
            ("#c < :a", {"a": {"S": "12:00"}}),
            ("#x <= :a", {"a": {"S": "12:00"}}),
            ("#r = :a", {"a": {"S": "10"}}),
        ],
    )
    def test_one_that_does_not_leaves_the_item_and_shows_it(
        self, services: Services, condition: str, values: dict[str, Any]
    ) -> None:
        services.dynamodb.put_item(TableName="table", Item=ITEM)
        answer = refusal(lambda: self.update(services, condition, **values))
        assert (answer["Code"], answer["Item"]) == ("ConditionalCheckFailedException", ITEM)
        assert self.item(services) == ITEM

    def test_an_update_sets_and_removes(self, services: Services) -> None:
        services.dynamodb.put_item(TableName="table", Item=ITEM)
        self.update(services, "#r = :a", "SET #s = :new, #x = :a REMOVE #c", a={"N": "10"})
        assert self.item(services) == {
            "documentId": {"S": "d"},
            "status": {"S": "NEW"},
            "run": {"N": "10"},
            "missing": {"N": "10"},
        }

    def test_operands_must_be_used(self, services: Services) -> None:
        services.dynamodb.put_item(TableName="table", Item=ITEM)
        answer = refusal(
            lambda: services.dynamodb.update_item(
                TableName="table",
                Key={"documentId": {"S": "d"}},
                UpdateExpression="REMOVE claimedUntil",
                ExpressionAttributeValues={":unused": {"S": "a"}},
            )
        )
        assert answer["Code"] == "ValidationException"

    def test_an_index_holds_the_items_that_have_its_key_in_order(self, services: Services) -> None:
        items = [
            {"documentId": {"S": name}, "unfinished": {"S": shard}, "updatedAt": {"S": when}}
            for name, shard, when in (("a", "Q#1", "3"), ("b", "Q#1", "1"), ("c", "Q#2", "1"), ("d", "Q#1", "2"))
        ]
        finished = {"documentId": {"S": "e"}, "updatedAt": {"S": "1"}}
        puts = [{"Put": {"TableName": "table", "Item": item}} for item in (*items, finished)]
        services.dynamodb.transact_write_items(TransactItems=puts)
        services.wait(5)
        pages = services.dynamodb.get_paginator("query").paginate(
            TableName="table",
            IndexName="Unfinished",
            KeyConditionExpression="unfinished = :shard AND updatedAt < :before",
            ExpressionAttributeValues={":shard": {"S": "Q#1"}, ":before": {"S": "3"}},
        )
        assert [item["documentId"]["S"] for page in pages for item in page["Items"]] == ["b", "d"]
        scanned = services.dynamodb.get_paginator("scan").paginate(TableName="table")
        assert sorted(item["documentId"]["S"] for page in scanned for item in page["Items"]) == list("abcde")


class TestSqs:
    def delete(self, services: Services, message: dict[str, Any]) -> None:
        services.sqs.delete_message(QueueUrl=services.queue, ReceiptHandle=message["ReceiptHandle"])

    def receive(self, services: Services, queue: str = "", **more: object) -> list[dict[str, Any]]:
        answer = services.sqs.receive_message(QueueUrl=queue or services.queue, MaxNumberOfMessages=10, **more)
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def send(self, services: Services, **more: object) -> None:
        services.sqs.send_message(QueueUrl=services.queue, MessageBody="Hello", **more)

    def test_a_received_message_is_hidden_until_its_time_is_over(self, services: Services) -> None:
        self.send(services)
        (first,) = self.receive(services, MessageSystemAttributeNames=["ApproximateReceiveCount"])
        assert self.receive(services) == []
        services.wait(VISIBILITY_SECONDS + 1)
        (second,) = self.receive(services, MessageSystemAttributeNames=["ApproximateReceiveCount"])
        assert (first["Body"], first["MessageId"]) == (second["Body"], second["MessageId"])
        assert [each["Attributes"]["ApproximateReceiveCount"] for each in (first, second)] == ["1", "2"]
        assert first["ReceiptHandle"] != second["ReceiptHandle"]

    def test_a_deleted_message_does_not_come_back(self, services: Services) -> None:
        self.send(services)
        (message,) = self.receive(services)
        self.delete(services, message)
        services.wait(VISIBILITY_SECONDS + 1)
        assert self.receive(services) == []

    def test_visibility_can_be_changed_while_a_message_is_in_flight(self, services: Services) -> None:
        self.send(services)
        (message,) = self.receive(services)
        place = {"QueueUrl": services.queue, "ReceiptHandle": message["ReceiptHandle"]}
        services.sqs.change_message_visibility(**place, VisibilityTimeout=0)
        services.wait(1)
        (message,) = self.receive(services)
        place["ReceiptHandle"] = message["ReceiptHandle"]
        self.delete(services, message)
        refused = refusal(lambda: services.sqs.change_message_visibility(**place, VisibilityTimeout=0))
        assert refused["Code"].endswith(("MessageNotInflight", "ReceiptHandleIsInvalid"))

    def test_a_message_received_too_often_is_a_dead_letter(self, services: Services) -> None:
        self.send(services)
        for _ in range(2):
            assert len(self.receive(services, VisibilityTimeout=1)) == 1
            services.wait(2)
        assert self.receive(services) == []
        (letter,) = self.receive(services, services.dead_letters)
        assert letter["Body"] == "Hello"

    def test_a_delayed_message_comes_later(self, services: Services) -> None:
        self.send(services, DelaySeconds=10)
        assert self.receive(services) == []
        services.wait(11)
        assert len(self.receive(services)) == 1

    def test_a_queue_is_known_by_its_name(self, services: Services) -> None:
        found = services.sqs.get_queue_url(QueueName="work", QueueOwnerAWSAccountId="123456789012")
        assert found["QueueUrl"] == services.queue


def test_what_handlers_ask_and_are_answered_is_what_boto3_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    session: Any = boto3.Session(region_name="us-east-1")
    services = {name: name.removesuffix("_start").rstrip("_").replace("_", "-") for name in CLIENTS}
    boto3_clients = {name: session.client(service) for name, service in services.items()}
    seen: set[str] = set()

    def check(call: Call, value: dict[str, Any], shape: Shape) -> None:
        report = ParamValidator().validate(value, shape)
        assert not report.has_errors(), f"{call}: {report.generate_report()}"

    def perform_and_check(cloud: Cloud, call: Call) -> Any:
        meta = boto3_clients[call.client].meta
        operation = meta.service_model.operation_model(meta.method_to_api_mapping[call.operation])
        check(call, call.request, operation.input_shape)
        answer = perform(cloud, call)
        if operation.output_shape:
            told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            check(call, told, operation.output_shape)
        seen.add(str(call))
        return answer

    perform = Cloud.perform
    monkeypatch.setattr(Cloud, "perform", perform_and_check)
    simulate(Schedule("mixed"))
    assert len(seen) >= 12
