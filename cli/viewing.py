"""What people look at on this machine: a document's viewer, and a page of all documents that leads to each."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from cli.index_page import Entry, index_html
from cli.one_by_one import Failures
from cli.target import Target
from document_rendering.images import PageImage, UnreadableFileError, with_pictures
from document_rendering.viewer import write_viewer
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.objects import BlockReader
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document
from textract_pipeline.errors import DocumentError
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages

INDEX = "index.html"
_VIEWER = "document.html"
_SUMMARY = "summary.json"
_THUMBNAIL_PIXELS = 480


def directory_of(document: Document, directory: Path) -> Path:
    """The folder for a document's outputs; a key cannot lead out of `directory`."""
    steps = [step for step in document.key.split("/") if step not in {"", ".", ".."}]
    return directory.joinpath(*steps)


def fetch_viewer(document: Document, target: Target, directory: Path) -> Path | None:
    """A document's viewer in `directory/{its key}/`: the one that was written, else one made here.

    None where nothing was read of it. Raises DocumentError or UnreadableFileError where it cannot be drawn any more.
    """
    path = directory_of(document, directory) / _VIEWER
    key = document.output_prefix + _VIEWER
    if any(output.key == key for output in target.outputs.list(document.document_id)):
        path.parent.mkdir(parents=True, exist_ok=True)
        clients.s3().download_file(document.bucket, key, str(path))
        return path
    response = objects.stored_response(document) if document.pages else None
    if response is None:
        return None
    with _original(document) as original, TemporaryFile() as viewer:
        write_viewer(document.key, original, read_pages(BlockReader(response)), viewer)
        viewer.seek(0)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            copyfileobj(viewer, file)
    return path


def write_index(documents: Iterable[Document], target: Target, directory: Path, failures: Failures) -> Path:
    """Write `directory/index.html` over documents whose outputs are in `directory` already, and their viewers."""
    entries = [_entry(document, target, directory, failures) for document in documents]
    path = directory / INDEX
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(index_html(entries, utc_now())), encoding="utf-8")
    return path


def _entry(document: Document, target: Target, directory: Path, failures: Failures) -> Entry:
    folder, picture = directory_of(document, directory), None
    # Deleted, replaced, or no picture: what was read of it remains.
    with failures.told(document.key), suppress(DocumentError, UnreadableFileError):
        thumbnail = _thumbnail(document)
        fetch_viewer(document, target, directory)
        picture = thumbnail
    names = (_VIEWER, *document.outputs, "searchable.pdf", "tables.xlsx")
    files = [folder / name for name in dict.fromkeys(names) if (folder / name).is_file()]
    summary = folder / _SUMMARY
    figures = json.loads(summary.read_bytes()) if summary.is_file() else {}
    return Entry(
        document=document,
        picture=picture,
        words=figures.get("words"),
        confidence=figures.get("meanConfidence"),
        files=tuple(file.relative_to(directory).as_posix() for file in files),
    )


def _thumbnail(document: Document) -> PageImage | None:
    with _original(document) as original:
        _, picture = next(with_pictures(original, [Page(1, ())], _THUMBNAIL_PIXELS))
    return picture


@contextmanager
def _original(document: Document) -> Iterator[IO[bytes]]:
    with TemporaryFile() as file:
        objects.copy(document, file)
        yield file
