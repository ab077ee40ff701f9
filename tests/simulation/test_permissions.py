"""Least privilege, both ways: nothing that a function does is denied to it, and it needs each of its statements."""

from dataclasses import replace
from functools import cache

import pytest

from tests.simulation import all_calls
from tests.simulation.all_calls import run
from tests.simulation.cloud import HANDLERS
from tests.simulation.permissions import Roles, Statement
from tests.simulation.schedule import Schedule
from tests.simulation.simulation import deployed

ROLES = [f"{function}Role" for function in HANDLERS] + ["TextractServiceRole"]
# CDK's own grants for event sources and failure destinations: needed statements, with actions that Lambda may not need.
BY_CDK = ("sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:GetQueueAttributes")


def statements() -> dict[str, list[Statement]]:
    return {role: [*found] for role, found in deployed().roles.items()}


@cache
def runs() -> list[tuple[Schedule, Roles]]:
    return all_calls.runs(deployed())


def test_nothing_that_a_function_does_is_denied() -> None:
    assert {str(schedule): roles.denied for schedule, roles in runs() if roles.denied} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_no_right_that_is_never_used(role: str) -> None:
    used = set().union(*(roles.used for _, roles in runs()))
    granted = {
        (role, action, resource)
        for statement in statements()[role]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }
    assert sorted(right for right in granted - used if right[1] not in BY_CDK) == []


@pytest.mark.parametrize(
    ("role", "index"), [(role, index) for role in ROLES for index in range(len(deployed().roles[role]))]
)
def test_without_a_statement_something_is_denied(role: str, index: int) -> None:
    without = statements()
    taken = without[role].pop(index)
    rights = {(role, action, resource) for action in taken["Action"] for resource in taken["Resource"]}
    needing = next(schedule for schedule, roles in runs() if rights & roles.used)
    denied = run(needing, replace(deployed(), roles=without)).roles.denied
    assert {(each, action) for each, action, _ in denied} & {(role, action) for action in taken["Action"]}
