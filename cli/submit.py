"""`textract-pipeline submit`: upload documents from this machine to the pipeline's bucket."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from cli.display import outputs_in_s3, show_documents, show_json
from cli.one_by_one import Failures
from cli.outside_text import visible
from cli.target import Target, target_options
from cli.uploads.files import Upload, plan_uploads
from cli.uploads.sending import Submission, upload_all
from cli.waiting import exit_unless_all_succeeded, wait_until_ended, wait_until_registered
from local.number_option import NUMBER

# Amazon S3 User Guide, "Amazon S3 Event Notifications" (read 2026-11-28): events are typically delivered in seconds,
# but can sometimes take a minute or longer.
LONGEST_REGISTRATION_SECONDS = 30.0


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--prefix", default="", help="Put the documents in this folder of the bucket.")
@click.option("--wait", is_flag=True, help="Wait until all have ended, and show the results.")
@click.option("--timeout", default=900.0, type=NUMBER, show_default=True, help="Maximum seconds to wait with --wait.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def submit(*, paths: Sequence[Path], prefix: str, wait: bool, timeout: float, as_json: bool, target: Target) -> None:
    """Upload documents.

    PATH is a file or a folder; hidden files in a folder are skipped. A file's key is its name, or its path inside the
    folder. Prints each document's id and address, and ends once all are registered. The same file under the same key is
    the same document: it is not sent or processed again, so after an interruption, repeat the command.

    \b
    Example:
      textract-pipeline submit invoice.pdf scans/ --prefix 2026/november --wait
    """
    failures = Failures()
    uploads = plan_uploads(paths, prefix, failures)
    if not uploads:
        failures.exit()
    submissions = upload_all(uploads, target.bucket, failures, target.documents)
    _tell_of_embedded_files(uploads, submissions)
    if there := sum(one.was_there for one in submissions):
        click.echo(f"{there} of {len(submissions)} files were there already, and were not sent again.", err=True)
    if wait:
        states = wait_until_ended([one.document_id for one in submissions], target.documents, timeout)
        show_documents([state for state in states if state], outputs_in_s3, as_json=as_json)
        failures.exit()
        exit_unless_all_succeeded(states)
    else:
        _show(submissions, as_json=as_json)
        _wait_until_registered(submissions, target)
    failures.exit()


def _tell_of_embedded_files(uploads: Sequence[Upload], submissions: Sequence[Submission]) -> None:
    """Textract reads a PDF's pages only, and nothing in the pipeline sees the whole file unless a view is made."""
    from document_rendering.embedded_files import embedded_files_note  # PDFium, which the command's help does not need

    sent = {one.key for one in submissions if not one.was_there}
    for upload in uploads:
        with suppress(OSError):  # the file has gone since
            if upload.key in sent and (note := embedded_files_note(upload.path)):
                click.echo(f"{visible(str(upload.path))}: {note}", err=True)


def _show(submissions: Sequence[Submission], *, as_json: bool) -> None:
    if as_json:
        show_json(
            [{"documentId": one.document_id, "bucketName": one.bucket, "objectName": one.key} for one in submissions]
        )
        return
    for one in submissions:
        click.echo(f"{one.document_id}  s3://{one.bucket}/{visible(one.key)}")


def _wait_until_registered(submissions: Sequence[Submission], target: Target) -> None:
    """Wait until `status` and `results` know the documents; say so if S3 takes longer than it usually does."""
    identifiers = [one.document_id for one in submissions]
    if missing := wait_until_registered(identifiers, target.documents.get_many, LONGEST_REGISTRATION_SECONDS):
        click.echo(
            f"{missing} of {len(identifiers)} documents are not registered yet. S3 can take a minute to announce an"
            " upload; `status` shows them then.",
            err=True,
        )
