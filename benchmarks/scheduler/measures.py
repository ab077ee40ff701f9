"""Compare a run with the ideal one."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from statistics import quantiles

from benchmarks.scheduler import ideal
from benchmarks.scheduler.case import Case
from benchmarks.scheduler.run import Observed

Figures = dict[str, float | int | str]

_REFILLED = 0.98  # of a raised quota


def of_run(case: Case, observed: Observed) -> Figures:
    """The figures of every case."""
    makespan = max(_ends(observed)) - min(arrival.at for arrival in case.arrivals)
    order = [observed.arrival_of(job) for job in sorted(observed.jobs, key=lambda job: job.started_at)]
    refused = sum(observed.refused.values())
    documents = len(case.arrivals)
    return {
        "Q": case.jobs,
        "R": case.starts_per_second,
        "documents": documents,
        "makespan_seconds": round(makespan, 1),
        "ratio_to_ideal": round(makespan / ideal.makespan(case, order), 4),
        "quota_in_use": round(in_use(case, observed), 4),
        "rejected": refused,
        "rejected_share": round(refused / (refused + documents), 4),
        "wasted_receives": observed.put_back,
        "rejected_by_kind": ", ".join(f"{kind.removesuffix('Exception')} {n}" for kind, n in observed.refused.items()),
        "lambda_seconds_a_document": round(observed.lambda_seconds / documents, 2),
        "invocations_a_document": round(observed.invocations / documents, 2),
        "dead_lettered": observed.dead_letters,
    }


def in_use(case: Case, observed: Observed) -> float:
    """The mean share of the attainable jobs that run: of the quota, or of what the Start rate can sustain.

    Measured over the middle half of the time, without ramp-up and ramp-down.
    """
    begin, end = min(job.started_at for job in observed.jobs), max(_ends(observed))
    left, right = begin + (end - begin) / 4, end - (end - begin) / 4
    running = sum(max(0.0, min(job.ended_at or 0, right) - max(job.started_at, left)) for job in observed.jobs)
    seconds = [arrival.job_seconds for arrival in case.arrivals]
    kept_running = case.starts_per_second * sum(seconds) / len(seconds)
    edges = [left, *(since for since, _ in case.quota_changes if left < since < right), right]
    attainable = sum(min(case.jobs_at(since), kept_running) * (until - since) for since, until in pairwise(edges))
    return running / attainable


def waits(observed: Observed, *, live_only: bool) -> list[float]:
    """Seconds from each document's arrival to its job's start, shortest first."""
    jobs = ((job, observed.arrival_of(job)) for job in observed.jobs)
    return sorted(job.started_at - arrival.at for job, arrival in jobs if not (live_only and arrival.is_backfill))


def of_lanes(observed: Observed) -> Figures:
    """How long a live document waits behind a backfill."""
    live = waits(observed, live_only=True)
    hundredths = quantiles(live, n=100)
    return {
        "live_documents": len(live),
        "live_wait_p50_seconds": round(hundredths[49], 2),
        "live_wait_p99_seconds": round(hundredths[98], 2),
    }


def of_idle(observed: Observed) -> Figures:
    """How soon the first document after an idle time is started."""
    delays = waits(observed, live_only=False)
    mean = sum(delays) / len(delays)
    return {"first_start_mean_seconds": round(mean, 2), "first_start_max_seconds": round(delays[-1], 2)}


def of_quota_change(case: Case, observed: Observed) -> Figures:
    """How soon a raised quota is full, and the effect of a lowered one."""
    (raised_at, raised), (cut_at, cut) = case.quota_changes
    filled = next(moment for moment, jobs in _in_flight(observed) if moment > raised_at and jobs >= _REFILLED * raised)
    drained = next(moment for moment, jobs in _in_flight(observed) if moment > cut_at and jobs <= cut)
    return {
        "raised_to": raised,
        "seconds_to_fill": round(filled - raised_at, 1),
        "cut_to": cut,
        "seconds_to_drain": round(drained - cut_at, 1),
    }


def _in_flight(observed: Observed) -> Iterable[tuple[float, int]]:
    """How many jobs run from each time on."""
    changes = sorted([(job.started_at, 1) for job in observed.jobs] + [(end, -1) for end in _ends(observed)])
    return zip([moment for moment, _ in changes], accumulate(change for _, change in changes), strict=True)


def _ends(observed: Observed) -> Sequence[float]:
    return [job.ended_at or 0.0 for job in observed.jobs]
