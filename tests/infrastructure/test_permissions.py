"""Permissions: each function may make the calls of its step, and no others."""

from typing import Any

import pytest

from tests.infrastructure.conftest import Template, as_list

# Actions for which IAM accepts no narrower resource (Service Authorization Reference, 2026-11).
WITHOUT_RESOURCE_LEVEL = {
    "dynamodb:ListStreams",
    "servicequotas:ListServiceQuotas",
    "textract:AnalyzeDocument",
    "textract:DetectDocumentText",
    "textract:GetDocumentAnalysis",
    "textract:GetDocumentTextDetection",
    "textract:StartDocumentAnalysis",
    "textract:StartDocumentTextDetection",
}

UPLOADS = {"DocumentsBucket/*"}
SOURCES = {"DocumentsBucket/*", "ExistingDocumentsBucket/*"}
SOURCE_BUCKETS = {"DocumentsBucket", "ExistingDocumentsBucket"}
OUTPUTS = {f"{bucket}/*-analysis/{'?' * 32}/*" for bucket in ("DocumentsBucket", "ExistingDocumentsBucket")}
READ_OBJECTS = {"s3:GetObject": SOURCES, "s3:ListBucket": SOURCE_BUCKETS}
READ_SOURCES = {**READ_OBJECTS, "s3:GetObjectVersion": SOURCES}
READ_STREAM = {
    "dynamodb:DescribeStream": {"DocumentsTable.Stream"},
    "dynamodb:GetRecords": {"DocumentsTable.Stream"},
    "dynamodb:GetShardIterator": {"DocumentsTable.Stream"},
    "dynamodb:ListStreams": {"*"},
}
WORK_QUEUES = {"SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue"}


def sqs(queues: set[str], *operations: str) -> dict[str, set[str]]:
    return {f"sqs:{operation}": queues for operation in operations}


def consumed_by_lambda(*queues: str) -> dict[str, set[str]]:
    operations = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl")
    return sqs(set(queues), *operations)


def dead_letters_to(queue: str) -> dict[str, set[str]]:
    return sqs({queue}, "SendMessage", "GetQueueAttributes", "GetQueueUrl")


GIVEN_UP = {f"{queue}DLQ" for queue in (*WORK_QUEUES, "JobResultsQueue")}

RIGHTS: dict[str, dict[str, set[str]]] = {
    "S3Proc": {
        "s3:GetObject": UPLOADS,
        "s3:GetObjectVersion": UPLOADS,
        "s3:ListBucket": {"DocumentsBucket"},
        "dynamodb:PutItem": {"DocumentsTable"},
        **dead_letters_to("S3ProcDLQ"),
    },
    "S3BatchProc": {
        **READ_SOURCES,
        "dynamodb:PutItem": {"DocumentsTable"},
        "dynamodb:UpdateItem": {"DocumentsTable", "ControlTable"},
    },
    "StatusProc": {
        **READ_STREAM,
        "dynamodb:BatchGetItem": {"BackfillsTable"},
        "dynamodb:UpdateItem": {"BackfillsTable"},
        "events:PutEvents": {"arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default"},
        **dead_letters_to("StatusProcDLQ"),
    },
    "DocProc": {
        **READ_STREAM,
        "dynamodb:UpdateItem": {"DocumentsTable"},
        "lambda:InvokeFunction": {"AsyncProc"},
        **dead_letters_to("DocProcDLQ"),
        "sqs:SendMessage": WORK_QUEUES | {"DocProcDLQ"},
    },
    "SyncProc": {
        **consumed_by_lambda("SyncQueue", "SyncBackfillQueue"),
        "sqs:SendMessage": {"SyncQueue", "SyncBackfillQueue"},
        **READ_SOURCES,
        "s3:PutObject": OUTPUTS,
        "dynamodb:BatchGetItem": {"ControlTable"},
        "dynamodb:UpdateItem": {"DocumentsTable", "ControlTable"},
        "dynamodb:PutItem": {"OutputTable"},
        "textract:DetectDocumentText": {"*"},
        "textract:AnalyzeDocument": {"*"},
    },
    "AsyncProc": {
        **dead_letters_to("AsyncProcDLQ"),
        **sqs({"AsyncQueue", "AsyncBackfillQueue"}, "DeleteMessage"),
        **sqs({"AsyncQueue", "AsyncBackfillQueue"} | GIVEN_UP, "ReceiveMessage", "ChangeMessageVisibility"),
        "sqs:SendMessage": {"AsyncProcDLQ", "JobResultsQueue", "AsyncQueue", "AsyncBackfillQueue"},
        "dynamodb:Query": {"DocumentsTable/index/Unfinished"},
        "textract:GetDocumentTextDetection": {"*"},
        "textract:GetDocumentAnalysis": {"*"},
        **READ_SOURCES,
        "s3:PutObject": OUTPUTS,
        "dynamodb:GetItem": {"DocumentsTable"},
        "dynamodb:BatchGetItem": {"ControlTable"},
        "dynamodb:UpdateItem": {"DocumentsTable", "ControlTable"},
        "textract:StartDocumentTextDetection": {"*"},
        "textract:StartDocumentAnalysis": {"*"},
        "iam:PassRole": {"TextractServiceRole"},
        "servicequotas:ListServiceQuotas": {"*"},
    },
    "JobResultsProc": {
        **consumed_by_lambda("JobResultsQueue"),
        "sqs:SendMessage": {"JobResultsQueue"},
        **READ_OBJECTS,
        "s3:PutObject": OUTPUTS,
        "s3:DeleteObject": {f"{outputs}/progress.tar" for outputs in OUTPUTS},
        "dynamodb:GetItem": {"DocumentsTable"},
        "dynamodb:UpdateItem": {"DocumentsTable", "ControlTable"},
        "dynamodb:PutItem": {"OutputTable"},
        "textract:GetDocumentTextDetection": {"*"},
        "textract:GetDocumentAnalysis": {"*"},
    },
}


