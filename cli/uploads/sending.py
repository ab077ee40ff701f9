"""Upload files, several at a time; what is there already is not sent again."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cli.display import progress_console
from cli.one_by_one import Failures
from cli.target import TargetError
from cli.uploads.content import PART_BYTES, find_same
from cli.uploads.files import Upload
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.clock import utc_now
from textract_pipeline.document import document_id

_CONCURRENT_UPLOADS = 8
_ANNOUNCED = timedelta(minutes=1)  # Amazon S3 User Guide, "Amazon S3 Event Notifications" (2026-11): usually in seconds
_CONNECTIONS = 16  # for all uploads together: a slow line, shared by many, lets each stand still for too long


@dataclass(frozen=True, slots=True)
class Submission:
    """An uploaded document. `was_there`: its content was in the bucket already, so it was not sent."""

    document_id: str
    bucket: str
    key: str
    was_there: bool = False


class _InterruptedError(Exception):
    """The command has been interrupted."""


def upload_all(
    uploads: Sequence[Upload], bucket: str, failures: Failures, documents: DocumentsTable | None = None
) -> list[Submission]:
    """Upload several files at a time, with a progress bar; return those that were uploaded.

    With `documents`, a file that the bucket already has under its key is not sent, unless its document was never
    registered: if the object is sent again, S3 announces it again.
    """
    submissions: list[Submission] = []
    stopped = Event()
    columns = (TextColumn("Uploading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=progress_console()) as progress, ThreadPoolExecutor(_CONCURRENT_UPLOADS) as pool:
        task = progress.add_task("", total=sum(map(_size, uploads)))

        def sent(count: float) -> None:
            if stopped.is_set():
                raise _InterruptedError
            progress.advance(task, count)

        config = _transfer_config(len(uploads))
        upload = partial(_upload, bucket=bucket, documents=documents, sent=sent, config=config)
        futures = [pool.submit(upload, one) for one in uploads]
        try:
            for one, future in zip(uploads, futures, strict=True):
                with failures.told(str(one.path)):
                    submissions.append(future.result())
        except BaseException:
            stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    return submissions


def _transfer_config(files: int) -> TransferConfig:
    at_once = min(max(files, 1), _CONCURRENT_UPLOADS)
    return TransferConfig(
        multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=_CONNECTIONS // at_once
    )


def _upload(
    upload: Upload,
    *,
    bucket: str,
    documents: DocumentsTable | None,
    sent: Callable[[float], None],
    config: TransferConfig,
) -> Submission:
    try:
        if documents and (stored := find_same(upload.path, bucket, upload.key)):
            there = Submission(document_id(bucket, upload.key, stored.etag), bucket, upload.key, was_there=True)
            if stored.stored_at > utc_now() - _ANNOUNCED or documents.get(there.document_id):
                sent(_size(upload))
                return there
        clients.s3().upload_file(str(upload.path), bucket, upload.key, Callback=sent, Config=config)
        etag = clients.s3().head_object(Bucket=bucket, Key=upload.key)["ETag"]
    except (OSError, S3UploadFailedError) as error:
        raise TargetError(
            f"{upload.path} could not be uploaded: {error}. Submit everything again: nothing is processed twice."
        ) from error
    return Submission(document_id(bucket, upload.key, etag), bucket, upload.key)


def _size(upload: Upload) -> int:
    """In bytes; 0 for a file that has gone, which is reported when it is to be uploaded."""
    try:
        return upload.path.stat().st_size
    except OSError:
        return 0
