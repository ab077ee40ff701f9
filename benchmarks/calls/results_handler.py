"""A process that runs the whole results handler on a response in a folder, and prints its resource use as JSON.

S3 is served from files within the process, and DynamoDB is moto: the figures include no network and no TLS.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
from aws_lambda_powertools import Logger
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto import mock_aws
from urllib3 import HTTPResponse

from benchmarks.outputs.measuring import peak_mb
from lambdas.jobresultsproc.handler import handle
from stacks.config import PipelineConfig
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.textract import RESPONSE_DIRECTORY
from textract_pipeline.clock import utc_now
from textract_pipeline.document import Document, DocumentFormat, Lane
from textract_pipeline.events import JobCompletion
from textract_pipeline.names import DocumentStatus, Feature

BUCKET, JOB = "documents", "job"
DOCUMENT = Document(
    "0" * 32,
    BUCKET,
    "long.pdf",
    "etag",
    1000,
    Lane.LIVE,
    (Feature.TEXT, Feature.FORMS, Feature.TABLES),
    utc_now(),
    utc_now(),
    DocumentFormat.PDF,
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, the handler's variable for its name, and its keys."""

    name: str
    variable: str
    keys: tuple[str, ...]

    def create(self) -> None:
        """Create it in moto."""
        kinds: tuple[Literal["HASH", "RANGE"], ...] = ("HASH", "RANGE")
        boto3.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(self.keys, kinds, strict=False)],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in self.keys],
            BillingMode="PAY_PER_REQUEST",
        )


TABLES = (
    Table("DocumentsTable", "DOCUMENTS_TABLE", ("documentId",)),
    Table("OutputTable", "OUTPUT_TABLE", ("documentId", "outputType")),
    Table("ControlTable", "CONTROL_TABLE", ("name",)),
)


class Bucket:
    """The bucket: the parts of a response are files; uploads are dropped."""

    def __init__(self, parts: Path) -> None:
        self._parts = parts
        self._prefix = f"{DOCUMENT.output_prefix}{RESPONSE_DIRECTORY}/{JOB}/"
        self.outputs: dict[str, int] = {}

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """S3's answer, as botocore receives it."""
        key = unquote(urlsplit(request.url).path).removeprefix(f"/{BUCKET}").lstrip("/")
        headers, body = {}, b""
        if request.method == "PUT":
            self.outputs[key.rpartition("/")[2]] = int(request.headers["X-Amz-Decoded-Content-Length"])
        elif not key:
            body = self._listed()
        elif key == DOCUMENT.key:
            headers, body = {"ETag": DOCUMENT.etag, "Content-Range": "bytes 0-0/1000"}, b"%"
        else:
            body = (self._parts / key.removeprefix(self._prefix)).read_bytes()
        raw = HTTPResponse(BytesIO(body), headers=headers, status=200, preload_content=False)
        return AWSResponse(request.url, 200, raw.headers, raw)  # type: ignore[arg-type]  # headers of the same kind

    def _listed(self) -> bytes:
        found = (
            f"<Contents><Key>{escape(self._prefix + path.name)}</Key><Size>{path.stat().st_size}</Size></Contents>"
            for path in self._parts.iterdir()
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>".encode()


@contextmanager
def deployed(bucket: Bucket) -> Iterator[None]:
    """What the handler needs: its settings, its tables, and a document whose job is done."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        **{table.variable: table.name for table in TABLES},
        "MAX_RECEIVE_COUNT": "10",
        "MAX_DOCUMENTS_PER_MINUTE": "0",
        "OUTPUTS": json.dumps(PipelineConfig().written_at_once),
        "PRICES": "{}",
    }
    Logger().setLevel("ERROR")
    with mock_aws():
        session = boto3.Session()
        session.events.register("before-send.s3", bucket.answer)  # type: ignore[arg-type]  # which may answer
        boto3.DEFAULT_SESSION = session
        for table in TABLES:
            table.create()
        store = DocumentsTable("DocumentsTable")
        store.register(DOCUMENT)
        store.mark_queued(DOCUMENT.run)
        store.mark_started(DOCUMENT.run, JOB)
        yield


def main() -> None:
    """Measure; FOLDER contains the response's parts."""
    bucket = Bucket(Path(sys.argv[1]))
    completion = JobCompletion(DOCUMENT.run, JOB, "SUCCEEDED", "StartDocumentAnalysis")
    event: Any = {
        "Records": [{"messageId": "1", "body": completion.to_json(), "attributes": {"ApproximateReceiveCount": "1"}}]
    }
    context: Any = SimpleNamespace(
        function_name="jobresultsproc",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:jobresultsproc",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: 900_000,
    )
    with deployed(bucket):
        begun = time.process_time()
        reply = handle(event, context)
        cpu_s = time.process_time() - begun
        document = DocumentsTable("DocumentsTable").get(DOCUMENT.document_id)
    if reply["batchItemFailures"] or not document or document.status is not DocumentStatus.SUCCEEDED:
        raise SystemExit(f"The handler failed: {reply}, {document}")
    print(
        json.dumps(
            {"cpu_s": round(cpu_s, 2), "peak_mb": peak_mb(), "output_mb": round(sum(bucket.outputs.values()) / 1e6, 1)}
        )
    )


if __name__ == "__main__":
    main()
