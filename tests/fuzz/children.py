"""Explores a target in child processes, one after another, until all inputs are tried or the time is up."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.explore import CURRENT, LOG, Diary, save

_GRACE = 120  # seconds: to start, and to end by itself after its last input
_PROJECT = Path(__file__).parents[2]
_MOST_DEATHS = 20  # of processes, after which a target is not explored further


@dataclass(slots=True)
class Report:
    """The results for a target: how many inputs were tried and refused, and each finding, by its file."""

    target: str
    tried: int = 0
    refused: int = 0
    seconds: float = 0.0
    findings: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many inputs and seconds a target gets; `seconds_each`, if not 0, replaces its own limit per input."""

    inputs: int
    seconds: float
    seconds_each: float = 0


def explore(target: str, results: Path, seed: int, limits: Limits) -> Report:
    """Try that many inputs, or as many as the time allows. The inputs that are findings go to the folder `results`."""
    report, began = Report(target), time.monotonic()
    for number in range(_MOST_DEATHS):
        left = limits.seconds - (time.monotonic() - began)
        if left <= 0 or report.tried >= limits.inputs:
            break
        with TemporaryDirectory() as name:
            folder = Path(name)
            rest = Limits(limits.inputs - report.tried, left, limits.seconds_each)
            _run_child(target, folder, seed + number * 1_000_003, rest)
            tried, refused = Diary(folder / CURRENT).counts
            report.tried, report.refused = report.tried + tried, report.refused + refused
            report.findings |= dict(_kept(folder, results, target))
            if not tried:
                break
    report.seconds = time.monotonic() - began
    return report


def _run_child(target: str, folder: Path, seed: int, limits: Limits) -> None:
    options = (folder, seed, limits.inputs, limits.seconds, limits.seconds_each)
    command = [sys.executable, "-m", "tests.fuzz.explore", target, *map(str, options)]
    with (folder / LOG).open("wb") as log:
        child = subprocess.Popen(command, cwd=_PROJECT, stdout=log, stderr=subprocess.STDOUT)
        try:
            status: int | str = child.wait(limits.seconds + _GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            status = "it had to be killed"
    if status:
        told = (folder / LOG).read_text(encoding="utf-8", errors="replace")
        save(folder, f"The process ended ({status}): {_reason(told)}", Diary(folder / CURRENT).current, told)


def _reason(told: str) -> str:
    """The first line that gives the reason, and the place in our code."""
    lines = told.splitlines()
    why = next((line for line in lines if line.startswith(("Timeout", "Fatal", "MemoryError"))), (lines or ["?"])[-1])
    ours = next((line.strip() for line in lines if "File" in line and "site-packages" not in line), "")
    return f"{why.split(' (0:')[0]} {ours}"


def _kept(folder: Path, results: Path, target: str) -> Iterator[tuple[Path, str]]:
    """Move the findings of a child to the results."""
    for text in sorted(folder.glob("*.txt")):
        if text.name == LOG:
            continue
        results.mkdir(parents=True, exist_ok=True)
        kept = results / f"{target.rpartition('.')[2]}-{text.stem}"
        told = text.read_text(encoding="utf-8")
        kept.with_suffix(".txt").write_text(told, encoding="utf-8")
        kept.with_suffix(".bin").write_bytes(text.with_suffix(".bin").read_bytes())
        yield kept.with_suffix(".bin"), told.partition("\n")[0]
