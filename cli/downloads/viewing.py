"""What people view on this machine: a document's viewer, and an index page with links to all documents."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile, TemporaryFile

import click

from cli.downloads.folders import Folders, new_page
from cli.downloads.index_page import Entry, index_html
from cli.one_by_one import Failures
from cli.outside_text import visible
from cli.target import Target
from document_rendering.images import PageImage, UnreadableFileError, with_pictures
from document_rendering.viewer import write_viewer
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.objects import BlockReader
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document
from textract_pipeline.errors import DocumentError
from textract_pipeline.names import OutputName
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages

INDEX = "index.html"
_THUMBNAIL_PIXELS = 480


def fetch_viewer(document: Document, target: Target, folders: Folders) -> Path | None:
    """A document's viewer in its folder: the downloaded one, or else one made here.

    Returns None if there is nothing to show. Raises DocumentError or UnreadableFileError if its pages cannot be drawn.
    """
    key = document.output_prefix + OutputName.VIEWER
    listed = target.outputs.list(document.document_id)
    if any(output.key == key and not output.is_missing for output in listed):
        with folders.new_file(document, OutputName.VIEWER) as (path, file):
            clients.s3().download_fileobj(document.bucket, key, file)
        return path
    response = objects.stored_response(document) if document.pages else None
    if response is None:
        return None
    with _original(document) as original, TemporaryFile() as viewer:
        write_viewer(document.key, original, read_pages(BlockReader(response)), viewer, _tell)
        viewer.seek(0)
        with folders.new_file(document, OutputName.VIEWER) as (path, file):
            copyfileobj(viewer, file)
    return path


def write_index(documents: Iterable[Document], target: Target, folders: Folders, failures: Failures) -> Path:
    """Write `index.html` for documents whose outputs and viewers are already in their folders."""
    entries: list[Entry] = []
    for document in documents:
        with failures.told(document.key):
            entries.append(_entry(document, target, folders, failures))
    path = folders.root / INDEX
    with new_page(path) as file:
        file.writelines(piece.encode() for piece in index_html(entries, utc_now()))
    return path


def _entry(document: Document, target: Target, folders: Folders, failures: Failures) -> Entry:
    picture = None
    # If the original is deleted, replaced, or unreadable, the entry has no picture, but keeps its results.
    with failures.told(document.key), suppress(DocumentError, UnreadableFileError):
        thumbnail = _thumbnail(document)
        fetch_viewer(document, target, folders)
        picture = thumbnail
    folder = folders.of(document)
    names = (OutputName.VIEWER, *document.outputs, OutputName.SEARCHABLE_PDF, OutputName.WORKBOOK)
    files = [folder / name for name in dict.fromkeys(names) if (folder / name).is_file()]
    words, confidence = _figures(folder / OutputName.SUMMARY)
    return Entry(
        document=document,
        picture=picture,
        words=words,
        confidence=confidence,
        folder=folder.relative_to(folders.root).as_posix() if folder.is_dir() else "",
        files=tuple(file.relative_to(folders.root).as_posix() for file in files),
    )


def _figures(summary: Path) -> tuple[int | None, float | None]:
    """The number of words in a summary, and their mean confidence; None for each that the summary lacks."""
    try:
        told = json.loads(summary.read_bytes()) if summary.is_file() else {}
    except ValueError:  # not written by the pipeline
        told = {}
    words, confidence = (told.get(name) if isinstance(told, dict) else None for name in ("words", "meanConfidence"))
    return (
        words if type(words) is int else None,
        confidence if isinstance(confidence, int | float) and isfinite(confidence) else None,
    )


def _thumbnail(document: Document) -> PageImage | None:
    with _original(document) as original:
        [(_, picture)] = with_pictures(original, [Page(1, ())], _THUMBNAIL_PIXELS, _tell)
    return picture


def _tell(sentence: str) -> None:
    click.echo(visible(sentence), err=True)


@contextmanager
def _original(document: Document) -> Iterator[Path]:
    with NamedTemporaryFile() as file:
        objects.copy(document, file)
        file.flush()
        yield Path(file.name)
