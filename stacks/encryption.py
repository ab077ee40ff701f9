"""With encryption=customer: one KMS key in the account encrypts everything that contains or describes documents.

Constructs do not encrypt their own resources: `encrypt` goes through all resources of the stack.
"""

from collections.abc import Iterable, Mapping, Sequence

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

# What S3, SQS, SNS, and DynamoDB call KMS for on behalf of the caller (DynamoDB Developer Guide, "How Amazon DynamoDB
# uses AWS KMS", and the same chapters for the other services, 2026-11).
_USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]

# Services that put messages into encrypted topics and queues on their own behalf. For SNS and a queue, AWS's
# example names the topic as aws:SourceArn (Amazon SNS Developer Guide, "Subscribing an encrypted Amazon SQS queue to an
# Amazon SNS topic", 2026-11); for alarms and a topic, the account (Amazon CloudWatch User Guide, "Notifying users on
# alarm changes", 2026-11).
_ACCOUNT = f"{Aws.REGION}:{Aws.ACCOUNT_ID}"
_SENDERS: Mapping[str, Mapping[str, object]] = {
    "sns.amazonaws.com": {"ArnLike": {"aws:SourceArn": f"arn:{Aws.PARTITION}:sns:{_ACCOUNT}:*"}},
    "cloudwatch.amazonaws.com": {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
}
_SENDING = ["kms:Decrypt", "kms:GenerateDataKey"]

# What the key policy in the Amazon CloudWatch Logs User Guide ("Encrypt log data in CloudWatch Logs using AWS KMS",
# 2026-11) allows, with each action that its wildcards cover: without any one of them, the log group is not created.
_LOGGING = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


class Encryption(Construct):
    """The key. It is kept when the stack is destroyed if the buckets and tables are: they cannot be read without it."""

    def __init__(self, scope: Construct, construct_id: str, *, is_kept: bool) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{Stack.of(self).stack_name}: documents, their outputs, and their records",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if is_kept else RemovalPolicy.DESTROY,
        )
        for sender, conditions in _SENDERS.items():
            self._allow_service(sender, _SENDING, conditions)
        groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:{Stack.of(self).stack_name}-*"
        of_this_stack = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
        self._allow_service(f"logs.{Aws.REGION}.amazonaws.com", _LOGGING, of_this_stack)

    def encrypt(self, stack: Stack, but: s3.Bucket | None = None) -> None:
        """Encrypt the buckets (except `but`), queues, topics, tables, and log groups that are in the stack so far."""
        for resource in stack.node.find_all():
            if not (but and resource.node.scope == but):
                self._encrypt(resource)

    def allow(self, roles: Iterable[iam.IGrantable]) -> None:
        """Allow these roles to use the encrypted resources."""
        for role in roles:
            allow(role, _USE, [self.key.key_arn])

    def _allow_service(self, principal: str, actions: Sequence[str], conditions: Mapping[str, object]) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(principal)],
                actions=actions,
                resources=["*"],  # in a key policy: this key
                conditions=conditions,
            )
        )

    def _encrypt(self, resource: object) -> None:
        match resource:
            case s3.CfnBucket():
                default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
                    sse_algorithm="aws:kms", kms_master_key_id=self.key.key_arn
                )
                # With a bucket key, one call to KMS covers many objects.
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
