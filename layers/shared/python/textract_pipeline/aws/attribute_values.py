"""DynamoDB items in the form of its API: each value with its type."""

from typing import TYPE_CHECKING

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from textract_pipeline.aws.items import Item


def to_attribute_values(item: "Item") -> "dict[str, AttributeValueTypeDef]":
    """An item, or part of one, in the form of DynamoDB's API."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in item.items()}


def from_attribute_values(item: "Mapping[str, AttributeValueTypeDef]") -> "Item":
    """An item from the form of DynamoDB's API."""
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in item.items()}
