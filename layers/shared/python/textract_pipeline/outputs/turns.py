"""Render Textract's response page by page, in as many invocations as it takes."""

from collections.abc import Callable, Collection

from textract_pipeline.aws.objects import BlockReader, StoredResponse
from textract_pipeline.document import Document
from textract_pipeline.errors import OutOfTimeError
from textract_pipeline.outputs import progress
from textract_pipeline.outputs.rendering import Rendering
from textract_pipeline.response.parser import read_pages

_SECONDS_TO_STORE = 20.0  # for storing the outputs, or saving what is rendered so far


def render(document: Document, response: StoredResponse, wanted: Collection[str]) -> Rendering:
    """Render a one-page response."""
    rendering = Rendering(document.features, wanted)
    blocks = BlockReader(response)
    for page in read_pages(blocks):
        rendering.add(page)
    rendering.model_version, rendering.page_count = blocks.model_version, blocks.page_count
    return rendering


def render_in_turns(
    document: Document, response: StoredResponse, wanted: Collection[str], seconds_left: Callable[[], float]
) -> Rendering:
    """Render a response of any length; what does not fit into this invocation is left to the next.

    In that case raises OutOfTimeError, after saving what is rendered. Raises RetryableError.
    """
    rendering, part = Rendering(document.features, wanted), 0
    if response.is_begun:
        rendering, part = progress.resume(document, response)
    blocks, rendered_before = BlockReader(response, part), rendering.done.last_page
    for page in read_pages(blocks):
        if page.number <= rendered_before:
            continue
        rendering.add(page)
        if seconds_left() < _SECONDS_TO_STORE:
            progress.save(document, response, rendering, blocks.part)
            raise OutOfTimeError(f"{rendering.done.pages} pages of {document.uri} are rendered")
    rendering.model_version, rendering.page_count = blocks.model_version, blocks.page_count
    return rendering
