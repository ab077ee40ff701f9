"""The stack's outputs: values that users and the command line look up by name."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Stack
from constructs import Construct


def output(construct: Construct, values: Mapping[str, str]) -> None:
    """Add these values of a construct to the stack's outputs. A name can be used only once in a stack."""
    for name, value in values.items():
        CfnOutput(Stack.of(construct), name, value=value)
