"""`textract-pipeline reprocess`: process ended documents again."""

from collections.abc import Sequence

import click

from cli.display import show_json
from cli.one_by_one import Failures, find_each
from cli.outside_text import visible
from cli.target import Target, caller, target_options
from textract_pipeline.document import Document, ordered_features
from textract_pipeline.names import DocumentStatus, Feature


class NotEndedError(click.ClickException):
    """The document's run has not ended, so there is nothing to repeat."""

    exit_code = 1


@click.command()
@click.argument("names", metavar="DOCUMENT...", nargs=-1, required=True)
@click.option(
    "--features",
    help="Features to analyze, separated by commas; the default is the same as before.",
    metavar="FEATURE,...",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def reprocess(*, names: Sequence[str], features: str | None, as_json: bool, target: Target) -> None:
    """Process documents again. Textract charges for them again.

    DOCUMENT is an id, an s3://bucket/key, or a key in the documents' bucket. FEATURE is text, forms, tables, layout,
    signatures, or queries. The outputs of the new run replace the old ones.

    \b
    Example:
      textract-pipeline reprocess invoice.pdf --features text,tables
    """
    wanted, failures = None if features is None else _features(features), Failures()
    started: list[tuple[Document, int]] = []
    by = caller()
    for document in find_each(names, target, failures):
        with failures.told(document.key):
            started.append((document, reopen(document, wanted or document.features, target, by=by)))
    if as_json:
        show_json([{"documentId": document.document_id, "run": run} for document, run in started])
    else:
        for document, run in started:
            click.echo(f"{document.document_id}  {visible(document.uri)}  run {run}")
    failures.exit()


def reopen(document: Document, features: tuple[Feature, ...], target: Target, *, by: str) -> int:
    """Begin a new run of a document that has ended; return its number. Raises NotEndedError."""
    run = None
    if document.status.is_terminal:
        anew = document._replace(features=features, submitted_by=by)
        run = target.documents.reopen(document, anew, DocumentStatus.SUBMITTED, is_paid_for=False)
    if run is None:
        raise NotEndedError(f"{document.key} is still {document.status}: wait until it has ended (status --watch).")
    return run.number


def _features(names: str) -> tuple[Feature, ...]:
    try:
        return ordered_features([name.strip() for name in names.split(",")])
    except ValueError as error:
        raise click.BadParameter(f"{error}: choose from {', '.join(Feature)}.", param_hint="--features") from error
