"""A part of what `make simulate` explores: no document is lost, stuck, wrong, duplicated or paid for twice."""

from itertools import chain, islice

import pytest

from tests.simulation.explore import MOST_FAULTS, check, pairs_in_a_life, random_faults, single_faults
from tests.simulation.scenario import LIVES, LONG_SCENARIOS, SCENARIOS
from tests.simulation.schedule import Fault, Schedule, ScheduleError
from tests.simulation.simulation import simulate

EVERY = 19  # of the single faults
EVERY_AGAIN = 149  # of those in runs of thrice the length


@pytest.mark.parametrize("scenario", [*SCENARIOS, *LIVES, *LONG_SCENARIOS])
def test_all_is_well_where_nothing_goes_wrong(scenario: str) -> None:
    assert check(Schedule(scenario)).broken == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_is_well_after_a_fault(scenario: str) -> None:
    some = islice(single_faults(scenario, seed=0), 0, None, EVERY_AGAIN if SCENARIOS[scenario].rounds else EVERY)
    assert [checked for checked in map(check, some) if checked.broken] == []


@pytest.mark.parametrize("scenario", LIVES)
def test_all_is_well_after_a_fault_and_another(scenario: str) -> None:
    some = islice(pairs_in_a_life(scenario, seed=0, first={Fault.LATE_DUPLICATE}), 0, None, EVERY_AGAIN)
    assert [checked for checked in map(check, some) if checked.broken] == []


def test_all_is_well_after_several_faults() -> None:
    schedules = chain(random_faults(50, 2, 2, seed=0), random_faults(100, 3, MOST_FAULTS, seed=0))
    assert [checked for checked in map(check, schedules) if checked.broken] == []


def test_a_line_says_all_there_is_to_a_schedule() -> None:
    schedule = Schedule("mixed", 7, ((12, Fault.THROTTLE), (40, Fault.DIE_AFTER)))
    assert str(schedule) == "mixed seed=7 faults=12:throttle,40:die_after"
    assert Schedule.parse(str(schedule)) == schedule
    for wrong in ("mixed", "mixed seed=7 faults=12:unknown", "mixed seed=7 faults=throttle"):
        with pytest.raises(ScheduleError):
            Schedule.parse(wrong)


def test_a_schedule_runs_alike_each_time() -> None:
    schedule = Schedule("mixed", 3, ((60, Fault.TIME_OUT), (90, Fault.DUPLICATE), (95, Fault.SLOW)))
    traces: list[list[str]] = [[], []]
    for trace in traces:
        simulate(schedule, trace=trace)
    assert traces[0] == traces[1]
    assert sum("<--" in line for line in traces[0]) == 3
