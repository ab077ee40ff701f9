"""Who may do what: exactly the actions a function calls, on exactly the resources it calls them on.

CDK's own grants for buckets and tables have action wildcards or more than is needed, so they are not used. Those that
it makes itself for event sources and failure destinations name their actions, and are what Lambda needs.
"""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

# None of Textract's document operations has a resource level: "*" is the only resource that IAM accepts for them
# (Service Authorization Reference, Amazon Textract, 2026-11).
_ANY_DOCUMENT = "*"

# Where the pipeline writes: beside the document, in the folder of its id, which has 32 characters.
OUTPUT_KEYS = f"*-analysis/{'?' * 32}/*"
_PROGRESS_KEYS = f"{OUTPUT_KEYS}/progress.tar"


def allow(grantee: iam.IGrantable, actions: Sequence[str], resources: Sequence[str]) -> None:
    """Allow these actions on these resources' ARNs."""
    iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=resources)


def allow_textract(grantee: iam.IGrantable, *operations: str) -> None:
    """Allow these Textract operations, named as in its API."""
    allow(grantee, [f"textract:{operation}" for operation in operations], [_ANY_DOCUMENT])


def allow_table(grantee: iam.IGrantable, table: dynamodb.ITable, *operations: str) -> None:
    """Allow these DynamoDB operations, named as in its API, on the table."""
    allow(grantee, [f"dynamodb:{operation}" for operation in operations], [table.table_arn])


def allow_reading_documents(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow reading every object, and every version of it."""
    allow_reading_objects(grantee, *buckets)
    allow(grantee, ["s3:GetObjectVersion"], [bucket.arn_for_objects("*") for bucket in buckets])


def allow_reading_objects(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow reading every object; listing is what makes S3 say that one is missing rather than forbidden."""
    allow(grantee, ["s3:GetObject"], [bucket.arn_for_objects("*") for bucket in buckets])
    allow(grantee, ["s3:ListBucket"], [bucket.bucket_arn for bucket in buckets])


def allow_writing_outputs(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow writing outputs beside the documents, and nowhere else."""
    allow(grantee, ["s3:PutObject"], [bucket.arn_for_objects(OUTPUT_KEYS) for bucket in buckets])


def allow_deleting_progress(grantee: iam.IGrantable, *buckets: s3.IBucket) -> None:
    """Allow deleting what a long document's rendering had been kept in until its outputs were whole."""
    allow(grantee, ["s3:DeleteObject"], [bucket.arn_for_objects(_PROGRESS_KEYS) for bucket in buckets])


def allow_reading_quotas(grantee: iam.IGrantable) -> None:
    """Allow asking for the account's quotas, which has no resource level (Service Authorization Reference, 2026-11)."""
    allow(grantee, ["servicequotas:ListServiceQuotas"], ["*"])


def allow_announcing(grantee: iam.IGrantable) -> None:
    """Allow putting events on the account's default bus."""
    bus = f"arn:{Aws.PARTITION}:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:event-bus/default"
    allow(grantee, ["events:PutEvents"], [bus])
