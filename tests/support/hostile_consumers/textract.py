"""The local Textract's own service, given documents by its synchronous and asynchronous operations."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.hostile_consumers.store import store

_PROJECT = Path(__file__).parents[3]
_POLL_SECONDS = 0.05
_MOST_BYTES = 10 * 1024**2  # of a document in a request
_FEATURES = ["FORMS", "TABLES", "LAYOUT", "SIGNATURES"]
_TESTING = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


class TextractService:
    """The service's process, and a client of it. Safe to use from many threads."""

    def __init__(self, url: str, process: int, documents: dict[str, bytes]) -> None:
        self.process = process
        self._documents = documents
        config = Config(retries={"total_max_attempts": 1}, read_timeout=900, max_pool_connections=20)
        session = boto3.Session("testing", "testing", region_name="us-east-1")
        self._client: Any = session.client("textract", endpoint_url=url, config=config)

    def analyzed(self, data: bytes) -> str:
        """How a synchronous call ends."""
        try:
            reply = self._client.analyze_document(
                Document={"Bytes": data[:_MOST_BYTES] or b" "}, FeatureTypes=_FEATURES
            )
        except ClientError as error:
            return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
        return f"{len(reply['Blocks'])} blocks"

    def job(self, name: str, data: bytes) -> str:
        """How a job ends."""
        self._documents[f"documents/{name}"] = data
        location = {"S3Object": {"Bucket": "documents", "Name": name}}
        job = self._client.start_document_analysis(DocumentLocation=location, FeatureTypes=_FEATURES)["JobId"]
        while (reply := self._client.get_document_analysis(JobId=job, MaxResults=1))["JobStatus"] == "IN_PROGRESS":
            time.sleep(_POLL_SECONDS)
        del self._documents[f"documents/{name}"]
        pages = reply.get("DocumentMetadata", {}).get("Pages", 0)
        return f"{reply['JobStatus']}: {reply.get('StatusMessage') or f'{pages} pages'}"


@contextmanager
def textract_service(engine: str) -> Iterator[TextractService]:
    """The service, which reads with this engine, for as long as the `with` lasts."""
    documents: dict[str, bytes] = {}
    with store(documents) as s3:
        command = [sys.executable, "-m", "local.textract", f"--engine={engine}", "--no-cache", f"--s3-endpoint={s3}"]
        command += ["--sync-tps=1000", "--start-tps=1000"]
        with subprocess.Popen(
            command,
            cwd=_PROJECT,
            env=os.environ | _TESTING | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                assert process.stdout
                yield TextractService(process.stdout.readline().strip(), process.pid, documents)
            finally:
                process.terminate()
