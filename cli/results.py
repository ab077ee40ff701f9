"""`textract-pipeline results`: what was found in documents comes to this machine, to be kept, read on, or looked at."""

import sys
import webbrowser
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj

import click

from cli.display import show_json
from cli.one_by_one import Failures, find_each
from cli.target import NoSuchDocumentError, Target, target_options
from cli.viewing import directory_of, fetch_viewer, write_index
from document_rendering.images import UnreadableFileError
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.objects import BlockReader
from textract_pipeline.document import Document
from textract_pipeline.errors import DocumentError
from textract_pipeline.names import Feature, OutputName
from textract_pipeline.outputs.rendering import rendered
from textract_pipeline.response.parser import read_pages

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
    help="Where to.",
)
@click.option(
    "--format", "output_format", type=click.Choice([*_FORMATS, "csv"]), help="Write one document to stdout instead."
)
@click.option("--open", "to_open", is_flag=True, help="Only show the documents, each page beside what was read on it.")
@click.option(
    "--index", is_flag=True, help="Make a page of all the documents, too; without DOCUMENT, of all there are."
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
    """Fetch what was found in documents.

    Each document gets a folder named as its key. DOCUMENT is an id, an s3://bucket/key, or a key in the documents'
    bucket. What is not among the outputs that were written is made from Textract's stored response.

    \b
    Example:
      textract-pipeline results invoice.pdf              # out/invoice.pdf/text.txt …
      textract-pipeline results invoice.pdf --format md | less
      textract-pipeline results invoice.pdf --open       # in the browser
      textract-pipeline results --index                  # out/index.html
    """
    if output_format and (len(names) != 1 or to_open or index or as_json):
        raise click.UsageError("--format writes one DOCUMENT to stdout, and nothing else.")
    if not (names or index):
        raise click.UsageError("Name a DOCUMENT, or ask for an --index of all.")
    if output_format:
        _print(target.find(names[0]), output_format)
        return
    failures = Failures()
    documents = find_each(names, target, failures) if names else _all(target)
    if to_open:
        for document in documents:
            with failures.told(document.key):
                _open(document, target, directory)
    else:
        _fetch_all(documents, target, directory, failures, index=index, as_json=as_json)
    failures.exit()


def download(document: Document, target: Target, directory: Path) -> list[Path]:
    """Fetch a document's outputs into `directory/{its key}/`; the files."""
    return [
        _fetch(document, key, directory_of(document, directory))
        for output in target.outputs.list(document.document_id)
        for key in _keys(output)
    ]


def _fetch_all(
    documents: Sequence[Document], target: Target, directory: Path, failures: Failures, *, index: bool, as_json: bool
) -> None:
    files: dict[str, list[Path]] = {}
    for document in documents:
        with failures.told(document.key):
            files[document.document_id] = download(document, target, directory)
    page = write_index(documents, target, directory, failures) if index else None
    if as_json:
        show_json([{"documentId": identifier, "files": list(map(str, paths))} for identifier, paths in files.items()])
    else:
        for path in [path for paths in files.values() for path in paths] + ([page] if page else []):
            click.echo(path)
    for document in documents if not index else ():  # which says so itself
        with failures.told(document.key):
            if not files.get(document.document_id, True):
                raise _nothing_of(document)


def _print(document: Document, output_format: str) -> None:
    """Write an output to stdout; the sheets of a CSV one after another, an empty line apart."""
    if output_format == "csv":
        wanted = [name for name, feature in _SHEETS.items() if feature in document.features]
        if not wanted:
            raise NoSuchDocumentError(f"{document.key} was read for its text alone: it has no fields and no tables.")
    else:
        wanted = [_FORMATS[output_format]]
    out = sys.stdout.buffer
    for number, name in enumerate(wanted):
        if number:
            out.write(b"\r\n")
        if name in document.outputs:
            copyfileobj(objects.get(document, name), out)
        else:
            out.writelines(_made(document, name))


def _made(document: Document, name: OutputName) -> Iterable[bytes]:
    response = objects.stored_response(document) if document.pages else None
    if response is None:
        raise _nothing_of(document)
    return (piece.encode() for piece in rendered(name, read_pages(BlockReader(response))))


def _open(document: Document, target: Target, directory: Path) -> None:
    try:
        path = fetch_viewer(document, target, directory)
    except (DocumentError, UnreadableFileError) as error:
        raise NoSuchDocumentError(
            f"{document.key} cannot be shown: {error} What was read of it is there: --format text."
        ) from error
    if path is None:
        raise _nothing_of(document)
    click.echo(path)
    webbrowser.open(path.absolute().as_uri())


def _nothing_of(document: Document) -> NoSuchDocumentError:
    return NoSuchDocumentError(f"{document.key} is {document.status} and has no outputs.")


def _all(target: Target) -> list[Document]:
    return sorted(target.documents.list(), key=lambda document: document.submitted_at)


def _fetch(document: Document, key: str, directory: Path) -> Path:
    path = directory / key.removeprefix(document.output_prefix)
    path.parent.mkdir(parents=True, exist_ok=True)
    clients.s3().download_file(document.bucket, key, str(path))
    return path


def _keys(output: Output) -> Iterator[str]:
    """The objects of an output: itself, or all below it where it is a folder."""
    if not output.key.endswith("/"):
        yield output.key
        return
    for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=output.bucket, Prefix=output.key):
        keys = (found["Key"] for found in page.get("Contents", ()))
        yield from (key for key in keys if not key.endswith("/.s3_access_check"))  # an empty object of Textract's
