"""One run: the scenario's objects arrive, the schedule's faults strike, and the world goes on until it is quiet."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

from tests.simulation.cloud import Cloud
from tests.simulation.deployment import deployment
from tests.simulation.operators import act, redrive_all
from tests.simulation.scenario import ALL_SCENARIOS, Arrival
from tests.simulation.schedule import Schedule
from tests.simulation.world import World
from textract_pipeline.names import DocumentStatus

LONGEST_SECONDS = 48 * 3600.0
_ARRIVE_WITHIN_SECONDS = 2.0
_MOST_REDRIVES = 3  # what fails for good, such as a missing permission, fails each time

deployed = cache(deployment)


def simulate(schedule: Schedule, *, spaced_seconds: float = 0, trace: list[str] | None = None) -> Cloud:
    """The world after a run; `trace` is filled.

    `spaced_seconds` lets that much time pass between arrivals, and nobody does anything with the documents.
    """
    scenario = ALL_SCENARIOS[schedule.scenario]
    world = World(schedule)
    world.trace = trace
    cloud = Cloud(world, deployed(), scenario)
    with silence(), cloud.in_force():
        for position, arrival in enumerate(scenario.arrivals):
            soon = arrival.after_seconds + world.random.uniform(0, _ARRIVE_WITHIN_SECONDS)
            world.later(soon + position * spaced_seconds, partial(_arrive, cloud, arrival, spaced_seconds / 2))
        if scenario.full_seconds:
            for seconds, jobs in zip(scenario.full_seconds, (0, scenario.concurrent_jobs), strict=True):
                world.later(seconds, partial(setattr, cloud.textract, "concurrent_jobs", jobs))
        if not spaced_seconds:
            for number, each in enumerate(scenario.rounds):
                world.later(each.after_seconds, partial(act, cloud, number, each, deployed().outputs))
        _settle(cloud)
        for _ in range(_MOST_REDRIVES):
            if not redrive_all(cloud, deployed().outputs):
                break
            _settle(cloud)
    return cloud


def _arrive(cloud: Cloud, arrival: Arrival, undisturbed_seconds: float) -> None:
    stored = cloud.s3.put_object(Bucket=arrival.bucket, Key=arrival.key, Body=arrival.body)
    if arrival.is_listed:
        cloud.batch_operations.submit(arrival.bucket, arrival.key, stored.get("VersionId"))
    if arrival.deleted_after_seconds is not None:
        delete = partial(cloud.s3.delete_object, Bucket=arrival.bucket, Key=arrival.key)
        cloud.world.later(arrival.deleted_after_seconds and arrival.deleted_after_seconds + undisturbed_seconds, delete)


def _settle(cloud: Cloud) -> None:
    """Let the world go on until all is done, or for two days."""
    end = cloud.world.now + LONGEST_SECONDS
    while cloud.world.now < end and not (cloud.is_quiet and _has_ended_all(cloud)):
        cloud.world.step()


def _has_ended_all(cloud: Cloud) -> bool:
    return all(DocumentStatus(item["status"]["S"]).is_terminal for item in cloud.items())


@contextmanager
def silence() -> Iterator[None]:
    """The handlers' logs would cost more than all the rest."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
