"""Empties the buckets when the stack is destroyed, once nothing writes to them anymore (removal_policy=destroy)."""

from collections.abc import Iterable

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import PipelineConfig
from stacks.grants import allow
from stacks.runtime.function import PYTHON, execution_role, log_group, source_code

_LONGEST_RUN = Duration.minutes(15)


class BucketEmptier(Construct):
    """Empties these buckets when the stack is destroyed. CDK's own function for this needs Node.js; this one is Python.

    Resources that depend on it are deleted before it runs.
    """

    def __init__(
        self, scope: Construct, construct_id: str, config: PipelineConfig, buckets: Iterable[s3.Bucket]
    ) -> None:
        super().__init__(scope, construct_id)
        function = self._function(config)
        allow(function, ["cloudformation:DescribeStacks"], [Stack.of(self).stack_id])
        for bucket in buckets:
            allow(function, ["s3:ListBucketVersions", "s3:PutBucketLogging", "s3:PutBucketPolicy"], [bucket.bucket_arn])
            allow(function, ["s3:DeleteObject", "s3:DeleteObjectVersion"], [bucket.arn_for_objects("*")])
            resource = CustomResource(
                self,
                bucket.node.id,
                resource_type="Custom::EmptyBucketOnDestroy",
                service_token=function.function_arn,
                service_timeout=_LONGEST_RUN,
                properties={"BucketName": bucket.bucket_name},
            )
            resource.node.add_dependency(function)
            # CloudFormation deletes the bucket's own policy first, so the policy that denies all writes stays.
            if bucket.policy:
                bucket.policy.node.add_dependency(resource)

    def _function(self, config: PipelineConfig) -> lambda_.Function:
        logs = log_group(self, "Emptier", config)
        return lambda_.Function(
            self,
            "Emptier",
            description="Empties the stack's buckets when the stack is destroyed",
            runtime=PYTHON,
            code=source_code("stacks/bucket_emptier"),
            handler="handler.handle",
            timeout=_LONGEST_RUN,
            memory_size=512,
            log_group=logs,
            role=execution_role(self, "Emptier", logs),
        )
