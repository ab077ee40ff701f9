"""What no function has business doing is denied to each, by the emulator as it would be by AWS."""

from collections.abc import Callable
from functools import partial

import boto3
import pytest
from botocore.exceptions import ClientError

from cli.target import Target
from tests.e2e.conftest import RunningPipeline, png_of

FUNCTIONS = ("S3Proc", "S3BatchProc", "DocProc", "SyncProc", "AsyncProc", "JobResultsProc", "StatusProc", "ViewProc")
KEY = "nobody's to touch.png"


def deployed(function: str) -> str:
    """The name of a function."""
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    (name,) = (
        each["FunctionName"] for page in pages for each in page["Functions"] if f"s{function}" in each["FunctionName"]
    )
    return name


def as_function(name: str) -> boto3.Session:
    """A session with the rights that a function has."""
    role = boto3.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    lent = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="somebody")["Credentials"]
    return boto3.Session(lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"])


def forbidden(session: boto3.Session, target: Target, own_name: str) -> dict[str, Callable[..., object]]:
    """Calls that would each do harm, or tell what is nobody's business."""
    s3, dynamodb, sqs = session.client("s3"), session.client("dynamodb"), session.client("sqs")
    lambda_, iam, logs = session.client("lambda"), session.client("iam"), session.client("logs")
    documents, bucket = target.output("DocumentsTableName"), target.bucket
    queue = boto3.client("sqs").list_queues(QueueNamePrefix="TextractPipeline")["QueueUrls"][0]
    role = boto3.client("lambda").get_function_configuration(FunctionName=own_name)["Role"].rpartition("/")[2]
    everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    return {
        "list the account's buckets": s3.list_buckets,
        "delete a document": partial(s3.delete_object, Bucket=bucket, Key=KEY),
        "replace a document": partial(s3.put_object, Bucket=bucket, Key=KEY, Body=b""),
        "open the bucket to others": partial(s3.put_bucket_policy, Bucket=bucket, Policy=everything),
        "stop keeping versions": partial(
            s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        "read every document's state": partial(dynamodb.scan, TableName=documents),
        "delete a document's state": partial(
            dynamodb.delete_item, TableName=documents, Key={"documentId": {"S": "0" * 32}}
        ),
        "delete a table": partial(dynamodb.delete_table, TableName=documents),
        "empty a queue": partial(sqs.purge_queue, QueueUrl=queue),
        "invoke another function": partial(lambda_.invoke, FunctionName=deployed("S3BatchProc"), Payload=b"{}"),
        "change its own code": partial(lambda_.update_function_code, FunctionName=own_name, ZipFile=b""),
        "give itself rights": partial(iam.put_role_policy, RoleName=role, PolicyName="all", PolicyDocument=everything),
        "read the logs": partial(logs.describe_log_groups),
        "read a secret": partial(session.client("secretsmanager").get_secret_value, SecretId="any"),
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_denied_what_it_has_no_business_doing(pipeline: RunningPipeline, function: str):
    pipeline.process({KEY: png_of("Untouched")})
    name = deployed(function)
    answers = {what: answer(call) for what, call in forbidden(as_function(name), pipeline.target, name).items()}
    assert {what: said for what, said in answers.items() if not said.startswith("AccessDenied")} == {}


def answer(call: Callable[..., object]) -> str:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"
