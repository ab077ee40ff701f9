"""`textract-pipeline doctor`: check a deployed pipeline, and say how to fix it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

import boto3
import click

from cli.outside_text import visible
from cli.target import Target, target_options
from textract_pipeline.aws import clients, queues
from textract_pipeline.clock import utc_now
from textract_pipeline.names import DocumentStatus

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

    EventSources = Mapping[str, Sequence[EventSourceMappingConfigurationTypeDef]]

_LONG = timedelta(hours=1)
_DEAD_LETTERS, _FUNCTION = "DLQUrl", "FunctionName"
_READING = {"Enabled", "Creating", "Enabling", "Updating"}


@click.command()
@target_options
def doctor(*, target: Target) -> None:
    """Find what keeps the pipeline from working, and say what to do about it.

    Checks its functions, their event sources, its dead-letter queues, and documents that have made no progress for an
    hour. Only reads; submits nothing.

    \b
    Example:
      textract-pipeline doctor
    """
    sources = _event_sources(target)
    problems = [
        *_in_account(sources),
        *_in_functions(sources),
        *_in_dead_letter_queues(target),
        *_in_documents(target),
    ]
    for problem in problems:
        click.echo(visible(problem))
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("No problems found.")


def _event_sources(target: Target) -> "EventSources":
    """The event source mappings of each function, by its name."""
    return {
        name: clients.lambda_().list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        for name in _outputs(target, _FUNCTION)
    }


def _in_account(sources: "EventSources") -> Iterator[str]:
    """Check the region, and the account's limit of concurrent functions: 10 in a new account, 1,000 in most."""
    region = clients.textract().meta.region_name
    if region not in boto3.Session().get_available_regions("textract", clients.textract().meta.partition):
        yield f"Amazon Textract is not in {region}: destroy the stack, and deploy it to a region with Textract."
    at_once = clients.lambda_().get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    wanted = sum(
        source.get("ScalingConfig", {}).get("MaximumConcurrency", 0) for source in chain.from_iterable(sources.values())
    )
    if at_once < wanted:
        yield (
            f"The account runs {at_once} functions at once, and the pipeline's queues alone may use {wanted}: documents"
            " are processed, but slowly, and Lambda throttles everything else the account runs. Ask for more in Service"
            " Quotas (AWS Lambda, Concurrent executions), or lower sync_concurrency and results_concurrency."
        )


def _in_functions(sources: "EventSources") -> Iterator[str]:
    for name, mappings in sources.items():
        function = clients.lambda_().get_function_configuration(FunctionName=name)
        if function.get("State", "Active") not in {"Active", "Inactive"}:  # an idle function becomes inactive
            reason = function.get("StateReason", "Lambda gave no reason")
            yield f"{name} is {function['State']}: {reason}. Deploy again."
        for source in mappings:
            if source.get("State", "Enabled") not in _READING:
                what = source["EventSourceArn"].rpartition(":")[2]
                yield (
                    f"{name} does not read {what} ({source['State']}): if no backfill is paused"
                    " (`textract-pipeline backfill resume`), deploy again."
                )


def _in_dead_letter_queues(target: Target) -> Iterator[str]:
    for url in _outputs(target, _DEAD_LETTERS):
        count = queues.counts(url)
        if any(count):
            held = f" ({count.in_flight} are being looked at)" if count.in_flight else ""
            yield (
                f"{url.rpartition('/')[2]} holds {sum(count)} failed messages{held}: see the function's log for why,"
                " then run `textract-pipeline redrive --all`."
            )


def _in_documents(target: Target) -> Iterator[str]:
    since = utc_now() - _LONG
    for status in (DocumentStatus.SUBMITTED, DocumentStatus.IN_PROGRESS):
        count = sum(1 for _ in target.documents.unfinished(status, since))
        if count:
            yield (
                f"{count} documents have been {status} for more than an hour: asyncproc resumes them on its"
                " schedule; if they stay, see its log."
            )


def _outputs(target: Target, ending: str) -> list[str]:
    return [value for name, value in target.stack_outputs.items() if name.endswith(ending)]
