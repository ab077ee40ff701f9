"""Run jobs in the background: read the document, recognize its pages, write the results, notify the caller."""

import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.service.log import line
from local.textract.api.job_kinds import JobKind
from local.textract.api.limits import ASYNC_IMAGE_MAX_BYTES, ASYNC_MAX_PAGES
from local.textract.api.recordings import Recordings
from local.textract.exceptions import (
    BadDocumentError,
    CrashedError,
    DocumentTooLargeError,
    OutOfTimeError,
    TextractError,
)
from local.textract.extraction.expense import expense_document
from local.textract.extraction.lending import lending_result
from local.textract.jobs.job import Job, Outcome
from local.textract.jobs.job_table import Jobs
from local.textract.jobs.notifications import CompletionMessage, Notifier
from local.textract.jobs.storage import OutputFolder, Storage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef, WarningTypeDef

    from local.textract.jobs.result_files import Item
    from local.textract.recognition.documents.open_document import OpenDocument
    from local.textract.recognition.recognizer import Recognizer

logger = logging.getLogger(__name__)

THREADS = (os.cpu_count() or 1) + 1  # each core recognizes a page while one more job waits for S3


class Worker:
    """Runs the jobs in the order of their start."""

    def __init__(
        self,
        recognizer: "Recognizer",
        jobs: Jobs,
        storage: Storage,
        notifier: Notifier,
        recordings: Recordings | None,
        job_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._recognizer = recognizer
        self._jobs = jobs
        self._storage = storage
        self._notifier = notifier
        self._recordings = recordings
        self._job_seconds = job_seconds
        self._clock = clock
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def start(self) -> None:
        """Start the threads, which end with the process, and resume the jobs of an earlier process."""
        for job in self._jobs.left_over():
            logger.info(line("job resumed", jobId=job.id))
            self.submit(job)
        for number in range(THREADS):
            threading.Thread(target=self._run_forever, name=f"job-{number}", daemon=True).start()

    def submit(self, job: Job) -> None:
        """Run this job when its turn comes."""
        self._queue.put(job)

    def _run_forever(self) -> None:
        while True:
            self.run(self._queue.get())

    def run(self, job: Job) -> None:
        """Run one job from its document to its notification, or from where an earlier process was killed.

        The end is announced at least once: a process killed between the notification and its record announces it again.
        """
        self._notify(job, job.outcome or self._process(job))
        self._jobs.told(job)

    def _process(self, job: Job) -> Outcome:
        """Run the job to its end; an error becomes its outcome."""
        began_at = self._clock()
        logger.info(line("job started", jobId=job.id, api=job.kind, openJobs=self._jobs.open_count(job.kind)))
        try:
            outcome = self._recognize(job)
            self._write_results(replace(job, outcome=outcome))
        except TextractError as error:
            outcome = _failed(error)
        except Exception:  # an error in one document must not stop the next
            logger.exception(line("job crashed", jobId=job.id))
            outcome = _failed(CrashedError())
        if outcome.status == "FAILED":
            job.items.delete()
        self._jobs.finish(job, outcome)
        self._log_end(job, outcome, began_at)
        return outcome

    def _log_end(self, job: Job, outcome: Outcome, began_at: float) -> None:
        fields = {
            "jobId": job.id,
            "api": job.kind,
            "status": outcome.status,
            "message": outcome.message,
            "pages": outcome.pages,
            "results": job.items.count,
            "waitedSeconds": round(began_at - job.started_at, 3),
            "ranSeconds": round(self._clock() - began_at, 3),
            "openJobs": self._jobs.open_count(job.kind),
        }
        logger.info(line("job ended", **fields))

    def _recognize(self, job: Job) -> Outcome:
        """Store the results page by page; pages that cannot be read are recorded and skipped."""
        began_at = self._clock()
        data = self._storage.read(job.document)
        if self._recordings and (recorded := self._recordings.job(job.kind, job.request, data)):
            return _outcome(job, recorded)

        def seconds_left() -> float:
            return self._job_seconds - (self._clock() - began_at)

        with self._recognizer.open(data, seconds_left) as document:
            _check_size(document, len(data))
            job.features.check_pages(document.page_count)
            unread = self._recognize_pages(job, document, seconds_left)
            pages = document.page_count
        job.items.close()
        if len(unread) == pages:
            raise next(iter(unread.values()), BadDocumentError("The document has no pages"))
        return Outcome("PARTIAL_SUCCESS" if unread else "SUCCEEDED", pages, _warnings(unread))

    def _recognize_pages(
        self, job: Job, document: "OpenDocument", seconds_left: Callable[[], float]
    ) -> dict[int, TextractError]:
        """Put aside what is on each page; why it could not be read, of the others. Raises OutOfTimeError."""
        unread: dict[int, TextractError] = {}
        for page in range(1, document.page_count + 1):
            given_up = OutOfTimeError(f"The job was given up after {self._job_seconds:g} s, at page {page}")
            if seconds_left() < 0:
                raise given_up
            queries = job.features.queries_for(page, document.page_count)
            try:
                blocks = self._recognizer.blocks(document, page, job.features.types, queries)
                job.items.append(_items(job, page, blocks))
            except OutOfTimeError as error:
                raise given_up from error
            except TextractError as error:
                unread[page] = error
        return unread

    def _write_results(self, job: Job) -> None:
        """Write the pages that the Get operations return to the location in OutputConfig."""
        if "OutputConfig" not in job.request:
            return
        output = OutputFolder.of(job.request["OutputConfig"], job.request.get("KMSKeyId"), job.id)
        starts = range(0, max(job.items.count, 1), job.kind.reply.most)
        for part, start in enumerate(starts, start=1):
            self._storage.write(output, str(part), json.dumps(job.results(start)).encode())

    def _notify(self, job: Job, outcome: Outcome) -> None:
        """Notify the caller; as in Textract, a notification that cannot be sent is lost, and the log says so."""
        if "NotificationChannel" not in job.request:
            return
        message: CompletionMessage = {
            "JobId": job.id,
            "Status": outcome.status,
            "API": job.kind,
            "Timestamp": int(self._clock() * 1000),
            "DocumentLocation": {"S3ObjectName": job.document.key, "S3Bucket": job.document.bucket},
        }
        if "JobTag" in job.request:
            message["JobTag"] = job.request["JobTag"]
        try:
            self._notifier.publish(job.request["NotificationChannel"], message)
        except (TextractError, ClientError, BotoCoreError):
            logger.exception(line("notification lost", jobId=job.id))


def _outcome(job: Job, recorded: "Mapping[str, Any]") -> Outcome:
    """A recorded job's outcome; stores its results."""
    job.items.append(recorded.get(job.kind.reply.member, []))
    job.items.close()
    pages = recorded.get("DocumentMetadata", {}).get("Pages", 0)
    warnings = tuple(recorded.get("Warnings", ()))
    return Outcome(recorded["JobStatus"], pages, warnings, recorded.get("StatusMessage"))


def _items(job: Job, page: int, blocks: "list[BlockTypeDef]") -> "Sequence[Item]":
    """The results of a page's blocks in this kind of job."""
    match job.kind:
        case JobKind.EXPENSE:
            return [expense_document(blocks, page, job.items.count + 1)]
        case JobKind.LENDING:
            return [lending_result(blocks, page)]
        case _:
            return blocks


def _check_size(document: "OpenDocument", size: int) -> None:
    """Raise DocumentTooLargeError for an image over 10 MB or a document with more than 3,000 pages."""
    if document.format in {"JPEG", "PNG"} and size > ASYNC_IMAGE_MAX_BYTES:
        most = ASYNC_IMAGE_MAX_BYTES
        raise DocumentTooLargeError(f"{document.format} image of {size:,} bytes: the limit is {most:,}")
    if document.page_count > ASYNC_MAX_PAGES:
        raise DocumentTooLargeError(f"{document.page_count:,} pages: the limit is {ASYNC_MAX_PAGES:,}")


def _warnings(unread: dict[int, TextractError]) -> "tuple[WarningTypeDef, ...]":
    """The unread pages, by error."""
    pages_of: dict[str, list[int]] = {}
    for page, error in unread.items():
        pages_of.setdefault(error.code, []).append(page)
    return tuple({"ErrorCode": code, "Pages": pages} for code, pages in pages_of.items())


def _failed(error: TextractError) -> Outcome:
    return Outcome("FAILED", message=f"{error.code}: {error.message}")
