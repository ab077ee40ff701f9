"""Which AWS services are trusted, and on whose behalf: by roles, by resources, and by functions."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.infrastructure.conftest import Template, as_list

POLICIES = ("AssumeRolePolicyDocument", "PolicyDocument", "KeyPolicy")
OF_WHOM = {"aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:aws:logs:arn"}

# Services that are trusted without a condition on whose behalf they act, and the reason.
TRUSTED_WITHOUT_CONDITION = {
    ("lambda.amazonaws.com", "sts:AssumeRole"): "Lambda documents none for execution roles; iam:PassRole guards them",
    (
        "batchoperations.s3.amazonaws.com",
        "sts:AssumeRole",
    ): "S3 documents none for jobs' roles; iam:PassRole guards them",
}


@pytest.fixture(scope="module", params=["default", "everything"])
def any_template(request: pytest.FixtureRequest, synthesize: Callable[..., Template]) -> Template:
    if request.param == "default":
        return synthesize()
    return synthesize(
        encryption="customer",
        access_logs="true",
        vpc="true",
        removal_policy="destroy",
        outputs=["text.txt", "document.html"],
    )


def trusted(template: Template) -> Iterator[tuple[str, str, bool]]:
    """Each service, an action that it may take, and whether only for this account or one resource."""
    for resource in template.resources:
        properties = resource.get("Properties", {})
        for policy in POLICIES:
            for statement in properties.get(policy, {}).get("Statement", []):
                yield from _in_statement(statement)
        if resource["Type"] == "AWS::Lambda::Permission":
            yield properties["Principal"], properties["Action"], bool({"SourceArn", "SourceAccount"} & {*properties})


def _in_statement(statement: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    principal = statement.get("Principal")
    if statement["Effect"] == "Allow" and isinstance(principal, dict):
        keys = {key for condition in statement.get("Condition", {}).values() for key in condition}
        for service in as_list(principal.get("Service", [])):
            for action in as_list(statement["Action"]):
                yield service, action, bool(keys & OF_WHOM)


def test_a_service_is_trusted_for_this_account_alone_wherever_aws_can_tell(any_template: Template) -> None:
    unbounded = {(service, action) for service, action, is_bounded in trusted(any_template) if not is_bounded}
    assert unbounded <= TRUSTED_WITHOUT_CONDITION.keys()


def test_no_exception_is_left_that_nothing_needs(synthesize: Callable[..., Template]) -> None:
    hardened = synthesize(encryption="customer")
    unbounded = {(service, action) for service, action, is_bounded in trusted(hardened) if not is_bounded}
    assert unbounded == TRUSTED_WITHOUT_CONDITION.keys()


def test_no_policy_trusts_everybody(any_template: Template) -> None:
    allowed = [each for each in any_template.statements() if each["Effect"] == "Allow"]
    assert [each for each in allowed if each.get("Principal") in ("*", {"AWS": "*"})] == []


def test_alarms_may_publish_to_the_topic_that_they_ring_on(any_template: Template) -> None:
    [policy] = [
        each["PolicyDocument"]
        for each in any_template.each("AWS::SNS::TopicPolicy")
        if each["Topics"] == ["AlarmsTopic"]
    ]
    assert {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": "AlarmsTopic",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "AWS::AccountId"},
            "ArnLike": {"aws:SourceArn": "arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:*"},
        },
    }.items() <= next(each for each in policy["Statement"] if each["Effect"] == "Allow").items()
