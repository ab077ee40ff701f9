"""`textract-pipeline results`: fetch the outputs of documents to keep, process, or view them."""

import sys
import webbrowser
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from cli.display import show_json
from cli.downloads.folders import Folders
from cli.downloads.viewing import INDEX, fetch_viewer, write_index
from cli.one_by_one import Failures, find_each
from cli.outside_text import visible, visible_lines
from cli.target import NoSuchDocumentError, Target, target_options
from document_rendering.images import UnreadableFileError
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.objects import BlockReader
from textract_pipeline.document import Document
from textract_pipeline.errors import DocumentError
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.outputs.formats import page_files
from textract_pipeline.outputs.rendering import rendered
from textract_pipeline.response.parser import read_pages

_CHUNK_BYTES = 1024**2
_SHEETS = {
    OutputName.FORMS: Feature.FORMS,
    OutputName.TABLES: Feature.TABLES,
    OutputName.QUERIES: Feature.QUERIES,
}
_FORMATS = {"text": OutputName.TEXT, "md": OutputName.MARKDOWN, "json": OutputName.JSON}


@click.command()
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option(
    "--out",
    "directory",
    default=Path("out"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
@click.option("--format", "output_format", type=click.Choice([*_FORMATS, "csv"]), help="Write one document to stdout.")
@click.option("--open", "to_open", is_flag=True, help="Show each page next to its text in a browser.")
@click.option(
    "--index", is_flag=True, help="Also write a page that lists the documents; without DOCUMENT, all of them."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def results(
    *,
    names: Sequence[str],
    directory: Path,
    output_format: str | None,
    to_open: bool,
    index: bool,
    as_json: bool,
    target: Target,
) -> None:
    """Fetch the outputs of documents.

    Each document gets a folder of its own, named as its key as far as that does no harm. DOCUMENT is an id, an
    s3://bucket/key, or a key in the documents' bucket. What is not among the outputs that were written is made from
    Textract's stored response.

    \b
    Example:
      textract-pipeline results invoice.pdf              # out/invoice.pdf/text.txt …
      textract-pipeline results invoice.pdf --format md | less
      textract-pipeline results invoice.pdf --open       # in the browser
      textract-pipeline results --index                  # out/index.html
    """
    if output_format and (len(names) != 1 or to_open or index or as_json):
        raise click.UsageError("--format writes exactly one DOCUMENT to stdout, without --open, --index, or --json.")
    if not (names or index):
        raise click.UsageError("Name a DOCUMENT, or use --index for all documents.")
    if output_format:
        _print(target.find(names[0]), output_format)
        return
    failures, folders = Failures(), Folders(directory)
    documents = find_each(names, target, failures) if names else _all(target)
    if to_open:
        for document in documents:
            with failures.told(document.key):
                _open(document, target, folders)
    else:
        _fetch_all(documents, target, folders, failures, index=index, as_json=as_json)
    failures.exit()


def download(document: Document, target: Target, folders: Folders) -> list[Path]:
    """Fetch a document's outputs into its folder; return the files. Say on stderr why an output is missing."""
    outputs = [*target.outputs.list(document.document_id)]
    for output in outputs:
        if output.reason:
            click.echo(visible(output.reason), err=True)
    return [_fetch(document, key, folders) for output in outputs if not output.is_missing for key in _keys(output)]


def _fetch_all(
    documents: Sequence[Document], target: Target, folders: Folders, failures: Failures, *, index: bool, as_json: bool
) -> None:
    files: dict[str, list[Path]] = {}
    for document in documents:
        with failures.told(document.key):
            files[document.document_id] = download(document, target, folders)
    page: Path | None = None
    if index:
        with failures.told(INDEX):
            page = write_index(documents, target, folders, failures)
    if as_json:
        show_json([{"documentId": identifier, "files": list(map(str, paths))} for identifier, paths in files.items()])
    else:
        for path in [path for paths in files.values() for path in paths] + ([page] if page else []):
            click.echo(path)
    for document in documents if not index else ():  # the index shows this
        with failures.told(document.key):
            if not files.get(document.document_id, True):
                raise _nothing_of(document)


def _print(document: Document, output_format: str) -> None:
    """Write an output to stdout as it is, or, if that is a terminal, without what would steer it."""
    if is_terminal():
        text = b"".join(_pieces(document, output_format)).decode(errors="replace")
        click.echo(visible_lines(text), nl=False)
    else:
        sys.stdout.buffer.writelines(_pieces(document, output_format))


def is_terminal() -> bool:
    """Whether a person sees what is written to stdout, not a program or a file."""
    return sys.stdout.isatty()


def _pieces(document: Document, output_format: str) -> Iterator[bytes]:
    """An output; the sheets of a CSV one after another, an empty line apart."""
    if output_format == "csv":
        wanted = [name for name, feature in _SHEETS.items() if feature in document.features]
        if not wanted:
            raise NoSuchDocumentError(f"{document.key} was processed for text only: it has no fields or tables.")
    else:
        wanted = [_FORMATS[output_format]]
    for number, name in enumerate(wanted):
        if number:
            yield b"\r\n"
        if name in document.outputs:
            yield from iter(partial(objects.get(document, name).read, _CHUNK_BYTES), b"")
        else:
            yield from _made(document, name)


def _made(document: Document, name: OutputName) -> Iterable[bytes]:
    response = objects.stored_response(document) if document.pages else None
    if response is None:
        raise _nothing_of(document)
    return (piece.encode() for piece in rendered(name, read_pages(BlockReader(response))))


def _open(document: Document, target: Target, folders: Folders) -> None:
    try:
        path = fetch_viewer(document, target, folders)
    except (DocumentError, UnreadableFileError) as error:
        raise NoSuchDocumentError(
            f"{document.key} cannot be shown: {error} Its text is available: use --format text."
        ) from error
    if path is None:
        raise _nothing_of(document)
    click.echo(path)
    webbrowser.open(path.absolute().as_uri())


def _nothing_of(document: Document) -> NoSuchDocumentError:
    return NoSuchDocumentError(f"{document.key} is {document.status} and has no outputs.")


def _all(target: Target) -> list[Document]:
    return sorted(target.documents.list(), key=lambda document: document.submitted_at)


def _fetch(document: Document, key: str, folders: Folders) -> Path:
    with folders.new_file(document, key.removeprefix(document.output_prefix)) as (path, file):
        clients.s3().download_fileobj(document.bucket, key, file)
    return path


def _keys(output: Output) -> Iterator[str]:
    """The objects of an output: itself, or its parts or pages. Other objects next to them belong to somebody else."""
    if output.key.endswith("/"):
        yield from (output.key + name for name in _names_behind(output, output.key) if objects.is_part(name))
    elif output.key.endswith(f"/{page_files.BEGINNING}"):
        folder = output.key.removesuffix(page_files.BEGINNING)
        yield from (folder + name for name in _names_behind(output, folder) if page_files.is_name(name))
    else:
        yield output.key


def _names_behind(output: Output, folder: str) -> Iterator[str]:
    for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=output.bucket, Prefix=output.key):
        yield from (found["Key"].removeprefix(folder) for found in page.get("Contents", ()))
