"""viewproc, behind the flow: of a document that was announced, what people open is made (optional; see `outputs`)."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from document_rendering.views import make_views
from textract_pipeline import events
from textract_pipeline.settings import ViewSettings

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: LambdaContext) -> None:
    """Make the views of the announced run."""
    run = events.announced_run(event)
    with logger.append_context_keys(documentId=run.document_id, run=run.number):
        for reason in make_views(run, ViewSettings.from_environment()):
            logger.warning(reason)
