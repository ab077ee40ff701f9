"""How long the work takes within the account's Textract quotas, known or assumed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.target import Target
from textract_pipeline.aws import service_quotas

SECONDS_A_JOB, SECONDS_A_PAGE = 10.0, 0.5  # for an async job, plus for each of its pages
SECONDS_AN_IMAGE = 3.0  # in the sync API, including writing its outputs

_ASSUMED_STARTS, _ASSUMED_JOBS = 2.0, 100.0  # the lowest of any large region (Textract endpoints and quotas, 2026-11)


@dataclass(frozen=True, slots=True)
class Work:
    """The work to do: async jobs and their pages, and images for the sync API."""

    jobs: float
    job_pages: float
    images: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and where it comes from."""

    value: float
    origin: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Job starts per second, jobs running at once, and images analyzed at once."""

    starts_per_second: Limit
    concurrent_jobs: Limit
    concurrent_images: Limit


def seconds_to_process(work: Work, limits: Limits) -> float:
    """How long the work takes if nothing else uses the quota; both pipelines run at the same time. Pure."""
    starting = work.jobs / limits.starts_per_second.value
    running = (work.jobs * SECONDS_A_JOB + work.job_pages * SECONDS_A_PAGE) / limits.concurrent_jobs.value
    return max(starting, running, work.images * SECONDS_AN_IMAGE / limits.concurrent_images.value)


def limits_of(target: Target) -> Limits:
    """The pipeline's limits: from its settings, else from Service Quotas, else assumed."""
    told = service_quotas.of_account().values()
    return Limits(
        _limit(target.output("StartJobsPerSecond"), (quota.calls_per_second for quota in told), _ASSUMED_STARTS),
        _limit(target.output("MaxConcurrentJobs"), (quota.concurrent_jobs for quota in told), _ASSUMED_JOBS),
        Limit(float(target.output("SyncBackfillConcurrency")), "setting"),
    )


def assumptions(work: Work, limits: Limits) -> Iterator[str]:
    """What the duration assumes, as sentences for people."""
    if work.jobs:
        starts, at_once = limits.starts_per_second, limits.concurrent_jobs
        yield (
            f"{starts.value:g} jobs are started per second ({starts.origin}) and {at_once.value:g} run at once"
            f" ({at_once.origin}); each takes {SECONDS_A_JOB:g} s and {SECONDS_A_PAGE:g} s per page."
        )
    if work.images:
        images = limits.concurrent_images
        yield f"{images.value:g} images are analyzed at once ({images.origin}), each in {SECONDS_AN_IMAGE:g} s."
    yield "Nothing else uses the quota in the meantime."


def _limit(setting: str, told: Iterable[float | None], assumed: float) -> Limit:
    if float(setting):
        return Limit(float(setting), "setting")
    known = [value for value in told if value]
    return Limit(min(known), "Service Quotas") if known else Limit(assumed, "assumed: not in Service Quotas")
