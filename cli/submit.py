"""`textract-pipeline submit`: upload documents from this machine to the pipeline's bucket."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from boto3.exceptions import S3UploadFailedError
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.display import outputs_in_s3, progress_console, show_documents, show_json
from cli.one_by_one import Failures
from cli.outside_text import visible
from cli.target import Target, TargetError, target_options
from cli.waiting import exit_unless_all_succeeded, wait_until_ended, wait_until_registered
from local.number_option import NUMBER
from textract_pipeline.aws import clients
from textract_pipeline.document import MAX_KEY_BYTES, document_id

_CONCURRENT_UPLOADS = 8
# Amazon S3 User Guide, "Amazon S3 Event Notifications" (read 2026-11-28): events are typically delivered in seconds,
# but can sometimes take a minute or longer.
LONGEST_REGISTRATION_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and its key in the bucket."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Submission:
    """An uploaded document."""

    document_id: str
    bucket: str
    key: str


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
    the same document, and is not processed again.

    \b
    Example:
      textract-pipeline submit invoice.pdf scans/ --prefix 2026/november --wait
    """
    failures = Failures()
    submissions = upload_all(plan_uploads(paths, prefix), target.bucket, failures)
    if wait:
        states = wait_until_ended([one.document_id for one in submissions], target.documents, timeout)
        show_documents([state for state in states if state], outputs_in_s3, as_json=as_json)
        failures.exit()
        exit_unless_all_succeeded(states)
    else:
        _show(submissions, as_json=as_json)
        _wait_until_registered(submissions, target)
    failures.exit()


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


def plan_uploads(paths: Iterable[Path], prefix: str) -> list[Upload]:
    """What to upload under which key; raises UsageError if there is nothing, or two files have the same key."""
    folder = f"{prefix.strip('/')}/" if prefix else ""
    uploads = [Upload(file, folder + name) for path in paths for file, name in _files(path)]
    if not uploads:
        raise click.UsageError("There are no files to submit.")
    keys = Counter(upload.key for upload in uploads)
    key, times = keys.most_common(1)[0]
    if times > 1:
        raise click.UsageError(f"{times} files would get the key {key}: submit them separately, with a --prefix each.")
    for upload in uploads:
        _check_key(upload)
    return uploads


def _check_key(upload: Upload) -> None:
    try:
        size_bytes = len(upload.key.encode())
    except UnicodeEncodeError as error:  # file systems take names that are no UTF-8; S3 does not
        raise click.UsageError(
            f"The name of {upload.path} is not valid text, so it cannot be a key: rename the file or its folder."
        ) from error
    if size_bytes > MAX_KEY_BYTES:
        raise click.UsageError(
            f"{upload.path} would get a key of {size_bytes:,} bytes, and S3 allows {MAX_KEY_BYTES:,}: shorten its path"
            " or the --prefix."
        )


def upload_all(uploads: Sequence[Upload], bucket: str, failures: Failures) -> list[Submission]:
    """Upload several files at a time, with a progress bar; return those that were uploaded."""
    submissions: list[Submission] = []
    columns = (TextColumn("Uploading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=progress_console()) as progress, ThreadPoolExecutor(_CONCURRENT_UPLOADS) as pool:
        task = progress.add_task("", total=sum(upload.path.stat().st_size for upload in uploads))
        sent = partial(progress.advance, task)
        futures = [pool.submit(_upload, upload, bucket, sent) for upload in uploads]
        try:
            for upload, future in zip(uploads, futures, strict=True):
                with failures.told(str(upload.path)):
                    submissions.append(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return submissions


def _upload(upload: Upload, bucket: str, sent: Callable[[float], None]) -> Submission:
    try:
        clients.s3().upload_file(str(upload.path), bucket, upload.key, Callback=sent)
        etag = clients.s3().head_object(Bucket=bucket, Key=upload.key)["ETag"]
    except (OSError, S3UploadFailedError) as error:
        raise TargetError(
            f"{upload.path} could not be uploaded: {error}. Submit everything again: nothing is processed twice."
        ) from error
    return Submission(document_id(bucket, upload.key, etag), bucket, upload.key)


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files at a path, each with its name in the bucket."""
    if path.is_file():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield file, inside.as_posix()
