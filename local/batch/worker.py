"""Run a job from start to end: list its tasks (`manifest`, `generator`), run them (`invocation`), report (`report`).

One thread prepares new jobs, so that each can soon be confirmed. A few threads run the Ready jobs, so that a job with a
slow function, perhaps one that limits its rate, does not block the others.
"""

import csv
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import TYPE_CHECKING

import boto3

from local.batch import generator, manifest, report
from local.batch.exceptions import JobFailedError
from local.batch.invocation import Invoker, Outcome
from local.batch.job import Job
from local.batch.job_files import JobFiles
from local.batch.job_table import Jobs
from local.batch.manifest import Task
from local.batch.role import CONCURRENT_TASKS, JobRole
from local.service.log import line

if TYPE_CHECKING:
    from mypy_boto3_s3control.literals import JobStatusType

logger = logging.getLogger(__name__)

RESULTS = ("succeeded", "failed")
CONCURRENT_JOBS = 3


class Worker:
    """Runs the jobs. `sleep` waits between the tries of a task."""

    def __init__(
        self,
        jobs: Jobs,
        files: JobFiles,
        session: boto3.Session,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._jobs = jobs
        self._files = files
        self._session = session
        self._clock = clock
        self._sleep = sleep

    def start(self) -> None:
        """Start taking jobs, until the process ends."""
        for work in (self._prepare_jobs, *[self._run_jobs] * CONCURRENT_JOBS):
            threading.Thread(target=work, daemon=True).start()

    def _prepare_jobs(self) -> None:
        while True:
            job = self._jobs.take("New", "Preparing")
            self._do(job, self._prepare, "Preparing")

    def _run_jobs(self) -> None:
        while True:
            job = self._jobs.take("Ready", "Active")
            self._do(job, self._run, "Active")
            logger.info(line("job ended", jobId=job.id, status=job.status, succeeded=job.succeeded, failed=job.failed))

    def _do(self, job: Job, step: Callable[[Job, JobRole], None], status: "JobStatusType") -> None:
        """Run one step; an error in one job does not stop the others."""
        try:
            step(job, JobRole(self._session, job.request["RoleArn"], self._clock))
        except JobFailedError as error:
            job.fail(error.code, error.reason)
        except Exception as error:
            logger.exception(line("job crashed", jobId=job.id))
            job.fail("InternalError", f"The local S3 Batch Operations failed, see its log: {error!r}")
        if job.failure:
            logger.info(line("job failed", jobId=job.id, **job.failure))
            stages: tuple[JobStatusType, ...] = (status, "Completing", "Failing", "Cancelling")
            for stage in stages:
                self._jobs.move(job, stage, "Failed")

    def _prepare(self, job: Job, role: JobRole) -> None:
        """From New to Ready: list and count the tasks."""
        with self._files.tasks(job).open("w", newline="") as file:
            writer = csv.writer(file)
            total = 0
            for task in self._listed(job, role):
                writer.writerow(task)
                total += 1
        job.total = total
        if job.generator and job.generator["EnableManifestOutput"]:
            s3, tasks = role.clients().s3, self._files.tasks(job)
            job.generated_manifest = generator.write_manifest(s3, job.generator, job.id, tasks)
        self._jobs.move(job, "Preparing", "Suspended" if job.request.get("ConfirmationRequired") else "Ready")

    def _listed(self, job: Job, role: JobRole) -> Iterator[Task]:
        """S3 itself lists a generator's bucket: the role does not need s3:ListBucket for it."""
        if job.manifest:
            return manifest.read_manifest(role.clients().s3, job.manifest)
        if job.generator:
            return generator.list_objects(self._session.client("s3"), job.generator)
        raise JobFailedError("ManifestMissing", "The job has neither Manifest nor ManifestGenerator")

    def _run(self, job: Job, role: JobRole) -> None:
        """From Active to its end: run the tasks, and report them however the job ends."""
        invoker = Invoker(role, job.function, job.id, self._sleep)
        self._run_tasks(job, invoker)
        self._jobs.move(job, "Active", "Failing" if job.failure else "Completing")
        if job.succeeded + job.failed:
            results = {status: self._files.results(job, status) for status in RESULTS}
            report.write_report(role.clients().s3, job.request["Report"], job.id, results, self._clock())
        self._jobs.move(job, "Completing", "Complete")
        self._jobs.move(job, "Cancelling", "Cancelled")

    def _run_tasks(self, job: Job, invoker: Invoker) -> None:
        began_at = self._clock()
        job.start_over()
        with ExitStack() as stack:
            tasks = csv.reader(stack.enter_context(self._files.tasks(job).open(newline="")))
            writers = {
                status: csv.writer(stack.enter_context(self._files.results(job, status).open("w", newline="")))
                for status in RESULTS
            }
            for task, outcome in _outcomes(invoker, self._unless_stopped(job, tasks)):
                writers["succeeded" if outcome.succeeded else "failed"].writerow(report.row(task, outcome))
                job.succeeded += outcome.succeeded
                job.failed += not outcome.succeeded
                job.active_seconds = self._clock() - began_at
                if job.exceeds_failure_threshold:
                    job.fail("FailureThresholdExceeded", f"{job.failed} of {job.succeeded + job.failed} tasks failed")

    @staticmethod
    def _unless_stopped(job: Job, rows: Iterator[list[str]]) -> Iterator[Task]:
        """The tasks, until the job is cancelled or too many of them have failed."""
        for row in rows:
            if job.status != "Active" or job.failure:
                return
            yield Task(*row)


def _outcomes(invoker: Invoker, tasks: Iterator[Task]) -> Iterator[tuple[Task, Outcome]]:
    """Run several tasks at once, and hold no more than those in memory."""
    with ThreadPoolExecutor(CONCURRENT_TASKS) as pool:
        running: dict[Future[Outcome], Task] = {}
        for task in tasks:
            running[pool.submit(invoker.run, task)] = task
            if len(running) == CONCURRENT_TASKS:
                yield from _ended(running)
        while running:
            yield from _ended(running)


def _ended(running: dict[Future[Outcome], Task]) -> Iterator[tuple[Task, Outcome]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()
