"""The soak test in sections of a thousand documents, and whether the last is as good as the first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from benchmarks.soak.snapshots import MINISTACK, Snapshot
from benchmarks.soak.stream import Ended
from textract_pipeline.names import DocumentStatus

THOUSAND = 1000
LEAST_SECTIONS = 5
LEAST_SPEED = 0.8  # of the first section's, in the last
MOST_MEMORY = 1.1  # of the first section's, in the last
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive documents, in the order in which they ended; sizes are bytes of the largest process of a kind."""

    documents: int
    a_second: float
    seconds_median: float  # from a document's registration to its end
    seconds_p95: float
    most_messages: int
    cpu_seconds: float  # per document, of all processes together
    ministack_cpu_seconds: float  # per document
    load: float  # of the machine: mean number of processes that run or wait to run
    memory: Mapping[str, int]
    processes: Mapping[str, int]


def section_size(count: int) -> int:
    """A thousand; less if there would be fewer than five sections."""
    return max(1, min(THOUSAND, count // LEAST_SECTIONS))


def sections(ended: Sequence[Ended], snapshots: Sequence[Snapshot], size: int) -> list[Section]:
    """The complete sections of the documents after the first, with the snapshots during each."""
    return [
        _section(ended[start + 1 : start + size + 1], ended[start].at, snapshots)
        for start in range(0, len(ended) - size, size)
    ]


def _section(ended: Sequence[Ended], began: float, all_snapshots: Sequence[Snapshot]) -> Section:
    until = ended[-1].at
    snapshots = [one for one in all_snapshots if began <= one.at <= until]
    ages = [(one.document.updated_at - one.document.submitted_at).total_seconds() for one in ended]
    twentieths = quantiles(ages, n=20, method="inclusive") if len(ages) > 1 else ages * 19
    return Section(
        documents=len(ended),
        a_second=round(len(ended) / (until - began), 2),
        seconds_median=round(twentieths[9], 2),
        seconds_p95=round(twentieths[18], 2),
        most_messages=max((one.messages for one in snapshots), default=0),
        cpu_seconds=_cpu_seconds([one.cpu_seconds for one in snapshots], snapshots, len(ended), until - began),
        ministack_cpu_seconds=_cpu_seconds(
            [one.ministack_cpu_seconds for one in snapshots], snapshots, len(ended), until - began
        ),
        load=round(fmean([one.load for one in snapshots] or [0.0]), 1),
        memory=_most([one.largest for one in snapshots]),
        processes=_most([one.processes for one in snapshots]),
    )


def _cpu_seconds(totals: Sequence[float], snapshots: Sequence[Snapshot], documents: int, seconds: float) -> float:
    """CPU seconds per document, extrapolated from the time between the first and last snapshot."""
    seen = snapshots[-1].at - snapshots[0].at if snapshots else 0.0
    return round((totals[-1] - totals[0]) / seen * seconds / documents, 3) if seen else 0.0


def _most(snapshots: Sequence[Mapping[str, int]]) -> dict[str, int]:
    kinds = dict.fromkeys(kind for found in snapshots for kind in found)
    return {kind: max(found.get(kind, 0) for found in snapshots) for kind in kinds}


def lost(count: int, ended: Sequence[Ended]) -> list[str]:
    """Why not all of this many documents succeeded; empty if they did."""
    found = []
    if missing := count - len(ended):
        found.append(f"{missing} documents have not ended")
    for document in (one.document for one in ended):
        if document.status is not DocumentStatus.SUCCEEDED:
            reason = document.failure.message if document.failure else "no reason is given"
            found.append(f"{document.key} is {document.status}: {reason}")
    return found


def drifts(found: Sequence[Section]) -> list[str]:
    """How the last section is worse than the first; empty if it is not.

    MiniStack may grow, because it keeps all of its AWS in memory.
    """
    if not found:
        return []
    first, last = found[0], found[-1]
    worse = []
    if last.a_second < LEAST_SPEED * first.a_second:
        worse.append(f"from {first.a_second:g} documents per second to {last.a_second:g}")
    for kind, size in last.memory.items():
        if kind != MINISTACK and size > MOST_MEMORY * first.memory.get(kind, size):
            worse.append(f"{kind} from {first.memory[kind] / _MEGABYTE:.1f} MB to {size / _MEGABYTE:.1f} MB")
    return worse
