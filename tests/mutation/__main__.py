"""Change the core, one place at a time, and see which changes no test notices. The last line is JSON."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.layout import CORE, FAST_TESTS, PROJECT, lay_out, module_of
from tests.mutation.survivors import Accepted, Score, scores

FOLDER = PROJECT / "build" / "mutation"
ACCEPTED = Path(__file__).with_name("accepted.toml")
# A run of each scenario in which nothing goes wrong, for the changes that the fast tests did not notice.
SIMULATION = ("tests/simulation/test_simulation.py",)
LEAST_KILLED = 0.95  # of the changes to a module that a test could notice


def main() -> int:
    """Change the modules on the command line; return the exit code: 1 if too few changes are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    names = [module_of(source) for source in CORE]
    parser.add_argument("--module", choices=names, action="append", metavar="MODULE", help=f"one of {', '.join(names)}")
    parser.add_argument("--skip-simulation", action="store_true", help="run only the fast tests")
    options = parser.parse_args()
    sources = [source for source in CORE if not options.module or module_of(source) in options.module]
    known = Accepted.of(ACCEPTED)
    _run(FOLDER / "fast", sources, FAST_TESTS)
    found = scores(FOLDER / "fast", sources, known)
    survived = [name for score in found.values() for name in score.survived]
    if survived and not options.skip_simulation:
        _say(f"==> {len(survived)} changes that the fast tests did not notice, in the simulation")
        _run(FOLDER / "simulation", sources, SIMULATION, survived)
        _add_killed(found, scores(FOLDER / "simulation", sources, known))
    _tell(found)
    return 1 if any(score.share_killed < LEAST_KILLED for score in found.values()) else 0


def _run(folder: Path, sources: Sequence[str], tests: Sequence[str], mutants: Sequence[str] = ()) -> None:
    lay_out(folder, sources, tests)
    subprocess.run(["mutmut", "run", *mutants], cwd=folder, check=True)


def _add_killed(found: dict[str, Score], by_simulation: dict[str, Score]) -> None:
    """Count the changes that the simulation noticed, of those that the fast tests did not."""
    for module, score in found.items():
        left = {name: its for name, its in score.survived.items() if name in by_simulation[module].survived}
        score.killed += len(score.survived) - len(left)
        score.survived = left


def _tell(found: dict[str, Score]) -> None:
    """Show each change that survived, then the figures."""
    for score in found.values():
        for name, change in score.survived.items():
            _say("\n    ".join([f"survived: {change.function} ({name})", *change.lines]))
    _say(json.dumps({module: _figures(score) for module, score in found.items()}))


def _figures(score: Score) -> dict[str, int]:
    return {"killed": score.killed, "survived": len(score.survived), "equivalent": score.equivalent}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
