"""What the settings for data protection and the network add: keys, versions, access logs, an isolated VPC."""

import json
from collections.abc import Callable

import pytest

from tests.infrastructure.conftest import Template, as_list, key_of

USE = {"Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"}
# Roles that use no encrypted resource.
WITHOUT_KEY = {"NotifierRole", "FlowLogsRole"}


@pytest.fixture(scope="module")
def hardened(synthesize: Callable[..., Template]) -> Template:
    return synthesize(
        encryption="customer",
        bucket_versioning="true",
        document_retention_days="90",
        access_logs="true",
        vpc="true",
        outputs=["text.txt", "document.html"],
    )


@pytest.mark.parametrize(
    "kind",
    ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"],
)
def test_the_accounts_own_key_encrypts_all_that_holds_or_tells_of_documents(
    hardened: Template, template: Template, kind: str
) -> None:
    keys = {name: key_of(kind, properties) for name, properties in hardened.named(kind).items()}
    keys.pop("AccessLogsBucket", None)  # which S3 could not log to
    assert set(keys.values()) == {"Key"}
    assert {key_of(kind, properties) for properties in template.each(kind)} == {None}


def test_textract_encrypts_its_responses_with_the_same_key(hardened: Template) -> None:
    told = hardened.named("AWS::Lambda::Function")["AsyncProc"]["Environment"]["Variables"]
    assert told["OUTPUT_KEY_ARN"] == "Key"


def test_every_role_that_uses_documents_may_use_the_key_and_no_other(hardened: Template) -> None:
    roles = set(hardened.named("AWS::IAM::Role")) - WITHOUT_KEY
    for role in roles:
        rights = {action: on for action, on in hardened.rights(role).items() if action.startswith("kms:")}
        assert rights == {f"kms:{operation}": {"Key"} for operation in USE}, role


def test_services_use_the_key_for_what_they_send_and_it_is_rotated(hardened: Template) -> None:
    [key] = hardened.each("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    services = [each for each in key["KeyPolicy"]["Statement"] if "Service" in each["Principal"]]
    assert {each["Principal"]["Service"] for each in services} == {
        "sns.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "logs.AWS::Region.amazonaws.com",
    }


def test_log_groups_may_use_the_key_for_all_that_aws_documents(hardened: Template) -> None:
    """Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS", 2026-11."""
    [logs] = [
        set(each["Action"])
        for each in hardened.each("AWS::KMS::Key")[0]["KeyPolicy"]["Statement"]
        if each["Principal"].get("Service") == "logs.AWS::Region.amazonaws.com"
    ]
    for documented in ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"):
        assert documented in logs
    assert {action for action in logs if action.startswith("kms:GenerateDataKey")} == {
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPair",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:GenerateDataKeyWithoutPlaintext",
    }


def test_sns_may_use_the_key_for_topics_of_this_account(hardened: Template) -> None:
    [condition] = [
        each["Condition"]
        for each in hardened.each("AWS::KMS::Key")[0]["KeyPolicy"]["Statement"]
        if each["Principal"].get("Service") == "sns.amazonaws.com"
    ]
    assert condition == {"ArnLike": {"aws:SourceArn": "arn:AWS::Partition:sns:AWS::Region:AWS::AccountId:*"}}


def test_the_vpc_spans_the_zones_of_the_setting(synthesize: Callable[..., Template]) -> None:
    zones = ["us-east-1a", "us-east-1c", "us-east-1d"]
    template = synthesize(vpc="true", availability_zones=json.dumps(zones))
    assert [each["AvailabilityZone"] for each in template.each("AWS::EC2::Subnet")] == zones


def test_the_key_stays_as_long_as_what_it_encrypts(hardened: Template, synthesize: Callable[..., Template]) -> None:
    to_destroy = synthesize(encryption="customer", removal_policy="destroy")
    policies = [
        each["DeletionPolicy"] for one in (hardened, to_destroy) for each in one.resources if each["Id"] == "Key"
    ]
    assert policies == ["Retain", "Delete"]


def test_buckets_keep_older_versions_and_log_who_asks_for_what(hardened: Template, template: Template) -> None:
    buckets = hardened.named("AWS::S3::Bucket")
    logs = buckets.pop("AccessLogsBucket")
    assert logs["LifecycleConfiguration"]["Rules"] == [{"ExpirationInDays": 30, "Status": "Enabled"}]
    for name, bucket in buckets.items():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["LoggingConfiguration"] == {
            "DestinationBucketName": "AccessLogsBucket",
            "LogFilePrefix": f"{name}/",
        }
        [rule] = bucket["LifecycleConfiguration"]["Rules"]
        assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert "AccessLogsBucket" not in template.named("AWS::S3::Bucket")


def test_uploads_are_deleted_after_as_many_days_as_the_setting_says_and_nothing_else_is(hardened: Template) -> None:
    expiry = {
        name: bucket["LifecycleConfiguration"]["Rules"][0].get("ExpirationInDays")
        for name, bucket in hardened.named("AWS::S3::Bucket").items()
    }
    assert expiry == {
        "DocumentsBucket": 90,
        "ExistingDocumentsBucket": None,
        "InventoryAndLogsBucket": None,
        "AccessLogsBucket": 30,
    }


def test_every_step_runs_in_subnets_without_a_way_out(hardened: Template, template: Template) -> None:
    functions = {name: each for name, each in hardened.named("AWS::Lambda::Function").items() if name.endswith("Proc")}
    assert len(functions) == 8
    assert {tuple(each["VpcConfig"]["SecurityGroupIds"]) for each in functions.values()} == {("Functions",)}
    ways_out = ["AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::Route", "AWS::EC2::EIP"]
    assert [kind for kind in ways_out if hardened.each(kind)] == []
    assert template.each("AWS::EC2::VPC") == []


def test_an_endpoint_is_there_for_each_service_that_a_step_calls(hardened: Template) -> None:
    endpoints = {each["ServiceName"].rpartition(".")[2] for each in hardened.each("AWS::EC2::VPCEndpoint")}
    called = {
        action.partition(":")[0]
        for name in hardened.named("AWS::Lambda::Function")
        if name.endswith("Proc")
        for action in hardened.rights(f"{name}Role")
    }
    by_others = {"logs", "ec2", "kms", "iam", "servicequotas"}  # by Lambda, S3 and Textract; quotas are found out
    assert called - by_others == endpoints


def test_only_functions_reach_the_endpoints(hardened: Template) -> None:
    rules = hardened.each("AWS::EC2::SecurityGroupIngress")
    assert {(each["FromPort"], each["ToPort"]) for each in rules} == {(443, 443)}
    groups = hardened.each("AWS::EC2::SecurityGroup")
    assert [rule for group in groups for rule in as_list(group.get("SecurityGroupIngress", []))] == []
