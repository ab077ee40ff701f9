"""ControlTable: a few items that invocations use to coordinate."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from textract_pipeline.aws import clients
from textract_pipeline.errors import RetryableError, aws_outcomes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Attributes = Mapping[str, AttributeValueTypeDef]

BACKFILL_PAUSED = "backfill paused"  # the item exists while no backfill document may be processed
BACKFILL_RATE = "backfill rate"  # the interval between backfill documents; no item means no limit
BACKFILL_CANCELLED = "backfill cancelled "  # followed by its id: its waiting documents must not be processed


def update_if(
    table: str, name: str, allowed: str, changes: str, values: Mapping[str, int | str]
) -> "Attributes | None":
    """Change an item if a condition allows it; otherwise return the unchanged item. Raises RetryableError."""
    try:
        with aws_outcomes():
            clients.dynamodb().update_item(
                TableName=table,
                Key={"name": {"S": name}},
                UpdateExpression=changes,
                ConditionExpression=allowed,
                ExpressionAttributeValues={operand: _attribute(value) for operand, value in values.items()},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        response: Mapping[str, Attributes] = error.response  # type: ignore[assignment]  # also has the item
        return response.get("Item", {})
    return None


def exists(table: str, name: str) -> bool:
    """Whether an item of this name exists. Raises RetryableError."""
    with aws_outcomes():
        answer = clients.dynamodb().get_item(TableName=table, Key={"name": {"S": name}}, ConsistentRead=True)
    return "Item" in answer


def read(table: str, *names: str) -> "dict[str, Attributes]":
    """The existing items of these names, by name, in one call. Raises RetryableError."""
    keys: Sequence[Attributes] = [{"name": {"S": name}} for name in names]
    with aws_outcomes():
        answer = clients.dynamodb().batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    if answer.get("UnprocessedKeys"):
        raise RetryableError("DynamoDB did not read all items of ControlTable")
    return {item["name"]["S"]: item for item in answer["Responses"][table]}


def put(table: str, name: str, values: Mapping[str, int | str]) -> None:
    """Write an item, replacing any earlier one. Raises RetryableError."""
    attributes = {attribute: _attribute(value) for attribute, value in values.items()}
    with aws_outcomes():
        clients.dynamodb().put_item(TableName=table, Item={"name": {"S": name}, **attributes})


def delete(table: str, name: str) -> None:
    """Delete an item, if it exists. Raises RetryableError."""
    with aws_outcomes():
        clients.dynamodb().delete_item(TableName=table, Key={"name": {"S": name}})


def number(item: "Attributes", name: str) -> int:
    """A numeric attribute of an item; 0 if there is none of that name."""
    return int(item[name]["N"]) if name in item else 0


def _attribute(value: int | str) -> "AttributeValueTypeDef":
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
