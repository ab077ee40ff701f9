"""Conditional writes in DynamoDB: several in one transaction, and the item that a refusal returns."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values
from textract_pipeline.aws.items import Item
from textract_pipeline.errors import RetryableError, aws_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


_REFUSED = "ConditionalCheckFailed"
# The reasons for which DynamoDB cancels a transaction that may succeed later ("TransactWriteItems", DynamoDB API
# Reference, 2026-11). For other reasons (a wrong value, an item that is too large, a missing grant) it always would.
_PASSING = frozenset({"None", "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})


def write_together(change: "TransactWriteItemTypeDef", also: "Sequence[TransactWriteItemTypeDef]") -> bool:
    """Write a change and what belongs to it, all or nothing; False if the condition of the change is not met."""
    try:
        with aws_outcomes():
            clients.dynamodb().transact_write_items(TransactItems=[change, *also])
    except ClientError as error:
        if cancellation(error)[0] == _REFUSED:
            return False
        raise RetryableError(str(error)) from error
    return True


def cancellation(error: ClientError) -> "Sequence[str]":
    """Why DynamoDB cancelled a transaction, write by write, if another attempt may succeed.

    Any other error is raised again.
    """
    response: Mapping[str, Any] = error.response
    reasons = [reason["Code"] for reason in response.get("CancellationReasons", ())]
    if error.response["Error"]["Code"] != "TransactionCanceledException" or set(reasons) - _PASSING - {_REFUSED}:
        raise error
    return reasons


def refused_item(error: ClientError) -> Item:
    """The item that a condition protected, empty if there is none; any other error is raised again."""
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
    response: Mapping[str, Any] = error.response
    return from_attribute_values(response.get("Item", {}))
