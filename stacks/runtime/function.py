"""What every Lambda function of the stack runs with: Python, its own log group, and a role that may write to it.

Lambda's managed policy would let a function create log groups, which outlive the stack; these roles do not.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from aws_cdk import Duration, IgnoreMode, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import LogRetentionDays, PipelineConfig
from stacks.grants import allow
from textract_pipeline.names import SHORTEST_TIMEOUT_SECONDS

PROJECT = Path(__file__).parents[2]
PYTHON = lambda_.Runtime.PYTHON_3_13

# Both are in ascending order; CDK's ends with "infinite".
_RETENTION = dict(zip(get_args(LogRetentionDays), logs.RetentionDays, strict=False))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a function. The defaults suit a step that makes a few fast calls."""

    timeout_seconds: int = SHORTEST_TIMEOUT_SECONDS
    memory_mb: int = 512  # also determines its CPU: enough to start in about a second
    # Whether it may put a message back into the queue that invokes it for as long as the document has to wait. Lambda
    # treats that as a loop, and drops the message after 16 rounds (Lambda Developer Guide, "Use Lambda recursive loop
    # detection to prevent infinite loops", 2026-11).
    may_loop: bool = False
    storage_mb: int | None = None  # for temporary files; Lambda's default, 512 MB, is free


def function(
    scope: Construct,
    construct_id: str,
    config: PipelineConfig,
    layers: Sequence[lambda_.ILayerVersion],
    environment: Mapping[str, str],
    *,
    limits: Limits,
    dead_letters: sqs.Queue | None = None,
) -> lambda_.Function:
    """The function whose handler is in the folder of its name in `lambdas`, with its own role."""
    name = construct_id.lower()
    logs = log_group(scope, construct_id, config)
    return lambda_.Function(
        scope,
        construct_id,
        runtime=PYTHON,
        architecture=_architecture(config),
        code=source_code(f"lambdas/{name}"),
        handler="handler.handle",
        layers=layers,
        timeout=Duration.seconds(limits.timeout_seconds),
        memory_size=limits.memory_mb,
        ephemeral_storage_size=Size.mebibytes(limits.storage_mb) if limits.storage_mb else None,
        environment={
            **environment,
            "POWERTOOLS_SERVICE_NAME": name,
            "POWERTOOLS_LOG_LEVEL": config.log_level,
            "POWERTOOLS_METRICS_NAMESPACE": config.stack_name,
        },
        log_group=logs,
        role=execution_role(scope, construct_id, logs),
        recursive_loop=lambda_.RecursiveLoop.ALLOW if limits.may_loop else None,
        on_failure=destinations.SqsDestination(dead_letters) if dead_letters else None,
    )


def _architecture(config: PipelineConfig) -> lambda_.Architecture:
    is_arm = config.architecture == "arm64" or (config.architecture == "host" and platform.machine() != "x86_64")
    return lambda_.Architecture.ARM_64 if is_arm else lambda_.Architecture.X86_64


def log_group(scope: Construct, function_id: str, config: PipelineConfig) -> logs.LogGroup:
    """The function's log group, which is deleted with the stack."""
    return logs.LogGroup(
        scope,
        f"{function_id}Logs",
        retention=_RETENTION[config.log_retention_days],
        removal_policy=RemovalPolicy.DESTROY,
    )


def execution_role(scope: Construct, function_id: str, group: logs.LogGroup) -> iam.Role:
    """The function's role, which so far may only write to the log group."""
    role = iam.Role(scope, f"{function_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    allow(role, ["logs:CreateLogStream", "logs:PutLogEvents"], [group.log_group_arn])
    return role


def source_code(folder: str) -> lambda_.Code:
    """A folder of the project with Python source, without __pycache__."""
    return lambda_.Code.from_asset(str(PROJECT / folder), exclude=["__pycache__"], ignore_mode=IgnoreMode.GIT)
