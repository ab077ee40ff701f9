"""`textract-pipeline forget`: what the pipeline has made of documents and knows of them is deleted, on purpose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.display import show_json
from cli.redrive import DeadLetter, dead_letters
from cli.reprocess import NotEndedError
from cli.target import Target, TargetError, target_options
from textract_pipeline.aws import clients
from textract_pipeline.aws.attribute_values import to_attribute_values
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.document import Document

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_MOST_AT_ONCE = 1000  # that one DeleteObjects call takes


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of a document, its outputs in every version, and, a sentence each, what stays of it."""

    document: Document
    objects: "Sequence[ObjectIdentifierTypeDef]"
    outputs: Sequence[Output]
    letters: Sequence[DeadLetter]
    left: Sequence[str]


@click.command()
@click.argument("names", metavar="DOCUMENT...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted, and what would be left.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout; needs --yes or --dry-run.")
@target_options
def forget(*, names: Sequence[str], dry_run: bool, yes: bool, as_json: bool, target: Target) -> None:
    """Delete the outputs of documents and all records of them, and say what is left.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket. It must have ended. The document itself
    stays in its bucket: where it is uploaded again, even the same, it is a new document, and Textract bills it.

    \b
    Example:
      textract-pipeline forget invoice.pdf --dry-run
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json does not ask: give --yes, or --dry-run.")
    documents = list({document.document_id: document for document in map(target.find, names)}.values())
    for document in documents:
        if not document.status.is_terminal:
            raise _not_ended(document)
    found = _traces(documents, target)
    if not as_json:
        _show(found)
    if not dry_run:
        if not yes:
            click.confirm("Delete all of this?", abort=True, err=True)
        for traces in found:
            _delete(traces, target)
    if as_json:
        show_json([_as_json(traces) for traces in found])
    else:
        _show_left(found)


def _traces(documents: Sequence[Document], target: Target) -> list[Traces]:
    letters = list(dead_letters(target))
    return [
        Traces(
            document,
            [*_versions(document.bucket, document.output_prefix)],
            [*target.outputs.list(document.document_id)],
            [one for one in letters if one.document and one.document.document_id == document.document_id],
            [*_left(document, target)],
        )
        for document in documents
    ]


def _versions(bucket: str, prefix: str) -> "Iterator[ObjectIdentifierTypeDef]":
    """Every version of the objects below a prefix, and every mark of their deletion, in the order of their keys."""
    for page in clients.s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield {"Key": found["Key"], "VersionId": found["VersionId"]}


def _left(document: Document, target: Target) -> Iterator[str]:
    """What the pipeline does not delete, or cannot."""
    if document.etag in _etags(document):
        yield f"the document itself, {document.uri}, in every version that its bucket keeps"
    yield "lines of the functions' logs, with its id and no content, until log_retention_days are over"
    yield "the tables' backups of the last 35 days, which are read by restoring a table"
    if document.backfill:
        where = f"s3://{target.output('InventoryAndLogsBucketName')}/"
        yield f"its key in the manifest and the reports of the backfill {document.backfill}, in {where}"
    yield "what was fetched of it, and what was made of its announcement on EventBridge"


def _etags(document: Document) -> set[str]:
    """The ETags of all versions that are there of the document's object."""
    pages = clients.s3().get_paginator("list_object_versions").paginate(Bucket=document.bucket, Prefix=document.key)
    etags: set[str] = set()
    for page in pages:
        for found in page.get("Versions", ()):
            if found["Key"] != document.key:  # the keys come in order, and itself is the first of its prefix
                return etags
            etags.add(found["ETag"].strip('"'))
    return etags


def _delete(traces: Traces, target: Target) -> None:
    """Delete all of it, the document's own item last: until then the command can be repeated."""
    document = traces.document
    for letter in traces.letters:
        clients.sqs().delete_message(QueueUrl=letter.queue_url, ReceiptHandle=letter.receipt_handle)
    for start in range(0, len(traces.objects), _MOST_AT_ONCE):
        some = traces.objects[start : start + _MOST_AT_ONCE]
        answer = clients.s3().delete_objects(Bucket=document.bucket, Delete={"Objects": [*some], "Quiet": True})
        for error in answer.get("Errors", ()):
            raise TargetError(f"{error.get('Key')} could not be deleted: {error.get('Message')}. Forget it again.")
    if traces.outputs:
        _delete_rows(document, traces.outputs, target)
    BackfillsTable(target.output("BackfillsTableName")).forget(document)
    if not target.documents.delete(document):
        raise _not_ended(document)


def _delete_rows(document: Document, outputs: Sequence[Output], target: Target) -> None:
    table = target.output("OutputTableName")
    keys = [
        to_attribute_values({"documentId": document.document_id, "outputType": output.output_type})
        for output in outputs
    ]
    answer = clients.dynamodb().batch_write_item(
        RequestItems={table: [{"DeleteRequest": {"Key": key}} for key in keys]}
    )
    if answer["UnprocessedItems"]:
        raise TargetError(f"Not all rows of {document.key} could be deleted from {table}. Forget it again.")


def _not_ended(document: Document) -> NotEndedError:
    return NotEndedError(f"{document.key} is being processed: forget it once it has ended (status --watch).")


def _show(found: Sequence[Traces]) -> None:
    table = Table()
    table.add_column("Document", overflow="fold")
    for heading in ("Status", "Objects", "Rows in OutputTable", "Dead letters"):
        table.add_column(heading)
    for traces in found:
        counts = map(str, map(len, (traces.objects, traces.outputs, traces.letters)))
        table.add_row(escape(traces.document.uri), traces.document.status, *counts)
    Console(highlight=False).print(table)


def _show_left(found: Sequence[Traces]) -> None:
    click.echo("What is left:")
    for sentence in dict.fromkeys(sentence for traces in found for sentence in traces.left):
        click.echo(f"- {sentence}")


def _as_json(traces: Traces) -> dict[str, object]:
    return {
        "documentId": traces.document.document_id,
        "bucketName": traces.document.bucket,
        "objectName": traces.document.key,
        "objects": [found["Key"] for found in traces.objects],
        "outputs": [output.output_type for output in traces.outputs],
        "deadLetters": [letter.source for letter in traces.letters],
        "left": [*traces.left],
    }
