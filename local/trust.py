"""What MiniStack lacks: a service that assumes a role. The local Textract may assume those that Textract may."""

import json
from typing import cast

import boto3

from local.environment import ACCOUNT

_TEXTRACT = {"Service": "textract.amazonaws.com"}
_FOR_LOCAL_TEXTRACT = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},  # whose credentials it has
}


def trust_local_textract(role_arn: str) -> None:
    """Let the local Textract assume the role if the role trusts Textract; what the role may do stays as it is."""
    iam, name = boto3.Session().client("iam"), role_arn.rpartition("/")[2]
    document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    policy = cast("dict[str, list[dict[str, object]]]", document)  # boto3 has parsed it
    statements = policy["Statement"]
    if (
        any(statement.get("Principal") == _TEXTRACT for statement in statements)
        and _FOR_LOCAL_TEXTRACT not in statements
    ):
        extended = {**policy, "Statement": [*statements, _FOR_LOCAL_TEXTRACT]}
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(extended))
