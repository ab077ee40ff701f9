"""s3proc, the first step of an upload: registers each object created in DocumentsBucket as a document."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import events, pipeline
from textract_pipeline.settings import RegisterSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], _context: "LambdaContext") -> None:
    """Register every object in the S3 notification. If any fails, Lambda delivers the notification again."""
    settings = from_environment(RegisterSettings)
    failures: list[Exception] = []
    for source in events.created_objects(event):
        try:
            registration = pipeline.register(source, settings)
        except Exception as error:  # raised again below, after every record has been handled
            logger.exception("The object could not be registered", extra={"documentId": source.document_id})
            failures.append(error)
            continue
        if registration:
            logger.info(registration.how.capitalize(), extra=registration.named)
    if failures:
        raise ExceptionGroup("Objects that could not be registered", failures)
