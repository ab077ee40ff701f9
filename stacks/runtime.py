"""What every Lambda function of the stack runs with: Python, a log group of its own, a role that may write to it.

Lambda's managed policy would let a function make log groups, which outlive the stack; these roles do not.
"""

from pathlib import Path
from typing import get_args

from aws_cdk import IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.config import LogRetentionDays, PipelineConfig
from stacks.grants import allow

PROJECT = Path(__file__).parents[1]
PYTHON = lambda_.Runtime.PYTHON_3_13

# Both in ascending order; CDK's has "infinite" at its end.
_RETENTION = dict(zip(get_args(LogRetentionDays), logs.RetentionDays, strict=False))


def log_group(scope: Construct, function_id: str, config: PipelineConfig) -> logs.LogGroup:
    """The function's log group, which goes when the stack goes."""
    return logs.LogGroup(
        scope,
        f"{function_id}Logs",
        retention=_RETENTION[config.log_retention_days],
        removal_policy=RemovalPolicy.DESTROY,
    )


def execution_role(scope: Construct, function_id: str, group: logs.LogGroup) -> iam.Role:
    """The function's role, which may write to the log group and nothing else yet."""
    role = iam.Role(scope, f"{function_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    allow(role, ["logs:CreateLogStream", "logs:PutLogEvents"], [group.log_group_arn])
    return role


def source_code(folder: str) -> lambda_.Code:
    """A folder of the project with Python source, less what running it leaves behind."""
    return lambda_.Code.from_asset(str(PROJECT / folder), exclude=["__pycache__"], ignore_mode=IgnoreMode.GIT)
