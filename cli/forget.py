"""`textract-pipeline forget`: delete the outputs and records of documents."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import click
from rich.table import Table

from cli.dead_letters.looking import DeadLetter, dead_letters, use_each
from cli.display import OneLine, show_json, table_console
from cli.one_by_one import Failures
from cli.outside_text import visible
from cli.reprocess import NotEndedError
from cli.target import Target, TargetError, target_options
from textract_pipeline.aws import object_versions
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.object_versions import KeyVersion
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError

_COUNT_COLUMNS = 11  # the width of a count, whose heading has several words


@dataclass(frozen=True, slots=True)
class Traces:
    """What exists of a document, with every version of its outputs, and one sentence for each thing that is left."""

    document: Document
    objects: Sequence[KeyVersion]
    outputs: Sequence[Output]
    letters: Sequence[DeadLetter]
    left: Sequence[str]


@click.command()
@click.argument("names", metavar="DOCUMENT...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted and what would be left.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout. Needs --yes or --dry-run.")
@target_options
def forget(*, names: Sequence[str], dry_run: bool, yes: bool, as_json: bool, target: Target) -> None:
    """Delete the outputs of documents and all records of them, and say what is left.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket. It must have ended. The document itself
    stays in its bucket. If it is uploaded again, even unchanged, it is a new document, and Textract charges for it.

    \b
    Example:
      textract-pipeline forget invoice.pdf --dry-run
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json cannot ask for confirmation: add --yes or --dry-run.")
    documents = list({document.document_id: document for document in map(target.find, names)}.values())
    for document in documents:
        if not document.status.is_terminal:
            raise _not_ended(document)
    failures = Failures()
    found = _traces(documents, target, failures)
    if not as_json:
        _show(found)
    if not dry_run:
        if not yes:
            click.confirm("Delete all of this?", abort=True, err=True)
        found = _delete_each(found, target, failures)
    if as_json:
        show_json([_as_json(traces) for traces in found])
    else:
        _show_left(found)
    failures.exit()


def _traces(documents: Sequence[Document], target: Target, failures: Failures) -> list[Traces]:
    """Those of each document, except documents whose traces cannot be listed."""
    letters = dead_letters(target, failures)
    found: list[Traces] = []
    for document in documents:
        with failures.told(document.key):
            found.append(
                Traces(
                    document,
                    [*object_versions.list_versions(document.bucket, document.output_prefix)],
                    [*target.outputs.list(document.document_id)],
                    [one for one in letters if one.document and one.document.document_id == document.document_id],
                    [*_left(document, target)],
                )
            )
    return found


def _left(document: Document, target: Target) -> Iterator[str]:
    """What the pipeline does not or cannot delete."""
    if document.etag in object_versions.etags(document.bucket, document.key):
        yield f"the document itself, {document.uri}, in every version that its bucket keeps"
    yield "lines in the functions' logs, with its id but no content, until log_retention_days have passed"
    yield "the tables' backups of the last 35 days, which can only be read by restoring a table"
    if document.backfill:
        where = f"s3://{target.output('InventoryAndLogsBucketName')}/"
        yield f"its key in the manifest and reports of the backfill {document.backfill}, in {where}"
    yield "copies that were downloaded, and anything made from its event on EventBridge"


def _delete_each(found: Sequence[Traces], target: Target, failures: Failures) -> list[Traces]:
    """Delete the traces of each document, and return those that were deleted."""
    _delete_dead_letters({traces.document.document_id for traces in found}, target)
    deleted: list[Traces] = []
    for traces in found:
        with failures.told(traces.document.key):
            _delete(traces, target)
            deleted.append(traces)
    return deleted


def _delete_dead_letters(identifiers: AbstractSet[str], target: Target) -> None:
    """Delete the messages about these documents. They are looked for again: they were given back after the first look.

    If a message could be left, nothing else is deleted: once a document's item is gone, the command finds no message.
    """
    failures = Failures()
    use_each(
        lambda letter: letter.document is not None and letter.document.document_id in identifiers, target, failures
    )
    if failures:
        raise TargetError("Outputs and records were not deleted, because a dead letter may be left: run it again.")


def _delete(traces: Traces, target: Target) -> None:
    """Delete everything, the document's own item last: until then, the command can be repeated."""
    document = traces.document
    try:
        object_versions.delete(document.bucket, traces.objects)
        target.outputs.delete(document.document_id, traces.outputs)
    except (object_versions.NotDeletedError, RetryableError) as error:
        raise TargetError(f"Not all of {document.key} could be deleted: {error}. Run the command again.") from error
    BackfillsTable(target.output("BackfillsTableName")).forget(document)
    if not target.documents.delete(document):
        raise _not_ended(document)


def _not_ended(document: Document) -> NotEndedError:
    return NotEndedError(f"{document.key} is being processed: forget it after it has ended (status --watch).")


def _show(found: Sequence[Traces]) -> None:
    table = Table()
    table.add_column("Document")
    for heading in ("Status", "Objects", "Rows in OutputTable", "Dead letters"):
        table.add_column(heading, max_width=_COUNT_COLUMNS)
    for traces in found:
        counts = map(str, map(len, (traces.objects, traces.outputs, traces.letters)))
        table.add_row(OneLine(traces.document.uri), traces.document.status, *counts)
    table_console().print(table)


def _show_left(found: Sequence[Traces]) -> None:
    click.echo("What is left:")
    for sentence in dict.fromkeys(sentence for traces in found for sentence in traces.left):
        click.echo(f"- {visible(sentence)}")


def _as_json(traces: Traces) -> dict[str, object]:
    return {
        "documentId": traces.document.document_id,
        "bucketName": traces.document.bucket,
        "objectName": traces.document.key,
        "objects": [version.key for version in traces.objects],
        "outputs": [output.output_type for output in traces.outputs],
        "deadLetters": [letter.source for letter in traces.letters],
        "left": [*traces.left],
    }
