"""`textract-pipeline quota`: the Textract limits of the async pipeline, and how much of each is in use."""

from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.table import Table

from cli.display import show_json, table_console
from cli.target import Target, target_options
from textract_pipeline.aws import queues, service_quotas

_SETTING = "setting"
_SERVICE_QUOTAS = "Service Quotas"
_FOUND_OUT = "found out as jobs are refused"
_QUEUES = {"waiting, live": "AsyncQueue", "waiting, backfill": "AsyncBackfillQueue"}


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its value, None if unknown, and its source."""

    name: str
    value: float | None
    source: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def quota(*, as_json: bool, target: Target) -> None:
    """Show the limits for async jobs, where each comes from, and how much is in use.

    A limit comes from the stack's settings (start_jobs_per_second, max_concurrent_jobs), else from Service Quotas. If
    neither has it, jobs are started until Textract refuses one.

    \b
    Example:
      textract-pipeline quota
    """
    limits = list(_limits(target))
    in_use = {"jobs not yet collected": target.documents.count_jobs()} | _waiting(target)
    if as_json:
        show_json(
            {
                "limits": [{"name": limit.name, "value": limit.value, "source": limit.source} for limit in limits],
                "inUse": in_use,
            }
        )
        return
    table = Table("Limit", "Value", "Source")
    for limit in limits:
        table.add_row(limit.name, "unknown" if limit.value is None else f"{limit.value:g}", limit.source)
    console = table_console()
    console.print(table)
    console.print("In use: " + ", ".join(f"{name}: {count}" for name, count in in_use.items()))


def _limits(target: Target) -> Iterator[Limit]:
    told = service_quotas.of_account()
    per_second, at_once = float(target.output("StartJobsPerSecond")), int(target.output("MaxConcurrentJobs"))
    for operation, own in told.items():
        yield _limit(f"{operation}: a second", per_second, own.calls_per_second)
        yield _limit(f"{operation}: at once", at_once, own.concurrent_jobs)


def _limit(name: str, setting: float, told: float | None) -> Limit:
    if setting:
        return Limit(name, setting, _SETTING)
    return Limit(name, told, _FOUND_OUT if told is None else _SERVICE_QUOTAS)


def _waiting(target: Target) -> dict[str, int]:
    """How many documents wait for a job, roughly: SQS's counts lag behind."""
    return {name: queues.counts(target.output(f"{queue}Url")).waiting for name, queue in _QUEUES.items()}