def allowed(template: Template) -> list[dict[str, Any]]:
    return [statement for statement in template.statements() if statement["Effect"] == "Allow"]


@pytest.mark.parametrize("function", RIGHTS)
def test_a_function_may_do_what_its_step_needs_and_no_more(template: Template, function: str) -> None:
    logging = {f"logs:{operation}": {f"{function}Logs"} for operation in ("CreateLogStream", "PutLogEvents")}
    assert template.rights(f"{function}Role") == RIGHTS[function] | logging


def test_no_action_is_a_wildcard(template: Template, template_to_destroy: Template) -> None:
    statements = allowed(template) + allowed(template_to_destroy)
    assert [statement for statement in statements if "*" in "".join(as_list(statement["Action"]))] == []


def test_every_resource_is_named_where_the_service_has_a_resource_level(
    template: Template, template_to_destroy: Template
) -> None:
    statements = allowed(template) + allowed(template_to_destroy)
    unbounded = [statement for statement in statements if "*" in as_list(statement.get("Resource", []))]
    assert {action for statement in unbounded for action in as_list(statement["Action"])} == WITHOUT_RESOURCE_LEVEL


def test_no_role_gets_rights_from_a_managed_policy(template: Template) -> None:
    roles = template.named("AWS::IAM::Role")
    assert {name: role["ManagedPolicyArns"] for name, role in roles.items() if "ManagedPolicyArns" in role} == {}


def test_only_textract_may_be_passed_the_textract_role(template: Template) -> None:
    [passing] = [statement for statement in allowed(template) if statement["Action"] == "iam:PassRole"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "textract.amazonaws.com"}}


def test_textract_publishes_completions_and_only_for_this_account(template: Template) -> None:
    assert template.rights("TextractServiceRole") == {"sns:Publish": {"JobCompletionTopic"}}
    [trust] = template.named("AWS::IAM::Role")["TextractServiceRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "textract.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "AWS::AccountId"},
        "ArnLike": {"aws:SourceArn": "arn:AWS::Partition:textract:*:AWS::AccountId:*"},
    }


def test_batch_operations_invokes_s3batchproc_and_keeps_manifests_and_reports(template: Template) -> None:
    manifests_and_reports = {"InventoryAndLogsBucket/*"}
    assert template.rights("S3BatchOperationsRole") == {
        "lambda:InvokeFunction": {"S3BatchProc"},
        "s3:GetObject": manifests_and_reports,
        "s3:GetObjectVersion": manifests_and_reports,
        "s3:PutObject": manifests_and_reports,
        "s3:PutInventoryConfiguration": SOURCE_BUCKETS,
    }
    [trust] = template.named("AWS::IAM::Role")["S3BatchOperationsRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "batchoperations.s3.amazonaws.com"}


def test_what_sets_the_notifications_may_set_those_of_the_documents_bucket_only(template: Template) -> None:
    rights = template.rights("NotifierRole")
    assert {action: on for action, on in rights.items() if not action.startswith("logs:")} == {
        "s3:PutBucketNotification": {"DocumentsBucket"}
    }


def test_none_but_the_functions_that_write_outputs_may_write_what_looks_like_one(template: Template) -> None:
    denied = {
        policy["Bucket"]: statement
        for policy in template.each("AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Action"] == "s3:PutObject"
    }
    assert {f"{bucket}/*-analysis/{'?' * 32}/*" for bucket in denied} == OUTPUTS
    for bucket, statement in denied.items():
        assert statement["Resource"] == f"{bucket}/*-analysis/{'?' * 32}/*"
        assert statement["Principal"] == {"AWS": "*"}
        roles = {"SyncProcRole", "AsyncProcRole", "JobResultsProcRole"}
        sessions = {f"arn:AWS::Partition:sts::AWS::AccountId:assumed-role/{role}/*" for role in roles}
        assert set(statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]) == roles | sessions
