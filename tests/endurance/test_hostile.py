"""Documents that are made to break what reads them, through all that reads documents: each ends within its limits.

A good document is submitted beside each, and is done as if it were alone. What each took is in `build/hostile`.
"""

import statistics
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.hostile_consumers.trial import KINDS, Trial, bench, too_much
from tests.support.hostile_documents import HOSTILE, PAGES

MEGABYTE = 1024**2
WORST = 8
REPORTS = Path("build/hostile")


def report(trials: Sequence[Trial]) -> str:
    """The worst of a consumer by time and by memory, and how the good document fared."""
    by_time = sorted(trials, key=lambda trial: -trial.working_seconds)[:WORST]
    by_memory = sorted(trials, key=lambda trial: -trial.peak_bytes)[:WORST]
    ratios = [trial.ratio for trial in trials]
    good = f"good beside ÷ alone: median {statistics.median(ratios):.1f}, most {max(ratios):.1f}"
    good += f"; alone {trials[0].good_alone:.2f} s, most {max(trial.good_beside for trial in trials):.2f} s"
    rows = ["by time", *(trial.row for trial in by_time), "by memory", *(trial.row for trial in by_memory)]
    return "\n".join([f"{trials[0].kind}: {len(trials)} documents; {good}", *rows, "all", *(t.row for t in trials), ""])


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures processes as Linux shows them")
@pytest.mark.parametrize("kind", KINDS)
def test_every_hostile_document_ends_within_its_limits_and_a_good_one_beside_it_is_not_kept(kind: str):
    trials, broken = [], {}
    with bench(kind) as given:
        consumer = given(kind)
        good = consumer.good()
        for name, make in HOSTILE.items():
            data, pages = make(), PAGES.get(name, 1)
            assert len(zlib.compress(data, 1)) < MEGABYTE
            trial = consumer.tried(name, data, pages)
            trials.append(trial)
            if (found := too_much(trial, pages)) or trial.good_answer != good:
                broken[name] = found or trial.good_answer
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / f"{kind}.txt").write_text(report(trials), encoding="utf-8")
    assert broken == {}
