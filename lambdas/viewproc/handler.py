"""viewproc, after the flow: makes the views of announced documents, which people open (optional; see `outputs`)."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events
from textract_pipeline.settings import ViewSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: "LambdaContext") -> None:
    """Make the views of the run that was announced."""
    from document_rendering.views import make_views

    run = events.announced_run(event)
    with logger.append_context_keys(documentId=run.document_id, run=run.number):
        try:
            for reason in make_views(run, from_environment(ViewSettings)):
                logger.warning(reason)
        except Exception:
            logger.exception("The views could not be made")
            raise
