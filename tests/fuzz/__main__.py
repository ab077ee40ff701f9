"""Fuzz every target, each in separate processes. The last line is JSON. Fails if there is a finding."""

import argparse
import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.children import Limits, Report, explore
from tests.fuzz.target import NAMES

RESULTS = Path("build/fuzz")
MOST_INPUTS = 10**9


def main() -> int:
    """Run the targets on the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="for all targets together")
    parser.add_argument("--target", choices=NAMES, action="append", help="fuzz only this target; may be repeated")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="default: a random one")
    options = parser.parse_args()
    names = options.target or NAMES
    _say(f"==> Fuzzing {len(names)} targets for {options.minutes:g} minutes, seed {options.seed}")
    reports = []
    for name in names:
        report = explore(name, RESULTS, options.seed, Limits(MOST_INPUTS, options.minutes * 60 / len(names)))
        reports.append(report)
        _tell(report)
    _say(json.dumps({"seed": options.seed, **{report.target: _figures(report) for report in reports}}))
    return 1 if any(report.findings for report in reports) else 0


def _tell(report: Report) -> None:
    _say(f"{report.target:16} {report.tried:8,} inputs, {report.refused:8,} refused, {len(report.findings)} findings")
    for file, what in report.findings.items():
        _say(f"    {what}: {file}")


def _figures(report: Report) -> dict[str, object]:
    return {**asdict(report), "seconds": round(report.seconds, 1), "findings": sorted(report.findings.values())}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
