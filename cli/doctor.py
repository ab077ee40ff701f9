"""`textract-pipeline doctor`: whether a deployed pipeline is well, and if not, what to do."""

from collections.abc import Iterator
from datetime import timedelta

import click

from cli.outside_text import visible
from cli.target import Target, target_options
from textract_pipeline.aws import clients
from textract_pipeline.clock import utc_now
from textract_pipeline.names import DocumentStatus

_LONG = timedelta(hours=1)
_DEAD_LETTERS, _FUNCTION = "DLQUrl", "FunctionName"
_READING = {"Enabled", "Creating", "Enabling", "Updating"}


@click.command()
@target_options
def doctor(*, target: Target) -> None:
    """Look for what keeps the pipeline from working, and say what to do about it.

    Looks at its functions, at what they read, at its dead-letter queues, and for documents that have stood still for
    an hour. It reads only, and submits nothing.

    \b
    Example:
      textract-pipeline doctor
    """
    problems = [*_in_functions(target), *_in_dead_letter_queues(target), *_in_documents(target)]
    for problem in problems:
        click.echo(visible(problem))
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("All is well.")


def _in_functions(target: Target) -> Iterator[str]:
    for name in _outputs(target, _FUNCTION):
        function = clients.lambda_().get_function_configuration(FunctionName=name)
        if function.get("State", "Active") not in {"Active", "Inactive"}:  # one that nobody calls becomes inactive
            reason = function.get("StateReason", "Lambda gives no reason")
            yield f"{name} is {function['State']}: {reason}. Deploy again."
        for source in clients.lambda_().list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            if source.get("State", "Enabled") not in _READING:
                what = source["EventSourceArn"].rpartition(":")[2]
                yield (
                    f"{name} does not read {what}, which is {source['State']}: if no backfill is paused"
                    " (`textract-pipeline backfill resume`), deploy again."
                )


def _in_dead_letter_queues(target: Target) -> Iterator[str]:
    for url in _outputs(target, _DEAD_LETTERS):
        answer = clients.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        count = int(answer["Attributes"]["ApproximateNumberOfMessages"])
        if count:
            yield (
                f"{url.rpartition('/')[2]} holds {count} given up: see the function's log for why, then"
                " `textract-pipeline redrive --all`."
            )


def _in_documents(target: Target) -> Iterator[str]:
    since = utc_now() - _LONG
    for status in (DocumentStatus.SUBMITTED, DocumentStatus.IN_PROGRESS):
        count = sum(1 for _ in target.documents.unfinished(status, since))
        if count:
            yield (
                f"{count} documents have been {status} for more than an hour: asyncproc takes them up again on its"
                " schedule; if they stay, see its log."
            )


def _outputs(target: Target, ending: str) -> list[str]:
    return [value for name, value in target.stack_outputs.items() if name.endswith(ending)]
