"""Runs each target with the same few hundred inputs, and checks that fuzzing finds everything that can go wrong."""

from pathlib import Path

import pytest

from tests.fuzz.children import Limits, explore
from tests.fuzz.target import NAMES

SEED = 4711
INPUTS = 200
MOST_SECONDS = 120  # per target, which usually takes a few; a busy machine takes longer


@pytest.mark.parametrize("name", NAMES)
def test_whatever_comes_from_outside_has_a_result_or_a_documented_error(name: str, tmp_path: Path) -> None:
    report = explore(name, tmp_path, SEED, Limits(INPUTS, MOST_SECONDS))
    assert report.findings == {}
    assert report.tried >= INPUTS // 2  # Hypothesis ends early if it has no new inputs
    assert report.refused < report.tried


def test_every_module_of_targets_is_fuzzed() -> None:
    modules = {path.stem for path in Path(__file__).with_name("targets").glob("[a-z]*.py")}
    assert modules == set(NAMES)


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("exception", "ZeroDivisionError at broken:"),
        ("memory", "MemoryError at broken:"),
        ("death", "The process ended (-6): Fatal Python error: Aborted"),
    ],
)
def test_what_breaks_a_target_is_found_and_its_smallest_input_is_kept(
    how: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKEN_FUZZ_TARGET", how)
    report = explore("tests.fuzz.broken", tmp_path, SEED, Limits(20, MOST_SECONDS))
    assert report.findings
    for file, told in report.findings.items():
        assert told.startswith(what)
        assert b"!" in file.read_bytes()
        assert not file.read_bytes().startswith(b"no")
        assert told in file.with_suffix(".txt").read_text(encoding="utf-8")


def test_an_input_that_takes_too_long_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKEN_FUZZ_TARGET", "time")
    report = explore("tests.fuzz.broken", tmp_path, SEED, Limits(20, MOST_SECONDS, seconds_each=0.5))
    assert report.findings
    assert all("Timeout" in what and "broken.py" in what for what in report.findings.values())
    assert all(b"!" in file.read_bytes() for file in report.findings)
