"""The same documents with a perfect scheduler, which starts each job as soon as both quotas allow it."""

from collections.abc import Sequence
from heapq import heappop, heappush

from benchmarks.scheduler.case import Arrival, Case


def makespan(case: Case, order: Sequence[Arrival]) -> float:
    """Seconds from the first arrival to the last job's end, if the jobs start in this order."""
    running: list[float] = []  # when each running job ends
    tokens, filled_at, now = case.starts_per_second, 0.0, 0.0
    for arrival in order:
        now = _place_free_from(case, running, max(now, arrival.at))
        tokens = min(case.starts_per_second, tokens + (now - filled_at) * case.starts_per_second)
        if tokens < 1:
            now += (1 - tokens) / case.starts_per_second
            tokens = 1.0
        tokens, filled_at = tokens - 1, now
        heappush(running, now + arrival.job_seconds)
    return max(running, default=0.0) - min(arrival.at for arrival in order)


def _place_free_from(case: Case, running: list[float], now: float) -> float:
    """The first time from `now` on when fewer jobs run than allowed."""
    while True:
        while running and running[0] <= now:
            heappop(running)
        if len(running) < case.jobs_at(now):
            return now
        now = min([running[0], *(since for since, _ in case.quota_changes if since > now)])
