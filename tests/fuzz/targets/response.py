"""Textract's blocks, and every output made from them. There is no documented error: the parser accepts all blocks."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper

from tests.fuzz.corpus import responses
from tests.fuzz.mutation import changed_json
from tests.fuzz.target import Target
from textract_pipeline.document import Document, Lane
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.outputs.rendering import RenderedFile, Rendering
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages

NOW = datetime(2026, 11, 28, tzinfo=UTC)
DOCUMENT = Document("0" * 32, "bucket", "key.pdf", "etag", 1, Lane.LIVE, tuple(Feature), NOW, NOW)
WANTED = [name for name in OutputName if not name.is_view]


class NoResponseError(Exception):
    """The input is not a JSON object with a list of blocks, as every response is."""


def pages_of(data: bytes) -> Iterator[Page]:
    """The pages of a response in JSON; raises NoResponseError."""
    try:
        response = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoResponseError from error
    blocks = response.get("Blocks") if isinstance(response, dict) else None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise NoResponseError
    return read_pages(blocks)


def run(data: bytes) -> None:
    """Render every output, and parse each in its format."""
    rendering = Rendering(tuple(Feature), WANTED)
    for page in pages_of(data):
        rendering.add(page)
    for output in rendering.finished(DOCUMENT, dict.fromkeys(Feature, 0.001), NOW):
        for file in output.files:
            _read(file)


def _read(file: RenderedFile) -> None:
    text = TextIOWrapper(file.body, encoding="utf-8", newline="").read()
    if file.name.endswith(".csv"):
        csv.field_size_limit(max(len(text), csv.field_size_limit()))
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
        assert file.name.endswith("tables.csv") or len({len(row) for row in rows}) == 1, "rows of different lengths"
    elif file.name.endswith(".json"):
        json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


TARGET = Target(changed_json(responses()), run, (NoResponseError,))
