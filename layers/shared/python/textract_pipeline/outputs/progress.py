"""The progress of rendering, kept in S3 for documents that are too long for one invocation.

One object holds the partly rendered outputs and the place to continue from, so that the two always agree. It is next
to Textract's response until the outputs are complete.
"""

import json
import tarfile
from dataclasses import asdict
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

from textract_pipeline.aws import objects
from textract_pipeline.aws.objects import PROGRESS, StoredResponse
from textract_pipeline.document import Document
from textract_pipeline.errors import aws_outcomes
from textract_pipeline.outputs.formats.summary import Done
from textract_pipeline.outputs.rendering import IN_MEMORY_BYTES, Rendering

_PLACE = "place.json"
_CONTENT_TYPE = "application/x-tar"


def save(document: Document, response: StoredResponse, rendering: Rendering, part: int) -> None:
    """Save what is rendered of a response, and which part has the next page. Raises RetryableError."""
    place = {"part": part, "done": asdict(rendering.done), "outputs": list(rendering.names)}
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as kept:
        with tarfile.open(fileobj=kept, mode="w") as archive:
            _add(archive, _PLACE, BytesIO(json.dumps(place).encode()))
            for name in rendering.names:
                _add(archive, name, rendering.body(name))
        kept.seek(0)
        objects.put(document, _name(document, response), kept, _CONTENT_TYPE)


def resume(document: Document, response: StoredResponse) -> tuple[Rendering, int]:
    """A response's rendering as last saved, and the part to continue with. Raises RetryableError."""
    rendering, part = Rendering(document.features, ()), 0
    with aws_outcomes(), tarfile.open(fileobj=objects.get(document, _name(document, response)), mode="r|") as archive:
        for member in archive:
            body = archive.extractfile(member)
            assert body is not None  # noqa: S101 # nosec B101 - every member is a file, see `save`
            if member.name == _PLACE:
                place = json.load(body)  # the first member
                rendering = Rendering(document.features, place["outputs"])
                part, rendering.done = place["part"], Done(**place["done"])
            else:
                rendering.restore(member.name, body)
    return rendering, part


def discard(document: Document, response: StoredResponse) -> None:
    """Delete what was saved, once the outputs are complete. Raises RetryableError."""
    objects.delete(document, _name(document, response))


def _name(document: Document, response: StoredResponse) -> str:
    return response.key.removeprefix(document.output_prefix) + PROGRESS


def _add(archive: tarfile.TarFile, name: str, body: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = body.seek(0, SEEK_END)
    body.seek(0)
    archive.addfile(member, body)
