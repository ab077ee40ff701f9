"""The account's quotas for Textract's Start operations, if Service Quotas has them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from textract_pipeline.aws import clients
from textract_pipeline.aws.textract import ANALYSIS, TEXT_DETECTION

_SERVICE = "textract"
_PER_SECOND = "per second"
_JOBS = "jobs"


class Quota(NamedTuple):
    """The quotas of one operation; None if Service Quotas does not have them."""

    calls_per_second: float | None
    concurrent_jobs: int | None


def of_account() -> Mapping[str, Quota]:
    """The quotas by Start operation. A quota's name contains its operation and its unit."""
    by_name = dict(_all())
    return {operation: _quota(operation, by_name) for operation in (TEXT_DETECTION, ANALYSIS)}


def start_calls_per_second() -> float | None:
    """How many jobs may be started per second, for any kind of document; None if that is not known."""
    rates = [quota.calls_per_second for quota in of_account().values() if quota.calls_per_second]
    return min(rates, default=None)


@cache
def concurrent_jobs() -> int | None:
    """How many jobs of all operations together may run at once; None if that is not known. Asked once per process."""
    places = [quota.concurrent_jobs for quota in of_account().values() if quota.concurrent_jobs]
    return sum(places) or None


def _all() -> Iterator[tuple[str, float]]:
    with suppress(ClientError, BotoCoreError):
        for page in clients.service_quotas().get_paginator("list_service_quotas").paginate(ServiceCode=_SERVICE):
            for quota in page["Quotas"]:
                yield quota["QuotaName"], quota["Value"]


def _quota(operation: str, by_name: Mapping[str, float]) -> Quota:
    own = {name.lower(): value for name, value in by_name.items() if operation in name.split()}
    rate = next((value for name, value in own.items() if _PER_SECOND in name), None)
    jobs = next((value for name, value in own.items() if _JOBS in name and _PER_SECOND not in name), None)
    return Quota(rate, None if jobs is None else int(jobs))
