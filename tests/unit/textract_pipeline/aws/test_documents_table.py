"""Answers that DynamoDB gives in several parts are combined."""

import boto3
import pytest
from botocore.stub import Stubber

from textract_pipeline import parallel
from textract_pipeline.aws import clients, documents_table
from textract_pipeline.aws.documents_table import DocumentsTable


def test_jobs_are_counted_however_many_pages_their_count_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client("dynamodb", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")
    monkeypatch.setattr(clients, "dynamodb", lambda: client)
    monkeypatch.setattr(parallel, "run_all", lambda function, items: [function(item) for item in items])
    monkeypatch.setattr(documents_table, "_SHARDS", "0")
    with Stubber(client) as stubber:
        stubber.add_response("query", {"Count": 2, "LastEvaluatedKey": {"documentId": {"S": "b"}}})
        stubber.add_response("query", {"Count": 1})
        assert DocumentsTable("table").count_jobs() == 3
        stubber.assert_no_pending_responses()
