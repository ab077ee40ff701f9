"""What no role of a function should be able to do, nor anybody who may only upload."""

from tests.simulation.needs import Need, all_on
from tests.simulation.permissions import Statement

UPLOADER = "Uploader"  # a role that is not of the stack
UPLOADS: list[Statement] = [
    {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["DocumentsBucket/*", "ExistingDocumentsBucket/*"]}
]
UPLOAD = Need("s3:PutObject", "DocumentsBucket/scans/invoice.pdf")
_DOCUMENT = "DocumentsBucket/nobody's to touch.png"
_ID = "0123456789abcdef" * 2
_FORGED = Need("s3:PutObject", f"DocumentsBucket/scans/invoice.pdf-analysis/{_ID}/text.txt")
_PLAIN = (("aws:SecureTransport", "false"),)
_HERE = "AWS::Region:AWS::AccountId"


def forbidden(function: str) -> list[Need]:
    """What no function may do, none of them."""
    return [
        Need("s3:ListAllMyBuckets", "*"),
        *all_on(_DOCUMENT, "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectAcl"),
        *all_on("DocumentsBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:DeleteBucket"),
        Need("s3:PutObject", f"DocumentsBucket/scans/invoice.pdf-analysis/{_ID[1:]}/text.txt"),
        Need("s3:PutObject", "InventoryAndLogsBucket/manifests/plan.csv"),
        Need("s3:GetObject", "InventoryAndLogsBucket/manifests/plan.csv"),
        *all_on("arn:AWS::Partition:s3:::somebody-elses/document.pdf", "s3:GetObject", "s3:PutObject"),
        Need("s3:GetObject", _DOCUMENT, _PLAIN),
        Need("sqs:SendMessage", "SyncQueue", _PLAIN),
        *all_on("DocumentsTable", "dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:DeleteTable"),
        *all_on("SyncQueue", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"),
        Need("lambda:InvokeFunction", "S3BatchProc"),
        Need("lambda:UpdateFunctionCode", function),
        *all_on(f"{function}Role", "iam:PutRolePolicy", "iam:AttachRolePolicy"),
        Need("iam:PassRole", "TextractServiceRole", (("iam:PassedToService", "ec2.amazonaws.com"),)),
        Need("sns:Publish", "AlarmsTopic"),
        Need("logs:DescribeLogStreams", "S3BatchProcLogs"),
        Need("secretsmanager:GetSecretValue", f"arn:AWS::Partition:secretsmanager:{_HERE}:secret:any-0123"),
    ]


def forbidden_to_uploaders() -> list[Need]:
    """What whoever may upload may not do: write what looks like an output, or send anything without TLS."""
    return [_FORGED, UPLOAD._replace(told=_PLAIN)]
