"""The whole pipeline on its own local cloud, from upload to outputs."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks.local.cost import Cost, cpu_seconds_of_sessions
from benchmarks.local.documents import jpeg, page_text, tiff
from benchmarks.processes import sessions_of
from cli.one_by_one import Failures
from cli.target import Target, local_target
from cli.uploads.files import Upload
from cli.uploads.sending import upload_all
from local.cloud import LocalCloud
from textract_pipeline.names import DocumentStatus

POLL_SECONDS = 0.5
WARM_UP = 60  # documents at once, as many as in a round, so that enough function processes start


class Pipeline:
    """A pipeline that accepts documents."""

    def __init__(self, cloud: LocalCloud, target: Target, folder: Path) -> None:
        self._cloud = cloud
        self._target = target
        self._folder = folder

    def cost(self, documents: Mapping[str, bytes]) -> Cost:
        """The cost of these documents, by name, from the first upload to the last outputs."""
        uploads = [Upload(self._written(name, body), name) for name, body in documents.items()]
        began, busy = time.perf_counter(), self._cpu_seconds()
        failures = Failures()
        submissions = upload_all(uploads, self._target.bucket, failures)
        failures.exit()
        for submitted in submissions:
            self._wait_for(submitted.document_id)
        return Cost(time.perf_counter() - began, self._cpu_seconds() - busy)

    def _cpu_seconds(self) -> float:
        """CPU seconds of this process and of the cloud's servers with everything that they have started."""
        return time.process_time() + cpu_seconds_of_sessions(sessions_of(self._cloud.directory))

    def _wait_for(self, document_id: str) -> None:
        """Wait for one document at a time, so that polling uses almost no resources."""
        while (document := self._target.documents.get(document_id)) is None or not document.status.is_terminal:
            time.sleep(POLL_SECONDS)
        if document.status is not DocumentStatus.SUCCEEDED:
            raise click.ClickException(f"{document.key} is {document.status}: {document.failure}")

    def _written(self, name: str, body: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(body)
        return path


@contextmanager
def local_pipeline(folder: Path, report: Callable[[str], None]) -> Iterator[Pipeline]:
    """Start a local cloud, and stop it afterwards; its functions and its engine have run once."""
    local_cloud = LocalCloud()
    if local_cloud.current():
        raise click.ClickException("The local cloud is up: take it down first, because this needs its own.")
    pipeline = Pipeline(local_cloud, local_target(local_cloud.up([], report)), folder)
    try:
        texts = [page_text(20, seed) for seed in range(WARM_UP)]
        pipeline.cost({f"warm-up-{number}.jpg": jpeg(text) for number, text in enumerate(texts)})
        pipeline.cost({"warm-up.tiff": tiff(texts[:1])})
        yield pipeline
    finally:
        local_cloud.down(report)
