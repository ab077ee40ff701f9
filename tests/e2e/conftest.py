"""The whole system on a local cloud: the synthesized stack on MiniStack, which enforces IAM, and a real OCR engine."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from cli.one_by_one import Failures
from cli.target import Target, local_target
from cli.uploads.files import Upload
from cli.uploads.sending import upload_all
from cli.waiting import wait_until_ended
from local.cloud import LocalCloud
from local.environment import STATE_DIRECTORY
from textract_pipeline.aws import clients
from textract_pipeline.document import Document
from textract_pipeline.names import OutputName

PROCESSING_SECONDS = 120


class RunningPipeline:
    """A pipeline that documents can be given to."""

    def __init__(self, target: Target, directory: Path) -> None:
        self.target = target
        self._directory = directory

    def process(self, files: dict[str, bytes]) -> dict[str, Document]:
        """Submit files under these keys, as `textract-pipeline submit --wait` does; the documents they became."""
        uploads = [Upload(self._write(number, body), key) for number, (key, body) in enumerate(files.items())]
        failures = Failures()
        submissions = upload_all(uploads, self.target.bucket, failures)
        failures.exit()
        identifiers = [submission.document_id for submission in submissions]
        states = wait_until_ended(identifiers, self.target.documents, PROCESSING_SECONDS)
        return {state.key: state for state in states if state}

    def read(self, document: Document, output: str) -> str:
        """An output of a document."""
        key = f"{document.output_prefix}{output}"
        return clients.s3().get_object(Bucket=document.bucket, Key=key)["Body"].read().decode()

    def _write(self, number: int, body: bytes) -> Path:
        path = self._directory / str(number)
        path.write_bytes(body)
        return path


@contextmanager
def unchanged_environment() -> Iterator[None]:
    """Undo what using a local cloud does to this process's AWS variables."""
    variables = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(variables)


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPipeline]:
    """One local cloud for all tests, apart from the one that `textract-pipeline local up` starts."""
    local_cloud = LocalCloud(STATE_DIRECTORY / "tests")
    with unchanged_environment():
        cloud = local_cloud.up([], print, [f"outputs={json.dumps([*OutputName])}"])  # every one that can be had
        yield RunningPipeline(local_target(cloud), tmp_path_factory.mktemp("uploads"))
        local_cloud.down(print)


def png_of(text: str) -> bytes:
    """A PNG image of one line of text."""
    image = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(image).text((60, 70), text, fill="black", font=ImageFont.load_default(48))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def pdf_of(*texts: str) -> bytes:
    """A PDF without a text layer: one page for each text."""
    pages = [Image.open(BytesIO(png_of(text))) for text in texts]
    file = BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:])
    return file.getvalue()
