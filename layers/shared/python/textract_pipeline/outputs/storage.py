"""The only place where outputs are stored next to their document and listed in OutputTable.

They are at `{object}-analysis/{documentId}/`.
"""

from io import SEEK_END
from typing import TYPE_CHECKING

from textract_pipeline.aws import objects
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.objects import StoredResponse
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.document import Document
from textract_pipeline.outputs import progress
from textract_pipeline.outputs.rendering import RenderedOutput, Rendering
from textract_pipeline.prices import agreed
from textract_pipeline.settings import OutputSettings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def store(
    document: Document,
    response: StoredResponse,
    rendering: Rendering,
    settings: OutputSettings,
    clock: Clock = utc_now,
) -> "list[TransactWriteItemTypeDef]":
    """Store the outputs next to the document; return the rows that list them. Raises RetryableError."""
    pages = rendering.done.pages
    outputs = [
        _store(document, output, pages) for output in rendering.finished(document, agreed(settings.prices), clock())
    ]
    if response.is_begun:
        progress.discard(document, response)
    paid_for = Output("response", document.bucket, response.key, response.size_bytes, pages)
    return OutputTable(settings.output_table).rows(document, [*outputs, paid_for])


def _store(document: Document, output: RenderedOutput, pages: int) -> Output:
    size_bytes = 0
    for name, body, content_type in output.files:
        size_bytes += body.seek(0, SEEK_END)
        body.seek(0)
        objects.put(document, name, body, content_type)
    return Output(output.output_type, document.bucket, document.output_prefix + output.name, size_bytes, pages)
