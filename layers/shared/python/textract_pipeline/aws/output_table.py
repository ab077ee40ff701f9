"""The index of every document's outputs: OutputTable."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import from_attribute_values, to_attribute_values
from textract_pipeline.aws.items import Output, output_from_item, output_to_item
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError, aws_outcomes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, WriteRequestTypeDef


class OutputTable:
    """OutputTable: one item per output of a document."""

    def __init__(self, table: str, clock: Clock = utc_now) -> None:
        self._table = table
        self._clock = clock

    def rows(self, document: Document, outputs: Sequence[Output]) -> "list[TransactWriteItemTypeDef]":
        """The rows for the outputs of a run, to write when it ends; they replace those of an earlier run."""
        items = [output_to_item(document, output, self._clock()) for output in outputs]
        return [{"Put": {"TableName": self._table, "Item": to_attribute_values(item)}} for item in items]

    def record(self, document: Document, outputs: Sequence[Output]) -> None:
        """Add outputs that were made after the run ended, replacing those of an earlier run."""
        items = [output_to_item(document, output, self._clock()) for output in outputs]
        requests: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": to_attribute_values(item)}} for item in items]
        self._write(requests)

    def delete(self, document_id: str, outputs: Sequence[Output]) -> None:
        """Delete the rows of these outputs of a document. Raises RetryableError if DynamoDB did not delete them all."""
        requests: list[WriteRequestTypeDef] = [
            {"DeleteRequest": {"Key": to_attribute_values({"documentId": document_id, "outputType": one.output_type})}}
            for one in outputs
        ]
        if requests:
            self._write(requests)

    def list(self, document_id: str) -> Iterator[Output]:
        """The outputs of a document."""
        pages = (
            clients.dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=self._table,
                KeyConditionExpression="documentId = :id",
                ExpressionAttributeValues=to_attribute_values({":id": document_id}),
            )
        )
        for page in pages:
            for item in page["Items"]:
                yield output_from_item(from_attribute_values(item))

    def _write(self, requests: "Sequence[WriteRequestTypeDef]") -> None:
        with aws_outcomes():
            response = clients.dynamodb().batch_write_item(RequestItems={self._table: requests})
        if response.get("UnprocessedItems"):
            raise RetryableError("DynamoDB did not write all rows of OutputTable")
