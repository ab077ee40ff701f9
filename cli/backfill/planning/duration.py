"""How long the work takes at the account's quota of Textract, by what is known of it or assumed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.target import Target
from textract_pipeline.aws import service_quotas

SECONDS_A_JOB, SECONDS_A_PAGE = 10.0, 0.5  # of an async job, and for each of its pages
SECONDS_AN_IMAGE = 3.0  # of the sync API, with its outputs written

_ASSUMED_STARTS, _ASSUMED_JOBS = 2.0, 100.0  # the least of any large region (Textract endpoints and quotas, 2026-11)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be processed: async jobs and their pages, and images for the sync API."""

    jobs: float
    job_pages: float
    images: float


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be done, and how that is known."""

    value: float
    origin: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs may be started a second, how many may run at once, how many images may be analyzed at once."""

    starts_per_second: Limit
    concurrent_jobs: Limit
    concurrent_images: Limit


def seconds_to_process(work: Work, limits: Limits) -> float:
    """How long the work takes if nothing else uses the quota: both pipelines work at the same time. Pure."""
    starting = work.jobs / limits.starts_per_second.value
    running = (work.jobs * SECONDS_A_JOB + work.job_pages * SECONDS_A_PAGE) / limits.concurrent_jobs.value
    return max(starting, running, work.images * SECONDS_AN_IMAGE / limits.concurrent_images.value)


def limits_of(target: Target) -> Limits:
    """The limits that the pipeline works within: its settings, else what Service Quotas says, else assumed."""
    told = service_quotas.of_account().values()
    return Limits(
        _limit(target.output("StartJobsPerSecond"), (quota.calls_per_second for quota in told), _ASSUMED_STARTS),
        _limit(target.output("MaxConcurrentJobs"), (quota.concurrent_jobs for quota in told), _ASSUMED_JOBS),
        Limit(float(target.output("SyncBackfillConcurrency")), "setting"),
    )


def assumptions(work: Work, limits: Limits) -> Iterator[str]:
    """What the duration rests on, in words for people."""
    if work.jobs:
        starts, at_once = limits.starts_per_second, limits.concurrent_jobs
        yield (
            f"{starts.value:g} jobs are started a second ({starts.origin}) and {at_once.value:g} run at once"
            f" ({at_once.origin}); each takes {SECONDS_A_JOB:g} s and {SECONDS_A_PAGE:g} s a page."
        )
    if work.images:
        images = limits.concurrent_images
        yield f"{images.value:g} images are analyzed at once ({images.origin}), each in {SECONDS_AN_IMAGE:g} s."
    yield "Nothing else uses the quota meanwhile."


def _limit(setting: str, told: Iterable[float | None], assumed: float) -> Limit:
    if float(setting):
        return Limit(float(setting), "setting")
    known = [value for value in told if value]
    return Limit(min(known), "Service Quotas") if known else Limit(assumed, "assumed: Service Quotas does not say")
