"""`textract-pipeline results`: what was found in documents comes to this machine."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from cli.display import show_json
from cli.target import NoSuchDocumentError, Target, target_options
from textract_pipeline import aws
from textract_pipeline.document import Document
from textract_pipeline.items import Output


@click.command()
@click.argument("names", metavar="DOCUMENT...", nargs=-1, required=True)
@click.option("--out", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def results(*, names: Sequence[str], directory: Path, as_json: bool, target: Target) -> None:
    """Download the outputs of documents.

    Each document gets a folder named as its key. DOCUMENT is an id, an s3://bucket/key, or a key in the documents'
    bucket.

    \b
    Example:
      textract-pipeline results invoice.pdf --out out    # out/invoice.pdf/text.txt …
    """
    documents = [target.find(name) for name in names]
    files = {document.document_id: download(document, target, directory) for document in documents}
    if as_json:
        show_json([{"documentId": identifier, "files": list(map(str, paths))} for identifier, paths in files.items()])
    else:
        for paths in files.values():
            for path in paths:
                click.echo(path)
    for document in documents:
        if not files[document.document_id]:
            raise NoSuchDocumentError(f"{document.key} is {document.status} and has no outputs.")


def download(document: Document, target: Target, directory: Path) -> list[Path]:
    """Fetch a document's outputs into `directory/{its key}/`; the files."""
    return [
        _fetch(document, key, directory_of(document, directory))
        for output in target.outputs.list(document.document_id)
        for key in _keys(output)
    ]


def directory_of(document: Document, directory: Path) -> Path:
    """The folder for a document's outputs; a key cannot lead out of `directory`."""
    steps = [step for step in document.key.split("/") if step not in {"", ".", ".."}]
    return directory.joinpath(*steps)


def _fetch(document: Document, key: str, directory: Path) -> Path:
    path = directory / key.removeprefix(document.output_prefix)
    path.parent.mkdir(parents=True, exist_ok=True)
    aws.s3().download_file(document.bucket, key, str(path))
    return path


def _keys(output: Output) -> Iterator[str]:
    """The objects of an output: itself, or all below it where it is a folder."""
    if not output.key.endswith("/"):
        yield output.key
        return
    for page in aws.s3().get_paginator("list_objects_v2").paginate(Bucket=output.bucket, Prefix=output.key):
        keys = (found["Key"] for found in page.get("Contents", ()))
        yield from (key for key in keys if not key.endswith("/.s3_access_check"))  # an empty object of Textract's
