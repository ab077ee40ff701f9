"""The documents that arrive, and the quotas that they meet."""

from dataclasses import dataclass
from math import log
from random import Random

MEDIAN_SECONDS, MEAN_SECONDS = 25.0, 30.0  # of a job, lognormal
_SIGMA = (2 * log(MEAN_SECONDS / MEDIAN_SECONDS)) ** 0.5


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document: its arrival (seconds from the start), its job's duration, and its lane."""

    at: float
    job_seconds: float
    is_backfill: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One test case."""

    name: str
    jobs: int  # the quota of concurrent jobs
    starts_per_second: float
    arrivals: tuple[Arrival, ...]
    quota_changes: tuple[tuple[float, int], ...] = ()  # at a time (seconds), to a number of jobs
    lost_share: float = 0.0  # of the completions, for which no notification is sent
    is_rate_told: bool = True  # by Service Quotas; otherwise the scheduler finds it out

    @property
    def capacity(self) -> float:
        """Maximum documents per second."""
        return min(self.starts_per_second, self.jobs / MEAN_SECONDS)

    def jobs_at(self, seconds: float) -> int:
        """How many jobs may run at a time."""
        return next((jobs for since, jobs in reversed(self.quota_changes) if since <= seconds), self.jobs)


def burst(jobs: int, starts_per_second: float, documents: int, *, is_rate_told: bool = True) -> Case:
    """All documents at once."""
    arrivals = tuple(Arrival(0, each) for each in _job_seconds(documents))
    return Case("burst", jobs, starts_per_second, arrivals, is_rate_told=is_rate_told)


def stream(jobs: int, starts_per_second: float, documents: int) -> Case:
    """Documents that arrive at random, at 80 % of the quotas."""
    empty = Case("stream", jobs, starts_per_second, ())
    times = _poisson(0.8 * empty.capacity, documents)
    return Case("stream", jobs, starts_per_second, _together(times, _job_seconds(documents)))


def quota_change(documents: int) -> Case:
    """A quota that rises by half after a third of the time, and falls by half after two thirds."""
    jobs, starts_per_second = 100, 10.0
    third = documents * MEAN_SECONDS / jobs / 3
    changes = ((third, jobs * 3 // 2), (2 * third, jobs * 3 // 4))
    arrivals = tuple(Arrival(0, each) for each in _job_seconds(documents))
    return Case("quota change", jobs, starts_per_second, arrivals, changes)


def lost_completions(share: float, documents: int) -> Case:
    """A burst in which some completions are never announced."""
    arrivals = tuple(Arrival(0, each) for each in _job_seconds(documents))
    return Case("lost completions", 100, 10, arrivals, lost_share=share)


def lanes(documents: int) -> Case:
    """A backfill that always fills the quota, and live documents that arrive during it."""
    jobs = 100
    backfill = tuple(Arrival(0, each, is_backfill=True) for each in _job_seconds(documents))
    lasts = documents * MEAN_SECONDS / jobs
    times = [60 + time for time in _poisson(200 / lasts, 200) if time < 0.9 * lasts - 60]
    return Case("lanes", jobs, 10, backfill + _together(times, _job_seconds(len(times), seed=1)))


def idle(documents: int) -> Case:
    """One document at a time, after ten or more idle minutes."""
    times = [700.0 * number for number in range(1, documents + 1)]
    return Case("idle", 100, 10, _together(times, _job_seconds(documents)))


def _job_seconds(count: int, seed: int = 0) -> list[float]:
    random = Random(seed)
    return [random.lognormvariate(log(MEDIAN_SECONDS), _SIGMA) for _ in range(count)]


def _poisson(per_second: float, count: int) -> list[float]:
    random, now, times = Random(0), 0.0, []
    for _ in range(count):
        now += random.expovariate(per_second)
        times.append(now)
    return times


def _together(times: list[float], seconds: list[float]) -> tuple[Arrival, ...]:
    return tuple(Arrival(at, each) for at, each in zip(times, seconds, strict=True))
