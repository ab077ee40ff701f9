"""What the tools of `make audit` find, and why it must stay: each finding is acknowledged at its resource.

Rules have the names that the tools use: cdk-nag's with their pack, checkov's as CKV_…, cfn-lint's as Wnnnn. If a
setting removes a finding, it is acknowledged only without that setting.
"""

from collections.abc import Iterator, Sequence
from typing import cast

from aws_cdk import Acknowledgment, CfnResource, Stack, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from stacks.config import PipelineConfig
from stacks.grants import OUTPUT_KEYS
from stacks.storage import Storage

_SOLUTIONS = "AwsSolutions::AwsSolutions-"
_NIST = "NIST.800.53.R5::NIST.800.53.R5-"
_FUNCTION = lambda_.CfnFunction.CFN_RESOURCE_TYPE_NAME
_OBJECTS = ("/*", f"/{OUTPUT_KEYS}", f"/{OUTPUT_KEYS}/progress.tar")
_IS_A_SETTING = "AWS's own keys encrypt it, unless the setting encryption chooses a key of the account"

_Finding = tuple[str, Sequence[str]]  # why it stays, and the rules that find it


def acknowledge(stack: Stack, config: PipelineConfig, storage: Storage) -> None:
    """Acknowledge the findings in everything that is in the stack so far."""
    for resource in stack.node.find_all():
        if isinstance(resource, CfnResource):
            for why, rules in _findings(resource, config, storage):
                _acknowledge(resource, why, rules)


def _acknowledge(resource: CfnResource, why: str, rules: Sequence[str]) -> None:
    """Acknowledge the rules in the form that each tool reads."""
    for rule in rules:
        if "::" in rule:
            Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=why))
        elif rule.startswith("CKV"):
            known = resource.get_metadata("checkov") or {"skip": []}
            resource.add_metadata("checkov", {"skip": [*known["skip"], {"id": rule, "comment": why}]})
        else:
            resource.add_metadata("cfn-lint", {"config": {"ignore_checks": [rule]}})


def _findings(resource: CfnResource, config: PipelineConfig, storage: Storage) -> Iterator[_Finding]:
    is_encrypted = config.encryption == "customer"
    match resource:
        case iam.CfnPolicy():
            yield from _in_policy(Stack.of(resource), storage)
        case s3.CfnBucket():
            yield from _in_bucket(resource, config, storage)
        case dynamodb.CfnTable():
            yield from _in_table(resource, is_encrypted=is_encrypted)
        case sqs.CfnQueue() if not resource.redrive_policy:
            yield "It is itself a dead-letter queue", [f"{_SOLUTIONS}SQS3"]
        case ec2.CfnVPC():
            yield "Nothing uses the default security group", [f"{_NIST}VPCDefaultSecurityGroupClosed"]
    if resource.cfn_resource_type == _FUNCTION:  # CDK's own function, which sets notifications, is not a CfnFunction
        yield from _in_function(resource)
    if resource.cfn_resource_type in {_FUNCTION, "Custom::EmptyBucketOnDestroy"}:
        yield "CDK writes out dependencies that a reference implies", ["W3005"]
    if not is_encrypted:
        yield from _in_what_aws_encrypts(resource)


def _in_what_aws_encrypts(resource: CfnResource) -> Iterator[_Finding]:
    match resource:
        case sqs.CfnQueue():
            yield _IS_A_SETTING, ["CKV_AWS_27"]
        case sns.CfnTopic():
            yield _IS_A_SETTING, ["CKV_AWS_26", f"{_NIST}SNSEncryptedKMS"]
        case logs.CfnLogGroup():
            yield _IS_A_SETTING, ["CKV_AWS_158", f"{_NIST}CloudWatchLogGroupEncrypted"]


def _in_policy(stack: Stack, storage: Storage) -> Iterator[_Finding]:
    yield "It is deleted with its role: a managed policy could be given to others", [f"{_NIST}IAMNoInlinePolicy"]
    buckets = [
        f"<{stack.get_logical_id(cast('CfnResource', bucket.node.default_child))}.Arn>" for bucket in storage.buckets
    ]
    others = [f"arn:<AWS::Partition>:s3:::{name}" for name in storage.names_of_others]
    objects = [f"{_SOLUTIONS}IAM5[Resource::{bucket}{keys}]" for bucket in [*buckets, *others] for keys in _OBJECTS]
    yield "The keys of documents and their outputs are not known in advance", objects
    any_resource = [f"{_SOLUTIONS}IAM5[Resource::*]", "CKV_AWS_111"]
    yield "Only actions without resource-level permissions apply to any resource: a test lists them", any_resource


def _in_function(resource: CfnResource) -> Iterator[_Finding]:
    limited = "Its trigger limits its concurrency; reserving some would take it from the account's other functions"
    yield limited, [f"{_NIST}LambdaConcurrency", "CKV_AWS_115"]
    kept = "Its trigger sends failures to a dead-letter queue: by redrive policy or failure destination"
    yield kept, [f"{_NIST}LambdaDLQ", "CKV_AWS_116"]
    yield "The layer is built for this version and tested with it", [f"{_SOLUTIONS}L1"]
    yield "Its environment has names and settings, but no secrets", ["CKV_AWS_173"]
    if not (isinstance(resource, lambda_.CfnFunction) and resource.vpc_config):
        outside = "The setting vpc puts the steps in a VPC; functions that run only during deployment see no documents"
        yield outside, [f"{_NIST}LambdaInsideVPC", "CKV_AWS_117"]


def _in_bucket(bucket: s3.CfnBucket, config: PipelineConfig, storage: Storage) -> Iterator[_Finding]:
    logged, versioned = (
        [f"{_SOLUTIONS}S1", f"{_NIST}S3BucketLoggingEnabled", "CKV_AWS_18"],
        [
            f"{_NIST}S3BucketVersioningEnabled",
            "CKV_AWS_21",
        ],
    )
    encrypted = [f"{_NIST}S3DefaultEncryptionKMS"]
    yield (
        "The owner decides about a copy in another region: it costs as much as the original",
        [f"{_NIST}S3BucketReplicationEnabled"],
    )
    if storage.access_logs_bucket and bucket.node.scope == storage.access_logs_bucket:
        yield (
            "It contains the access logs: S3 writes each one once, and cannot write to a bucket with a KMS key",
            [
                *logged,
                *versioned,
                *encrypted,
            ],
        )
        return
    if not config.access_logs:
        yield "The setting access_logs turns on request logs", logged
    if not config.bucket_versioning:
        yield "The setting bucket_versioning keeps older versions", versioned
    if config.encryption == "aws":
        yield _IS_A_SETTING, encrypted


def _in_table(table: dynamodb.CfnTable, *, is_encrypted: bool) -> Iterator[_Finding]:
    yield (
        "It can be restored to any second of the last 35 days; the owner decides about longer backups",
        [f"{_NIST}DynamoDBInBackupPlan"],
    )
    if not is_encrypted:
        yield _IS_A_SETTING, ["CKV_AWS_119"]
    recovery = table.point_in_time_recovery_specification
    specified = cast("dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty | None", recovery)
    if specified is None or not specified.point_in_time_recovery_enabled:
        yield (
            "It is deleted with the stack, or has only what invocations use to coordinate",
            [
                f"{_NIST}DynamoDBPITREnabled",
                f"{_SOLUTIONS}DDB3",
                "CKV_AWS_28",
            ],
        )
