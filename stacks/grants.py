"""Permissions: the exact actions that a function calls, on the exact resources that it calls them on.

CDK's own grants for buckets and tables have wildcards or allow more than is needed, so they are not used. The grants
that CDK makes for event sources and failure destinations name their actions, and allow only what Lambda needs.
"""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

# Textract's document operations have no resource-level permissions: "*" is the only resource that IAM accepts for them
# (Service Authorization Reference, Amazon Textract, 2026-11).
_ANY_DOCUMENT = "*"

# Where the pipeline writes: next to the document, in a folder named after the document's id, which has 32 characters.
OUTPUT_KEYS = f"*-analysis/{'?' * 32}/*"
_PROGRESS_KEYS = f"{OUTPUT_KEYS}/progress.tar"


def allow(grantee: iam.IGrantable, actions: Sequence[str], resources: Sequence[str]) -> None:
    """Allow these actions on the resources with these ARNs."""
    iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=resources)


def allow_textract(grantee: iam.IGrantable, *operations: str) -> None:
    """Allow these Textract operations, named as in Textract's API."""
    allow(grantee, [f"textract:{operation}" for operation in operations], [_ANY_DOCUMENT])


def allow_table(grantee: iam.IGrantable, table: dynamodb.ITable, *operations: str) -> None:
    """Allow these DynamoDB operations, named as in DynamoDB's API, on the table."""
    allow(grantee, [f"dynamodb:{operation}" for operation in operations], [table.table_arn])


def allow_reading_documents(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow reading every object and every version."""
    allow_reading_objects(grantee, *buckets)
    allow(grantee, ["s3:GetObjectVersion"], [bucket.arn_for_objects("*") for bucket in buckets])


def allow_reading_objects(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow reading every object, and listing: without it, S3 reports a missing object as forbidden."""
    allow(grantee, ["s3:GetObject"], [bucket.arn_for_objects("*") for bucket in buckets])
    allow(grantee, ["s3:ListBucket"], [bucket.bucket_arn for bucket in buckets])


def allow_writing_outputs(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow writing outputs next to the documents, and nowhere else."""
    allow(grantee, ["s3:PutObject"], [bucket.arn_for_objects(OUTPUT_KEYS) for bucket in buckets])


def allow_deleting_progress(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow deleting progress.tar, which stores the progress of a long document until its outputs are complete."""
    allow(grantee, ["s3:DeleteObject"], [bucket.arn_for_objects(_PROGRESS_KEYS) for bucket in buckets])


def allow_reading_quotas(grantee: iam.IGrantable) -> None:
    """Allow reading the account's quotas; there is no resource level (Service Authorization Reference, 2026-11)."""
    allow(grantee, ["servicequotas:ListServiceQuotas"], ["*"])


def allow_announcing(grantee: iam.IGrantable) -> None:
    """Allow putting events on the account's default bus."""
    bus = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:event-bus/default"
    allow(grantee, ["events:PutEvents"], [bus])
