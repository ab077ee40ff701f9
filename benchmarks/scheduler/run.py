"""A case in the simulated AWS: the deployed handlers, from the upload to the collected results.

Each call takes as long as in AWS (Start 150 to 400 ms, the others 5 to 25), and each hop of a delivery (S3 to Lambda,
Textract to SNS, SNS to Lambda) 10 to 250 ms. A stream's record waits for up to 300 ms: Lambda looks for new ones four
times a second (DynamoDB Developer Guide, "DynamoDB Streams and AWS Lambda triggers", 2026-11).
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
from tests.simulation.scenario import EXISTING, LIVE, PDF, Scenario, pages
from tests.simulation.schedule import Schedule
from tests.simulation.world import START, World

SLOWEST_DELIVERY_SECONDS = 0.25
SLOWEST_STREAM_SECONDS = 0.3
CALL_SECONDS = 0.025
START_SECONDS = {"start_document_analysis": 0.4, "start_document_text_detection": 0.4}
_ONE_PAGE = pages("document", 1)


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened in a run; times are seconds from its beginning."""

    jobs: list[Job]
    refused: Mapping[str, int]  # Start calls, by the error's code
    put_back: int
    invocations: int  # of asyncproc
    dead_letters: int
    arrivals: Mapping[str, Arrival]  # by key

    def arrival_of(self, job: Job) -> Arrival:
        """The document that a job is of."""
        return self.arrivals[job.request["DocumentLocation"]["S3Object"]["Name"]]


def observe(case: Case) -> Observed:
    """Run a case until its last job has ended."""
    bodies = {f"{number}.pdf": PDF + str(number).encode() for number in range(len(case.arrivals))}
    arrivals = dict(zip(bodies, case.arrivals, strict=True))
    world = World(Schedule(case.name))
    world.slowest_delivery, world.slowest_stream = SLOWEST_DELIVERY_SECONDS, SLOWEST_STREAM_SECONDS
    cloud = Cloud(world, deployment(), Scenario((), case.jobs))
    _set_quotas(cloud, case)
    cloud.textract.scripts = {
        md5(body, usedforsecurity=False).hexdigest(): Script(_ONE_PAGE, seconds=arrivals[key].job_seconds)
        for key, body in bodies.items()
    }
    with _realistic(cloud), cloud.in_force():
        for key, body in bodies.items():
            world.later(arrivals[key].at, partial(_arrive, cloud, key, body, arrivals[key]))
        while cloud.textract.ended < len(arrivals):
            world.step()
    return _observed(cloud, arrivals)


def _arrive(cloud: Cloud, key: str, body: bytes, arrival: Arrival) -> None:
    bucket = EXISTING if arrival.is_backfill else LIVE
    cloud.s3.put_object(Bucket=bucket, Key=key, Body=body)
    if arrival.is_backfill:
        cloud.batch_operations.submit(bucket, key)


def _set_quotas(cloud: Cloud, case: Case) -> None:
    textract, rate = cloud.textract, case.starts_per_second
    textract.starts = TokenBucket(rate, rate, cloud.world.now)
    textract.lost_share = case.lost_share
    cloud.services["service_quotas"] = ServiceQuotas({"StartDocumentAnalysis calls per second": rate})
    for seconds, jobs in case.quota_changes:
        cloud.world.later(seconds, partial(_grant, textract, jobs))


def _grant(textract: Textract, jobs: int) -> None:
    textract.concurrent_jobs = jobs


@contextmanager
def _realistic(cloud: Cloud) -> Iterator[None]:
    """Calls as fast as AWS's, and no time spent on logs."""
    cloud.functions.slowest |= START_SECONDS
    logging.disable(logging.CRITICAL)
    with patch.object(functions, "CALL_SECONDS", CALL_SECONDS):
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
        dead_letters=sum(len(queue.messages) for queue in cloud.dead_letter_queues()),
        arrivals=arrivals,
    )
