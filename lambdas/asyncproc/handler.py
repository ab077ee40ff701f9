"""asyncproc, the async pipeline's scheduler: waiting documents get their Textract jobs started, up to the quota.

Three things invoke it: a job's completion, which frees a place for one more; the schedule; and new work.
"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from textract_pipeline import events, pipeline
from textract_pipeline.settings import StartSettings

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: LambdaContext) -> None:
    """Start as many jobs as have completed, or as Textract takes where nothing tells how many that is."""
    started = pipeline.start_jobs(StartSettings.from_environment(), limit=events.places_freed(event))
    logger.info("Started jobs", extra={"jobs": started})
