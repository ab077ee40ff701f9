"""With encryption=customer: one KMS key of the account encrypts whatever holds documents, or tells of them.

A resource that a construct adds is encrypted without its doing: all that the stack has are looked through.
"""

from collections.abc import Iterable, Mapping

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.grants import allow

# What S3, SQS, SNS and DynamoDB ask KMS for in the caller's name (DynamoDB Developer Guide, "How Amazon DynamoDB uses
# AWS KMS", and the other services' chapters of that kind, 2026-11).
_USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]

# Those that put messages into encrypted topics and queues in nobody's name but their own. What EventBridge asks of KMS
# for an encrypted topic has no aws:SourceAccount, and a condition on it would deny every event unseen (Amazon SNS
# Developer Guide, "Managing Amazon SNS encryption keys and costs", 2026-11).
_OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
_SENDERS: Mapping[str, Mapping[str, object]] = {
    "sns.amazonaws.com": _OF_THIS_ACCOUNT,
    "cloudwatch.amazonaws.com": _OF_THIS_ACCOUNT,
    "events.amazonaws.com": {},
}


class Encryption(Construct):
    """The key, kept when the stack goes if the buckets and tables are: nothing could read them without it."""

    def __init__(self, scope: Construct, construct_id: str, *, is_kept: bool) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{Stack.of(self).stack_name}: documents, their outputs, and what is known of them",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if is_kept else RemovalPolicy.DESTROY,
        )
        for sender, conditions in _SENDERS.items():
            self._allow_service(sender, conditions)
        groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:{Stack.of(self).stack_name}-*"
        self._allow_service(
            f"logs.{Aws.REGION}.amazonaws.com", {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
        )

    def encrypt(self, stack: Stack, but: s3.Bucket | None = None) -> None:
        """Encrypt the buckets (but this one), queues, topics, tables and log groups that are in the stack by now."""
        for resource in stack.node.find_all():
            if not (but and resource.node.scope == but):
                self._encrypt(resource)

    def allow(self, roles: Iterable[iam.IGrantable]) -> None:
        """Allow these to use what is encrypted."""
        for role in roles:
            allow(role, _USE, [self.key.key_arn])

    def _allow_service(self, principal: str, conditions: Mapping[str, object]) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(principal)],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # which is this key, in a key's own policy
                conditions=conditions,
            )
        )

    def _encrypt(self, resource: object) -> None:
        match resource:
            case s3.CfnBucket():
                default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
                    sse_algorithm="aws:kms", kms_master_key_id=self.key.key_arn
                )
                # A bucket key makes one call to KMS do for many objects.
                rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
                    server_side_encryption_by_default=default, bucket_key_enabled=True
                )
                resource.bucket_encryption = s3.CfnBucket.BucketEncryptionProperty(
                    server_side_encryption_configuration=[rule]
                )
            case sqs.CfnQueue():
                resource.sqs_managed_sse_enabled = None
                resource.kms_master_key_id = self.key.key_arn
            case sns.CfnTopic():
                resource.kms_master_key_id = self.key.key_arn
            case dynamodb.CfnTable():
                resource.sse_specification = dynamodb.CfnTable.SSESpecificationProperty(
                    sse_enabled=True, sse_type="KMS", kms_master_key_id=self.key.key_arn
                )
            case logs.CfnLogGroup():
                resource.kms_key_id = self.key.key_arn
