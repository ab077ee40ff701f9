"""asyncproc, the async pipeline's scheduler: starts the Textract jobs of waiting documents, up to the quota.

Three things invoke it: a job's completion, which frees a place for another job; new work; and the schedule, on which it
also recovers documents that the flow has lost track of.
"""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, metrics, recovery
from textract_pipeline.async_jobs import scheduler
from textract_pipeline.aws import service_quotas
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.events import Trigger
from textract_pipeline.settings import StartSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], context: "LambdaContext") -> None:
    """Start as many jobs as the trigger calls for. On the schedule, start them even if recovery fails."""
    settings = from_environment(StartSettings)
    trigger = events.trigger(event)
    try:
        if trigger is Trigger.TICK:
            _recover(settings)
    finally:
        started = scheduler.start_jobs(settings, trigger, lambda: context.get_remaining_time_in_millis() / 1000)
        metrics.jobs_started(started)
        logger.info("Started jobs", extra={"jobs": started, "trigger": trigger})
    if trigger is Trigger.TICK:
        asks = settings.asks_service_quotas
        places = settings.max_concurrent_jobs or (service_quotas.concurrent_jobs() if asks else None)
        metrics.jobs_running(DocumentsTable(settings.documents_table).count_jobs(), places)


def _recover(settings: StartSettings) -> None:
    """Recover documents, and log how many for the dashboard, even if others could not be recovered."""
    try:
        stuck = recovery.recover(settings)
    except recovery.NotAllRecoveredError as error:
        metrics.documents_stuck(error.stuck)
        raise
    metrics.documents_stuck(stuck)
