"""`textract-pipeline submit`: documents go from this machine into the pipeline's bucket."""

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
from cli.one_by_one import RAISED, Failures
from cli.target import Target, TargetError, target_options
from cli.waiting import exit_unless_all_succeeded, wait_until_ended
from textract_pipeline.aws import clients
from textract_pipeline.document import document_id

_CONCURRENT_UPLOADS = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the key that it gets in the bucket."""

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
@click.option("--prefix", default="", help="Put the documents into this folder of the bucket.")
@click.option("--wait", is_flag=True, help="Wait until all have ended, and show how.")
@click.option("--timeout", default=900.0, show_default=True, help="Seconds to wait at most, with --wait.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@target_options
def submit(*, paths: Sequence[Path], prefix: str, wait: bool, timeout: float, as_json: bool, target: Target) -> None:
    """Upload documents.

    PATH is a file or a folder, of which all files but hidden ones are taken. A file's key is its name, or its path
    inside the folder; its id is printed before it. The same file under the same key is the same document, and is not
    processed again.

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
    elif as_json:
        show_json(
            [{"documentId": one.document_id, "bucketName": one.bucket, "objectName": one.key} for one in submissions]
        )
    else:
        for one in submissions:
            click.echo(f"{one.document_id}  s3://{one.bucket}/{one.key}")
    failures.exit()


def plan_uploads(paths: Iterable[Path], prefix: str) -> list[Upload]:
    """What to upload under which key; raises UsageError where there is nothing, or one key for two files."""
    folder = f"{prefix.strip('/')}/" if prefix else ""
    uploads = [Upload(file, folder + name) for path in paths for file, name in _files(path)]
    if not uploads:
        raise click.UsageError("There is no file in what was named.")
    keys = Counter(upload.key for upload in uploads)
    key, times = keys.most_common(1)[0]
    if times > 1:
        raise click.UsageError(f"{times} files would get the key {key}: submit them apart, with a --prefix each.")
    return uploads


def upload_all(uploads: Sequence[Upload], bucket: str, failures: Failures = RAISED) -> list[Submission]:
    """Upload, several at a time, with a progress bar; those that could be.

    Raises TargetError if nobody is to be told of failures.
    """
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
            f"{upload.path} could not be uploaded: {error}. Submit all of it again: nothing is processed twice."
        ) from error
    return Submission(document_id(bucket, upload.key, etag), bucket, upload.key)


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files that a path stands for, each with its name in the bucket."""
    if path.is_file():
        yield path, path.name
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield file, inside.as_posix()
