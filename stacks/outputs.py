"""The stack's outputs: what a user, or the command line, needs to know by name."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Stack
from constructs import Construct


def output(construct: Construct, values: Mapping[str, str]) -> None:
    """Have the deployment tell these values of a construct, by name. A name is used once in a stack."""
    for name, value in values.items():
        CfnOutput(Stack.of(construct), name, value=value)
