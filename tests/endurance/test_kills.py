"""`kill -9` of every function and of the local Textract, in the middle of their work, loses no document.

A message whose reader was killed comes back when its queue's visibility time-out is over, six of the function's
time-outs; the test lowers it to a minute, and has the schedule tick every minute, so that it is over in a few.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from reportlab.pdfgen.canvas import Canvas

from cli.one_by_one import Failures
from cli.uploads.files import Upload
from cli.uploads.sending import upload_all
from cli.waiting import wait_until_ended
from tests.e2e.conftest import png_of
from tests.endurance import processes
from tests.endurance.conftest import InstantCloud
from textract_pipeline.aws import clients
from textract_pipeline.document import Document, document_id
from textract_pipeline.names import DocumentStatus

IMAGES, PDFS, EXISTING = 90, 90, 20
FUNCTIONS = ("S3Proc", "S3BatchProc", "StatusProc", "DocProc", "SyncProc", "AsyncProc", "JobResultsProc")
MOST_KILLS_OF_EACH = 2  # MiniStack, like AWS, gives up an event after three attempts
SECONDS_BETWEEN = 5  # two kills of the same
SECONDS = 600


def pdf_of(text: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pagesize=(400, 300))
    for page in (1, 2, 3):
        canvas.drawString(40, 200, f"{text}, page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class Killer(threading.Thread):
    """Kills each function's worker, and the local Textract, as often as is wanted; each time one that is at work."""

    def __init__(self, directory: Path, functions: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.kills: Counter[str] = Counter()
        self.is_over = threading.Event()
        self._directory = directory
        self._functions = functions  # what each one's name in the cloud stands for
        self._seen_ready: set[Path] = set()  # processes that are past their start
        self._killed_at: dict[str, float] = {}

    def run(self) -> None:
        while not self.is_over.wait(0.01):
            for process, function in processes.function_workers(self._directory):
                with suppress(OSError):  # it ended meanwhile
                    self._consider(process, self._functions.get(function, ""))
            textract = processes.textract(self._directory)
            if textract and self._is_due("Textract"):
                self._kill("Textract", textract, self._has_open_jobs)

    def _consider(self, process: Path, name: str) -> None:
        if processes.waits_for_work(process):
            if processes.has_worked(process):
                self._seen_ready.add(process)
        elif process in self._seen_ready and name and self._is_due(name):
            self._kill(name, process, lambda: not processes.waits_for_work(process))

    def _is_due(self, name: str) -> bool:
        rested = time.monotonic() - self._killed_at.get(name, 0) > SECONDS_BETWEEN
        return rested and self.kills[name] < MOST_KILLS_OF_EACH

    def _kill(self, name: str, process: Path, is_at_work: Callable[[], bool]) -> None:
        if processes.kill_if(process, is_at_work):
            self.kills[name] += 1
            self._killed_at[name] = time.monotonic()

    def _has_open_jobs(self) -> bool:
        return any(
            json.loads(file.read_text())["outcome"] is None for file in (self._directory / "jobs").glob("*.json")
        )


@pytest.fixture
def impatient_cloud(instant_cloud: InstantCloud) -> InstantCloud:
    outputs = instant_cloud.cloud.outputs
    for queue in ("SyncQueueUrl", "SyncBackfillQueueUrl", "JobResultsQueueUrl"):
        boto3.client("sqs").set_queue_attributes(QueueUrl=outputs[queue], Attributes={"VisibilityTimeout": "60"})
    (rule,) = [rule for rule in boto3.client("events").list_rules()["Rules"] if "ScheduleExpression" in rule]
    boto3.client("events").put_rule(Name=rule["Name"], ScheduleExpression="rate(1 minute)", State="ENABLED")
    return instant_cloud


@pytest.fixture
def killer(impatient_cloud: InstantCloud) -> Iterator[Killer]:
    names = {impatient_cloud.cloud.outputs[f"{name}FunctionName"]: name for name in FUNCTIONS}
    killer = Killer(impatient_cloud.directory, names)
    killer.start()
    yield killer
    killer.is_over.set()
    killer.join()


def upload(cloud: InstantCloud, folder: Path) -> dict[str, str]:
    """Half images, half PDFs, into DocumentsBucket; what each says, by its document's id."""
    texts = {f"image {number}.png": f"Image {number}" for number in range(IMAGES)}
    texts |= {f"document {number}.pdf": f"Document {number}" for number in range(PDFS)}
    for key, text in texts.items():
        (folder / key).write_bytes(png_of(text) if key.endswith(".png") else pdf_of(text))
    uploads = [Upload(folder / key, key) for key in sorted(texts, key=lambda key: key.split()[1])]
    failures = Failures()
    submissions = upload_all(uploads, cloud.cloud.outputs["DocumentsBucketName"], failures)
    failures.exit()
    return {one.document_id: texts[one.key] for one in submissions}


def backfill(cloud: InstantCloud) -> dict[str, str]:
    """Documents that were there before, as S3 Batch Operations announces them; what each says, by its id."""
    outputs, texts = cloud.cloud.outputs, {}
    for number in range(EXISTING):
        key, text = f"old/{number}", f"Existing {number}"
        body = png_of(text) if number % 2 else pdf_of(text)
        etag = clients.s3().put_object(Bucket=outputs["ExistingDocumentsBucketName"], Key=key, Body=body)["ETag"]
        texts[document_id(outputs["ExistingDocumentsBucketName"], key, etag)] = text
        task = {"taskId": key, "s3Key": key, "s3VersionId": None, "s3Bucket": outputs["ExistingDocumentsBucketName"]}
        event = {"invocationSchemaVersion": "2.0", "invocationId": key, "job": {"id": "1"}, "tasks": [task]}
        while not _is_done(outputs["S3BatchProcFunctionName"], event):
            time.sleep(1)
    return texts


def _is_done(function: str, event: Mapping[str, object]) -> bool:
    """Invoke the function; S3 Batch Operations does so again if the function dies or asks for it."""
    reply = boto3.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    result = json.loads(reply["Payload"].read())
    return not reply.get("FunctionError") and result["results"][0]["resultCode"] == "Succeeded"


def missing_outputs(cloud: InstantCloud, document: Document) -> set[str]:
    """The outputs that are not listed, or listed and not there."""
    listed = {output.output_type: output for output in cloud.pipeline.target.outputs.list(document.document_id)}
    missing = {"text", "forms", "tables", "response"} - listed.keys()
    for name, output in listed.items():
        found = clients.s3().list_objects_v2(Bucket=output.bucket, Prefix=output.key)
        if not found["KeyCount"]:
            missing.add(name)
    return missing


@pytest.mark.skipif(not Path("/proc/self/syscall").exists(), reason="looks into processes as Linux shows them")
def test_killing_every_function_and_the_local_textract_loses_no_document(
    impatient_cloud: InstantCloud, killer: Killer, tmp_path: Path
):
    logged_before = len(impatient_cloud.textract_log())
    texts = upload(impatient_cloud, tmp_path) | backfill(impatient_cloud)
    states = wait_until_ended(list(texts), impatient_cloud.pipeline.target.documents, SECONDS)
    documents = [state for state in states if state]

    assert killer.kills.keys() == {*FUNCTIONS, "Textract"}
    assert Counter(document.status for document in documents) == {DocumentStatus.SUCCEEDED: len(texts)}
    assert len(texts) == IMAGES + PDFS + EXISTING
    assert impatient_cloud.dead_letters() == {}
    for document in documents:
        assert missing_outputs(impatient_cloud, document) == set(), document.key
        text = impatient_cloud.pipeline.read(document, "text.txt")
        if document.format == "PDF":
            said = texts[document.document_id]
            assert text.split("\f") == [f"{said}, page {page}\n" for page in (1, 2, 3)]
        else:
            assert text.split()[:2] == ["Width:", "900"]
    log = impatient_cloud.textract_log()[logged_before:]
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    started = {event["jobId"] for event in events if event["event"] == "job started"}
    assert len(started) == sum(document.format == "PDF" for document in documents)
    assert [event["event"] for event in events].count("process killed") == killer.kills["Textract"]
