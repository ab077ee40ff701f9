"""jobresultsproc, the end of the async pipeline: reads the results of finished jobs and writes the outputs."""

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from textract_pipeline import pipeline
from textract_pipeline.batch import process_messages
from textract_pipeline.events import JobCompletion, job_completion
from textract_pipeline.settings import OutputSettings, from_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()


@logger.inject_lambda_context
def handle(event: dict[str, object], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Collect the results of every completion."""
    settings = from_environment(OutputSettings)

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def collect(completion: JobCompletion) -> None:
        pipeline.collect_results(completion, settings, seconds_left)

    return process_messages(event, job_completion, collect, settings.max_receive_count)
