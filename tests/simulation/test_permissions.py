"""Least privilege, both ways: nothing that a function does is denied to it, and it needs each of its statements."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest

from tests.simulation import scenario, simulation
from tests.simulation.cloud import HANDLERS, Cloud
from tests.simulation.permissions import Roles, Statement
from tests.simulation.scenario import EXISTING, PDF, PNG, Arrival, Scenario, good, half_read
from tests.simulation.schedule import Fault, Schedule
from tests.simulation.simulation import deployed, simulate

# What some functions do only where a setting, a job's argument or the world asks for it.
RARE = {
    "listed": Scenario(
        (
            Arrival("again.png", PNG, good("again"), is_listed=True),
            Arrival("gone.png", PNG, is_listed=True, deleted_after_seconds=0),
            Arrival("letters/half.pdf", PDF, half_read()),
        ),
        job_arguments=(("again", "all"), ("documentsPerMinute", "600")),
    ),
    "old": Scenario(
        (
            Arrival("old.pdf", PDF, good("old", 3), bucket=EXISTING, is_listed=True),
            Arrival("old.png", PNG, good("old"), bucket=EXISTING, is_listed=True),
            Arrival("gone.pdf", PDF, good("gone"), bucket=EXISTING, is_listed=True, deleted_after_seconds=20),
        )
    ),
    "backlog": Scenario(
        (
            *(Arrival(f"{number}.pdf", PDF, good("new")) for number in range(5)),
            *(Arrival(f"{number}.pdf", PDF, good("old"), bucket=EXISTING, is_listed=True) for number in range(7)),
        ),
        concurrent_jobs=1,
        job_seconds=(3000, 3600),
    ),
}
ALL = {**scenario.SCENARIOS, **RARE}
# Where a fault makes functions do what they do only then: take up again, put back, give up, go on.
TROUBLES = (
    ("mixed", "S3Proc s3.get_object", Fault.OUTAGE),
    ("mixed", "DocProc sqs.send_message", Fault.FAIL_BEFORE),
    ("mixed", "DocProc dynamodb.update_item", Fault.REJECT),
    ("replaced", "DocProc sqs.send_message", Fault.OUTAGE),
    ("mixed", "AsyncProc dynamodb.update_item", Fault.OUTAGE),
    ("mixed", "SyncProc dynamodb.update_item", Fault.OUTAGE),
    ("mixed", "JobResultsProc dynamodb.get_item", Fault.OUTAGE),
    ("mixed", "JobResultsProc s3.get_object", Fault.SLOW),
    ("old", "JobResultsProc s3.get_object", Fault.SLOW),
    ("old", "SyncProc dynamodb.batch_get_item", Fault.FAIL_BEFORE),
    ("old", "AsyncProc dynamodb.get_item", Fault.SLOW),
    ("mixed", "StatusProc dynamodb.transact_write_items", Fault.BROKEN),
    ("listed", "task again.png", Fault.DELAY),
)
ROLES = [f"{function}Role" for function in HANDLERS] + ["TextractServiceRole"]
LIMITED = ("SyncProc", "JobResultsProc")  # those that max_documents_per_minute concerns
# CDK's own grants for event sources and failure destinations: needed statements, with actions that Lambda may not need.
BY_CDK = ("sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:GetQueueAttributes")


def run(schedule: Schedule, roles: Mapping[str, list[Statement]]) -> Cloud:
    """The world after a run in which only so many documents may pass a minute, and roles have these statements."""

    functions = {**deployed().functions, **{name: _limited(deployed().functions[name]) for name in LIMITED}}
    limited = replace(deployed(), functions=functions, roles=roles)
    with patch.dict(scenario.ALL_SCENARIOS, ALL), patch.object(simulation, "deployed", lambda: limited):
        return simulate(schedule)


def _limited(function: Mapping[str, Any]) -> Mapping[str, Any]:
    told = function["Environment"]["Variables"]
    return {**function, "Environment": {"Variables": told | {"MAX_DOCUMENTS_PER_MINUTE": "6000"}}}


def statements() -> dict[str, list[Statement]]:
    return {role: [*found] for role, found in deployed().roles.items()}


@cache
def runs() -> list[tuple[Schedule, Roles]]:
    """Runs that between them use all rights: those in which nothing goes wrong, then those of the troubles."""
    untroubled = {name: run(Schedule(name), statements()) for name in ALL}
    found = [(Schedule(name), cloud.roles) for name, cloud in untroubled.items()]
    for name, place, fault in TROUBLES:
        points = enumerate(untroubled[name].world.points)
        schedule = Schedule(name, 0, ((next(number for number, point in points if point.place == place), fault),))
        found.append((schedule, run(schedule, statements()).roles))
    return found


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
    denied = run(needing, without).roles.denied
    assert {(each, action) for each, action, _ in denied} & {(role, action) for action in taken["Action"]}
