"""Explore schedules, or replay one. The last line of an exploration is JSON. Fails if a promise is broken."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import chain
from multiprocessing import Pool

from tests.simulation.explore import (
    MOST_FAULTS,
    Findings,
    check,
    pairs_in_a_life,
    random_faults,
    shortened,
    single_faults,
)
from tests.simulation.invariants import violations
from tests.simulation.scenario import LIVES, LONG_SCENARIOS, SCENARIOS
from tests.simulation.schedule import Schedule, ScheduleError
from tests.simulation.simulation import simulate


def main() -> int:
    """Run what the command line says; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many, in addition to all single faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--replay", type=_schedule, metavar="LINE", help="one schedule, as a failure prints it")
    arguments = parser.parse_args()
    return _replay(arguments.replay) if arguments.replay else _explore(arguments.schedules, arguments.seed)


def _explore(schedules: int, seed: int) -> int:
    """Every single fault, all pairs in one document's life, and as many further schedules, a third of them pairs."""
    findings = Findings()
    known: set[str] = set()
    simulate(Schedule("mixed"))  # has the stack synthesized before others need it
    with Pool(os.cpu_count()) as workers:
        for chosen, candidates in _chosen(schedules, seed).items():
            _say(f"==> {chosen}")
            for checked in workers.imap(check, candidates, chunksize=20):
                findings.add(chosen, checked)
                how = "\n    ".join(map(str, checked.broken))
                if checked.broken and how not in known:  # one line for each way to fail is enough
                    known.add(how)
                    shorter = shortened(checked)
                    _say("\n    ".join([str(shorter.schedule), *map(str, shorter.broken)]))
    _say(findings.to_json())
    return 1 if findings.broken else 0


def _chosen(schedules: int, seed: int) -> dict[str, Iterator[Schedule]]:
    singles = [single_faults(scenario, seed) for scenario in (*SCENARIOS, *LIVES)]
    return {
        "single": chain(*singles, (Schedule(scenario, seed) for scenario in LONG_SCENARIOS)),
        "lives": chain(*(pairs_in_a_life(scenario, seed) for scenario in LIVES)),
        "pairs": random_faults(schedules // 3, 2, 2, seed),
        "random": random_faults(schedules - schedules // 3, 3, MOST_FAULTS, seed),
    }


def _replay(schedule: Schedule) -> int:
    """Exactly one schedule, with all that happens in it."""
    trace: list[str] = []
    broken = violations(schedule, simulate(schedule, trace=trace))
    for line in (*trace, *broken, f"{len(broken)} promises broken"):
        _say(str(line))
    return 1 if broken else 0


def _schedule(line: str) -> Schedule:
    try:
        return Schedule.parse(line)
    except ScheduleError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
