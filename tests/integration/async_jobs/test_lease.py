"""One invocation at a time starts jobs."""

import pytest

from tests.support.events import Clock
from textract_pipeline.async_jobs.lease import HELD_SECONDS, Lease, Turn
from textract_pipeline.events import Trigger

pytestmark = pytest.mark.usefixtures("cloud")


def test_one_invocation_fills_at_a_time_and_looks_again_when_it_is_asked_to(clock: Clock) -> None:
    first, second = Lease("ControlTable", clock), Lease("ControlTable", clock)
    assert first.take(Trigger.NEW_WORK) is Turn.FILL
    assert second.take(Trigger.TICK) is Turn.FILLING
    assert second.ask()
    assert not first.release()
    assert first.release()
    assert not second.ask()
    assert second.take(Trigger.NEW_WORK) is Turn.FILL


def test_the_lease_of_an_invocation_that_died_runs_out(clock: Clock) -> None:
    first, second = Lease("ControlTable", clock), Lease("ControlTable", clock)
    first.take(Trigger.NEW_WORK)
    clock.forward(HELD_SECONDS - 1)
    assert first.renew()
    clock.forward(HELD_SECONDS - 1)
    assert second.take(Trigger.COMPLETION) is Turn.FILLING
    clock.forward(2)
    assert second.take(Trigger.COMPLETION) is Turn.FILL
    assert not first.renew()
    assert first.release()
    assert Lease("ControlTable", clock).take(Trigger.TICK) is Turn.FILLING
