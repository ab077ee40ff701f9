"""Let the local services assume the roles that the real ones may assume: MiniStack lacks this."""

import json
from typing import cast

import boto3

from local.environment import ACCOUNT

TEXTRACT = "textract.amazonaws.com"
BATCH_OPERATIONS = "batchoperations.s3.amazonaws.com"

_FOR_LOCAL_SERVICES = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},  # they use its credentials
}


def trust_local_services(service: str, role_arn: str) -> None:
    """Let the local service assume the role if the role trusts the real one; the role's permissions stay unchanged."""
    iam, name = boto3.Session().client("iam"), role_arn.rpartition("/")[2]
    document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    policy = cast("dict[str, list[dict[str, object]]]", document)  # boto3 has parsed it
    statements = policy["Statement"]
    is_trusted = any(statement.get("Principal") == {"Service": service} for statement in statements)
    if is_trusted and _FOR_LOCAL_SERVICES not in statements:
        extended = {**policy, "Statement": [*statements, _FOR_LOCAL_SERVICES]}
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(extended))
