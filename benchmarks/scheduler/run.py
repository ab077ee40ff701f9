"""A case in the simulated AWS: the deployed handlers, from the upload to the collected results.

Each call takes as long as in AWS (Start 150 to 400 ms, the others 5 to 25 ms), and each hop of a delivery (S3 to
Lambda, Textract to SNS, SNS to Lambda) 10 to 250 ms. A stream record appears within 100 ms, and is fetched one hop
later: Lambda polls four times a second (DynamoDB Developer Guide, "DynamoDB Streams and Lambda", 2026-11).
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import md5
from unittest.mock import patch

from benchmarks.scheduler.case import Arrival, Case
from tests.simulation import functions
from tests.simulation.aws.service_quotas import ServiceQuotas
from tests.simulation.aws.textract import Job, Script, Textract, TokenBucket
from tests.simulation.cloud import Cloud
from tests.simulation.deployment import deployment
from tests.simulation.invocation import current_invocation
from tests.simulation.scenario import EXISTING, LIVE, PDF, Scenario, pages
from tests.simulation.schedule import Schedule
from tests.simulation.simulation import LONGEST_SECONDS
from tests.simulation.world import START, World
from textract_pipeline.async_jobs import scheduler
from textract_pipeline.async_jobs.pace import Pace
from textract_pipeline.aws import service_quotas

SLOWEST_DELIVERY_SECONDS = 0.25
SLOWEST_STREAM_SECONDS = 0.1
CALL_SECONDS = 0.025
START_SECONDS = {"start_document_analysis": 0.4, "start_document_text_detection": 0.4}
_ONE_PAGE = pages("document", 1)


class StalledError(Exception):
    """A run makes no progress: the functions fail, or wait for something that does not come."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened in a run; times are seconds from its start."""

    jobs: list[Job]
    refused: Mapping[str, int]  # Start calls, by the error's code
    put_back: int
    invocations: int  # of asyncproc
    lambda_seconds: float  # that asyncproc ran
    dead_letters: int
    arrivals: Mapping[str, Arrival]  # by key

    def arrival_of(self, job: Job) -> Arrival:
        """The document of a job."""
        return self.arrivals[job.request["DocumentLocation"]["S3Object"]["Name"]]


def observe(case: Case, seed: int = 0) -> Observed:
    """Run a case until its last job has ended; the seed determines all random choices."""
    bodies = {f"{number}.pdf": PDF + str(number).encode() for number in range(len(case.arrivals))}
    arrivals = dict(zip(bodies, case.arrivals, strict=True))
    last_arrival = START + max(arrival.at for arrival in case.arrivals)
    world = World(Schedule(case.name, seed))
    world.slowest_delivery, world.slowest_stream = SLOWEST_DELIVERY_SECONDS, SLOWEST_STREAM_SECONDS
    cloud = Cloud(world, deployment(), Scenario((), case.jobs))
    _set_quotas(cloud, case)
    cloud.textract.scripts = {
        md5(body, usedforsecurity=False).hexdigest(): Script(_ONE_PAGE, seconds=arrivals[key].job_seconds)
        for key, body in bodies.items()
    }
    with cloud.in_force(), _realistic(cloud):
        for key, body in bodies.items():
            world.later(arrivals[key].at, partial(_arrive, cloud, key, body, arrivals[key]))
        while cloud.textract.ended < len(arrivals):
            if world.now > last_arrival + LONGEST_SECONDS:
                raise StalledError(f"{len(arrivals) - cloud.textract.ended} jobs of {case.name} have not ended.")
            world.step()
    return _observed(cloud, arrivals)


def _arrive(cloud: Cloud, key: str, body: bytes, arrival: Arrival) -> None:
    bucket = EXISTING if arrival.is_backfill else LIVE
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=body)
    if arrival.is_backfill:
        cloud.batch_operations.submit(bucket, key, None)


def _set_quotas(cloud: Cloud, case: Case) -> None:
    textract, rate = cloud.textract, case.starts_per_second
    textract.starts = TokenBucket(rate, rate, cloud.world.now)
    textract.lost_share = case.lost_share
    told = {"StartDocumentAnalysis calls per second": rate} if case.is_rate_told else {}
    cloud.services["service_quotas"] = ServiceQuotas(told)
    for seconds, jobs in case.quota_changes:
        cloud.world.later(seconds, partial(_grant, textract, jobs))


def _grant(textract: Textract, jobs: int) -> None:
    textract.concurrent_jobs = jobs


@contextmanager
def _realistic(cloud: Cloud) -> Iterator[None]:
    """Simulate AWS's call times and separate environments, and spend no time on logs."""
    cloud.functions.slowest |= START_SECONDS
    logging.disable(logging.CRITICAL)
    paces: dict[int, Pace] = {}

    def pace(jobs_per_second: float, *, asks: bool) -> Pace:
        """The pace of the current environment: each finds out the rate on its own."""
        environment = current_invocation().environment
        if environment not in paces:
            told = service_quotas.start_calls_per_second() if asks else None
            paces[environment] = Pace(jobs_per_second or told)
        return paces[environment]

    with patch.object(functions, "CALL_SECONDS", CALL_SECONDS), patch.object(scheduler, "_pace", pace):
        yield
    logging.disable(logging.NOTSET)


def _observed(cloud: Cloud, arrivals: Mapping[str, Arrival]) -> Observed:
    for job in cloud.textract.jobs.values():
        job.started_at -= START
        job.ended_at = (job.ended_at or 0) - START
    scheduling = [record for record in cloud.functions.journal if record.invocation.startswith("AsyncProc-")]
    return Observed(
        jobs=list(cloud.textract.jobs.values()),
        refused=cloud.textract.bill.refused,
        put_back=sum(record.call.operation == "change_message_visibility" for record in scheduling),
        invocations=len({record.invocation for record in scheduling}),
        lambda_seconds=cloud.functions.seconds["AsyncProc"],
        dead_letters=sum(len(queue.messages) for queue in cloud.dead_letter_queues()),
        arrivals=arrivals,
    )
