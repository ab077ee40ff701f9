"""asyncproc, the async pipeline's scheduler: waiting documents get their Textract jobs started, up to the quota.

Three things invoke it: a job's completion, which frees a place for one more; new work; and the schedule, on which it
also takes up again what the flow has lost hold of.
"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from textract_pipeline import events, pipeline, rescue
from textract_pipeline.settings import StartSettings

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: LambdaContext) -> None:
    """Start as many jobs as have completed, or as Textract takes where nothing tells how many that is."""
    settings = StartSettings.from_environment()
    started = pipeline.start_jobs(settings, limit=events.places_freed(event))
    logger.info("Started jobs", extra={"jobs": started})
    if events.is_tick(event):
        rescue.rescue(settings)
