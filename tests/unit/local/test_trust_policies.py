import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.trust_policies import BATCH_OPERATIONS, TEXTRACT, trust_local_services

ROLE_ARN = "arn:aws:iam::123456789012:role/ServiceRole"


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
    iam.create_role(RoleName="ServiceRole", AssumeRolePolicyDocument=json.dumps(policy))


def principals(iam) -> list[dict[str, str]]:
    policy = iam.get_role(RoleName="ServiceRole")["Role"]["AssumeRolePolicyDocument"]
    return [statement["Principal"] for statement in policy["Statement"]]


@pytest.mark.parametrize("service", [TEXTRACT, BATCH_OPERATIONS])
def test_a_role_that_trusts_a_service_comes_to_trust_the_local_one_once(iam, service):
    create_role(iam, service)
    trust_local_services(service, ROLE_ARN)
    trust_local_services(service, ROLE_ARN)
    assert principals(iam) == [{"Service": service}, {"AWS": "arn:aws:iam::000000000000:root"}]


def test_a_role_that_trusts_another_service_does_not_trust_the_local_one(iam):
    create_role(iam, TEXTRACT)
    trust_local_services(BATCH_OPERATIONS, ROLE_ARN)
    assert principals(iam) == [{"Service": TEXTRACT}]


@pytest.mark.usefixtures("iam")
def test_a_role_that_is_not_there_is_an_error():
    with pytest.raises(ClientError, match="ServiceRole"):
        trust_local_services(TEXTRACT, ROLE_ARN)
