"""Where documents, their outputs, and their records are kept: buckets and tables."""

from collections.abc import Iterable
from typing import cast

from aws_cdk import Aws, CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as s3_notifications
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import OUTPUT_KEYS, allow
from stacks.outputs import output
from stacks.runtime.function import execution_role, log_group
from textract_pipeline.names import UNFINISHED_INDEX

# The construct id of CDK's function that sets bucket notifications: one per stack.
_NOTIFICATIONS_HANDLER = "BucketNotificationsHandler050a0587b7544547bf325f094a3db834"
_OLD_VERSIONS_STAY = Duration.days(30)


class Storage(Construct):
    """The buckets and tables, kept or deleted with the stack as `removal_policy` says."""

    def __init__(self, scope: Construct, construct_id: str, config: PipelineConfig) -> None:
        super().__init__(scope, construct_id)
        self._is_kept = config.removal_policy == "retain"
        self._removal_policy = RemovalPolicy.RETAIN if self._is_kept else RemovalPolicy.DESTROY

        self._config = config
        # The bucket's policy, not an ACL, allows access logs to be written, only for these buckets and this account.
        self.node.set_context("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", value=True)
        self.access_logs_bucket = self._access_logs_bucket() if config.access_logs else None
        self._notifier_logs = log_group(self, "Notifier", config)
        self._notifier_role = execution_role(self, "Notifier", self._notifier_logs)
        self.documents_bucket = self._bucket(
            "DocumentsBucket", self._notifier_role, expire_after_days=config.document_retention_days
        )
        self.existing_documents_bucket = self._bucket("ExistingDocumentsBucket")
        self.inventory_and_logs_bucket = self._bucket("InventoryAndLogsBucket")
        own = (
            self.documents_bucket,
            self.existing_documents_bucket,
            self.inventory_and_logs_bucket,
            self.access_logs_bucket,
        )
        self.buckets = [bucket for bucket in own if bucket]
        self.names_of_others = config.source_buckets
        others = [
            s3.Bucket.from_bucket_name(self, f"SourceBucket{number}", name)
            for number, name in enumerate(config.source_buckets, start=1)
        ]
        self.source_buckets = (self.documents_bucket, self.existing_documents_bucket, *others)
        output(self, {f"{bucket.node.id}Name": bucket.bucket_name for bucket in self.buckets})
        names = [bucket.bucket_name for bucket in self.source_buckets]
        output(self, {"SourceBucketNames": Stack.of(self).to_json_string(names)})

        self.documents_table = self._documents_table()
        self.output_table = self._table("OutputTable", sort_key="outputType")
        self.backfills_table = self._table("BackfillsTable", partition_key="part", sort_key="item")
        self.control_table = self._control_table()
        tables = (self.documents_table, self.output_table, self.backfills_table, self.control_table)
        output(self, {f"{table.node.id}Name": table.table_name for table in tables})

    def announce_uploads(self, function: lambda_.IFunction) -> None:
        """Invoke the function for each object created in DocumentsBucket.

        By default, CDK's function that sets the notification may set those of any bucket, and leaves its log group
        behind when the stack is destroyed. So it gets a role and a log group of ours.
        """
        uploads = s3_notifications.LambdaDestination(function)
        self.documents_bucket.add_event_notification(s3.EventType.OBJECT_CREATED, uploads)
        allow(self._notifier_role, ["s3:PutBucketNotification"], [self.documents_bucket.bucket_arn])
        notifier = Stack.of(self).node.find_child(_NOTIFICATIONS_HANDLER).node.default_child
        cast("CfnResource", notifier).add_property_override(
            "LoggingConfig.LogGroup", self._notifier_logs.log_group_name
        )

    def keep_outputs_to(self, functions: Iterable[lambda_.IFunction]) -> None:
        """Let only these functions write to the keys of outputs: otherwise, anyone who may upload could forge one."""
        roles = [function.role for function in functions if function.role]
        # For a role's session, AWS gives the role's ARN (IAM User Guide, "AWS global condition context keys", 2026-11).
        # Emulators of AWS may give the session's ARN.
        sessions = [f"arn:{Aws.PARTITION}:sts::{Aws.ACCOUNT_ID}:assumed-role/{role.role_name}/*" for role in roles]
        for bucket in (self.documents_bucket, self.existing_documents_bucket):
            bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=["s3:PutObject"],
                    resources=[bucket.arn_for_objects(OUTPUT_KEYS)],
                    conditions={"ArnNotLike": {"aws:PrincipalArn": [*(role.role_arn for role in roles), *sessions]}},
                )
            )

    def _bucket(
        self, construct_id: str, notifier_role: iam.Role | None = None, expire_after_days: int = 0
    ) -> s3.Bucket:
        versioned = self._config.bucket_versioning
        return s3.Bucket(
            self,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=versioned,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    expiration=Duration.days(expire_after_days) if expire_after_days else None,
                    noncurrent_version_expiration=_OLD_VERSIONS_STAY if versioned else None,
                )
            ],
            server_access_logs_bucket=self.access_logs_bucket,
            server_access_logs_prefix=f"{construct_id}/" if self.access_logs_bucket else None,
            notifications_handler_role=notifier_role and notifier_role.without_policy_updates(),
            removal_policy=self._removal_policy,
        )

    def _access_logs_bucket(self) -> s3.Bucket:
        """Where S3 logs the requests to the other buckets. S3 cannot log to a bucket that a KMS key encrypts."""
        kept = Duration.days(self._config.log_retention_days)
        return s3.Bucket(
            self,
            "AccessLogsBucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=kept)],
            removal_policy=self._removal_policy,
        )

    def _documents_table(self) -> dynamodb.Table:
        table = self._table("DocumentsTable", stream=dynamodb.StreamViewType.NEW_IMAGE)
        table.add_global_secondary_index(
            index_name=UNFINISHED_INDEX, partition_key=_string("unfinished"), sort_key=_string("updatedAt")
        )
        return table

    def _control_table(self) -> dynamodb.Table:
        """What invocations use to coordinate: nothing that needs to be kept."""
        return dynamodb.Table(
            self,
            "ControlTable",
            partition_key=_string("name"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _table(
        self,
        construct_id: str,
        partition_key: str = "documentId",
        sort_key: str | None = None,
        stream: dynamodb.StreamViewType | None = None,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            construct_id,
            partition_key=_string(partition_key),
            sort_key=_string(sort_key) if sort_key else None,
            stream=stream,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            # Deleting a table with point-in-time recovery leaves a backup for 35 days.
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=self._is_kept
            ),
            removal_policy=self._removal_policy,
        )


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
