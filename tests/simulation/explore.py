"""Which schedules to run: every single fault, then pairs of faults, then random ones."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from tests.simulation.invariants import Violation, Wrong, violations
from tests.simulation.scenario import SCENARIOS
from tests.simulation.schedule import Fault, Schedule
from tests.simulation.simulation import simulate
from tests.simulation.world import Point

MOST_FAULTS = 12
_LASTING = {Fault.BROKEN, Fault.OUTAGE}
_RARE = {Fault.BROKEN: 0.003, Fault.OUTAGE: 0.1}  # they last for long, and so do runs with them
_WEIGHTS = [_RARE.get(fault, 1.0) for fault in Fault]


@dataclass(frozen=True, slots=True)
class Checked:
    """A schedule that was run, and the promises that it broke."""

    schedule: Schedule
    broken: list[Violation]


@dataclass(slots=True)
class Findings:
    """What came of the schedules run so far."""

    run: Counter[str] = field(default_factory=Counter)  # by how they were chosen
    broken: Counter[Wrong] = field(default_factory=Counter)

    def add(self, chosen: str, checked: Checked) -> None:
        """Count one more."""
        self.run[chosen] += 1
        self.broken.update(violation.kind for violation in checked.broken)

    def to_json(self) -> str:
        """How many were run, and how many promises of each kind were broken."""
        counts = {"schedules": self.run.total()} | {
            name: self.run[name] for name in ("single", "lives", "pairs", "random")
        }
        return json.dumps(counts | {kind.value: self.broken[kind] for kind in Wrong})


def check(schedule: Schedule) -> Checked:
    """Run a schedule."""
    return Checked(schedule, violations(schedule, simulate(schedule)))


def single_faults(scenario: str, seed: int) -> Iterator[Schedule]:
    """A run without faults, then each possible fault alone. Lasting faults begin at a function's first such call."""
    yield Schedule(scenario, seed)
    struck = set()
    for number, point in enumerate(points(scenario, seed)):
        for fault in point.faults:
            if fault not in _LASTING or (point.place, fault) not in struck:
                struck.add((point.place, fault))
                yield Schedule(scenario, seed, ((number, fault),))


def pairs_in_a_life(scenario: str, seed: int, first: Collection[Fault] = frozenset(Fault)) -> Iterator[Schedule]:
    """Two faults in the life of one document: each that can befall a step of it, and each that can befall a later one.

    Of a step that is repeated for as long as the first fault lasts, the next time and the last.
    """
    for begun in _of_life(points(scenario, seed)):
        if begun[1] not in first:
            continue
        alone = Schedule(scenario, seed, (begun,))
        for later in _of_life(simulate(alone).world.points, begin=begun[0] + 1):
            yield replace(alone, faults=(begun, later))


def _of_life(of_run: Sequence[Point], begin: int = 0) -> Iterator[tuple[int, Fault]]:
    """Each fault at the first and the last time that it can befall a step."""
    places: dict[tuple[str, Fault], list[int]] = {}
    for number, point in enumerate(of_run[begin:], start=begin):
        for fault in point.faults if point.is_of_life else ():
            places.setdefault((point.place, fault), []).append(number)
    for (_, fault), numbers in places.items():
        for number in sorted({numbers[0], numbers[-1]}):
            yield number, fault


def random_faults(schedules: int, fewest: int, most: int, seed: int) -> Iterator[Schedule]:
    """Schedules of several faults, of any kind and anywhere."""
    random = Random(f"{seed} {fewest} {most}")
    for _ in range(schedules):
        scenario = random.choice(list(SCENARIOS))
        most_points = len(points(scenario, seed))
        kinds = random.choices(list(Fault), _WEIGHTS, k=random.randint(fewest, most))
        faults = sorted((random.randrange(most_points), kind) for kind in kinds)
        yield Schedule(scenario, random.randrange(10**6), tuple(faults))


def shortened(failed: Checked) -> Checked:
    """The schedule without the faults that its failure does not need."""
    for dropped in failed.schedule.faults:
        faults = tuple(fault for fault in failed.schedule.faults if fault is not dropped)
        shorter = check(replace(failed.schedule, faults=faults))
        if {each.kind for each in shorter.broken} & {each.kind for each in failed.broken}:
            failed = shorter
    return failed


@cache
def points(scenario: str, seed: int) -> list[Point]:
    """Where something could have gone wrong in a run in which nothing did."""
    return simulate(Schedule(scenario, seed)).world.points
