"""The whole pipeline on a local cloud of its own, from upload to outputs."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks.local.documents import jpeg, page_text
from cli.submit import Upload, upload_all
from cli.target import Target, local_target
from cli.waiting import wait_until_ended
from local.cloud import LocalCloud
from textract_pipeline.document import DocumentStatus

MOST_SECONDS = 3600


class Pipeline:
    """A pipeline that documents can be given to."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target = target
        self._folder = folder

    def seconds(self, documents: Mapping[str, bytes]) -> float:
        """From the first upload to the last outputs of these, by their names."""
        uploads = [Upload(self._written(name, body), name) for name, body in documents.items()]
        began = time.perf_counter()
        submitted = upload_all(uploads, self._target.bucket)
        states = wait_until_ended([one.document_id for one in submitted], self._target.documents, MOST_SECONDS)
        seconds = time.perf_counter() - began
        failed = [state for state in states if state is None or state.status is not DocumentStatus.SUCCEEDED]
        if failed:
            raise click.ClickException(f"{len(failed)} documents did not succeed, the first as {failed[0]}.")
        return seconds

    def _written(self, name: str, body: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(body)
        return path


@contextmanager
def local_pipeline(folder: Path, report: Callable[[str], None]) -> Iterator[Pipeline]:
    """A local cloud that was not up, and will not be; its functions and its engine have run once."""
    local_cloud = LocalCloud()
    if local_cloud.current():
        raise click.ClickException("The local cloud is up: take it down first, this needs one of its own.")
    pipeline = Pipeline(local_target(local_cloud.up([], report)), folder)
    try:
        pipeline.seconds({"warm-up.jpg": jpeg(page_text(20, seed=0))})
        yield pipeline
    finally:
        local_cloud.down(report)
