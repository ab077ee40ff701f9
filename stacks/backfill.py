"""How existing documents are added: S3 Batch Operations invokes s3batchproc for each object of a manifest."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.grants import allow
from stacks.outputs import output
from stacks.storage import Storage


class Backfill(Construct):
    """The role of an S3 Batch Operations job. The jobs are created when there is something to backfill."""

    def __init__(self, scope: Construct, construct_id: str, storage: Storage, s3batchproc: lambda_.IFunction) -> None:
        super().__init__(scope, construct_id)
        batch_operations = iam.ServicePrincipal("batchoperations.s3.amazonaws.com")
        self.role = iam.Role(self, "S3BatchOperationsRole", assumed_by=batch_operations)
        output(self, {"S3BatchOperationsRoleArn": self.role.role_arn})
        allow(self.role, ["lambda:InvokeFunction"], [s3batchproc.function_arn])
        manifests_and_reports = storage.inventory_and_logs_bucket.arn_for_objects("*")
        allow(self.role, ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], [manifests_and_reports])
        # Lets a job make its own manifest of the objects that match a filter.
        sources = [bucket.bucket_arn for bucket in storage.source_buckets]
        allow(self.role, ["s3:PutInventoryConfiguration"], sources)
