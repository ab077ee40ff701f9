import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.trust import trust_local_textract

ROLE_ARN = "arn:aws:iam::123456789012:role/TextractServiceRole"


@pytest.fixture
def iam(monkeypatch):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("iam", region_name="us-east-1")


def create_role(iam, service: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": service},
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName="TextractServiceRole", AssumeRolePolicyDocument=json.dumps(policy))


def principals(iam) -> list[dict[str, str]]:
    policy = iam.get_role(RoleName="TextractServiceRole")["Role"]["AssumeRolePolicyDocument"]
    return [statement["Principal"] for statement in policy["Statement"]]


def test_a_role_that_trusts_textract_comes_to_trust_the_local_one_once(iam):
    create_role(iam, "textract.amazonaws.com")
    trust_local_textract(ROLE_ARN)
    trust_local_textract(ROLE_ARN)
    assert principals(iam) == [{"Service": "textract.amazonaws.com"}, {"AWS": "arn:aws:iam::000000000000:root"}]


def test_a_role_that_does_not_trust_textract_does_not_trust_the_local_one(iam):
    create_role(iam, "lambda.amazonaws.com")
    trust_local_textract(ROLE_ARN)
    assert principals(iam) == [{"Service": "lambda.amazonaws.com"}]


@pytest.mark.usefixtures("iam")
def test_a_role_that_is_not_there_is_an_error():
    with pytest.raises(ClientError, match="TextractServiceRole"):
        trust_local_textract(ROLE_ARN)
