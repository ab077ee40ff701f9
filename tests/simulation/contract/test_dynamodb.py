"""DynamoDB in memory behaves as moto's."""

from typing import Any

import pytest

from tests.simulation.contract.services import Services, refusal

ITEM = {"documentId": {"S": "d"}, "status": {"S": "QUEUED"}, "run": {"N": "10"}, "claimedUntil": {"S": "12:00"}}


def update(services: Services, condition: str, change: str = "SET #s = :new", **values: object) -> Any:
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


def item(services: Services) -> Any:
    answer = services.dynamodb.get_item(TableName="table", Key={"documentId": {"S": "d"}}, ConsistentRead=True)
    return answer.get("Item")


def transact(services: Services, conditions: dict[str, str]) -> object:
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


def counts(services: Services, *names: str) -> dict[str, str]:
    keys = [{"documentId": {"S": name}} for name in names]
    answer = services.dynamodb.batch_get_item(RequestItems={"table": {"Keys": keys, "ConsistentRead": True}})
    assert answer["UnprocessedKeys"] == {}
    return {item["documentId"]["S"]: item["count"]["N"] for item in answer["Responses"]["table"]}


def test_a_transaction_changes_all_of_its_items_or_none(services: Services) -> None:
    for _ in range(2):
        transact(services, {"a": "attribute_not_exists(absent)", "b": "attribute_not_exists(absent)"})
    assert counts(services, "a", "b", "c") == {"a": "2", "b": "2"}
    refused = {"a": "attribute_not_exists(absent)", "b": "attribute_exists(absent)"}
    assert refusal(lambda: transact(services, refused))["Code"] == "TransactionCanceledException"
    assert counts(services, "a", "b") == {"a": "2", "b": "2"}


def test_an_item_is_put_once(services: Services) -> None:
    def put(status: str) -> object:
        return services.dynamodb.put_item(
            TableName="table",
            Item=ITEM | {"status": {"S": status}},
            ConditionExpression="attribute_not_exists(documentId)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert item(services) is None
    put("QUEUED")
    answer = refusal(lambda: put("SUBMITTED"))
    assert (answer["Code"], answer["Item"]) == ("ConditionalCheckFailedException", ITEM)
    assert item(services) == ITEM


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
def test_a_condition_that_holds_lets_an_update_pass(services: Services, condition: str, values: dict[str, Any]) -> None:
    services.dynamodb.put_item(TableName="table", Item=ITEM)
    assert update(services, condition, **values)["Attributes"] == ITEM
    assert item(services) == ITEM | {"status": {"S": "NEW"}}


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
    services: Services, condition: str, values: dict[str, Any]
) -> None:
    services.dynamodb.put_item(TableName="table", Item=ITEM)
    answer = refusal(lambda: update(services, condition, **values))
    assert (answer["Code"], answer["Item"]) == ("ConditionalCheckFailedException", ITEM)
    assert item(services) == ITEM


def test_an_update_sets_and_removes(services: Services) -> None:
    services.dynamodb.put_item(TableName="table", Item=ITEM)
    update(services, "#r = :a", "SET #s = :new, #x = :a REMOVE #c", a={"N": "10"})
    assert item(services) == {
        "documentId": {"S": "d"},
        "status": {"S": "NEW"},
        "run": {"N": "10"},
        "missing": {"N": "10"},
    }


def test_operands_must_be_used(services: Services) -> None:
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


def test_an_index_holds_the_items_that_have_its_key_in_order(services: Services) -> None:
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
