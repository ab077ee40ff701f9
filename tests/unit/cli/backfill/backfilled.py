"""A backfill whose job has ended, as reconciliation finds it."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from cli.backfill.manifest import CSV_FORMAT, ManifestLocation
from cli.backfill.record import BackfillRecord
from cli.backfill.records import save_record
from tests.unit.cli.backfill.conftest import TARGET
from tests.unit.cli.conftest import BUCKET, REPORTS
from textract_pipeline.aws import clients
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus


def put_csv(key: str, rows: Sequence[Sequence[str]]) -> str:
    """The ETag of a CSV in the bucket of reports."""
    file = StringIO()
    csv.writer(file).writerows(rows)
    return clients.s3().put_object(Bucket=REPORTS, Key=key, Body=file.getvalue().encode())["ETag"].strip('"')


def put_manifest(record: BackfillRecord, file: str) -> None:
    """The manifest of the job's completion report, which is in one file."""
    (job_id,) = record.job_ids
    body = json.dumps({"Results": [{"Bucket": REPORTS, "Key": file}]}).encode()
    clients.s3().put_object(Bucket=REPORTS, Key=f"{record.prefix}job-{job_id}/manifest.json", Body=body)


@dataclass
class Backfilled:
    """A backfill whose job has ended."""

    pipeline: Any
    record: BackfillRecord

    def list(self, *keys: str) -> None:
        """Write its manifest."""
        key = f"{self.record.prefix}manifest.csv"
        etag = put_csv(key, [(BUCKET, key.replace("+", "%2B").replace(" ", "+")) for key in keys])
        manifest = ManifestLocation(CSV_FORMAT, REPORTS, key, etag, fields=("Bucket", "Key"))
        self.record = replace(self.record, manifest=manifest)
        save_record(TARGET, self.record)

    def report(self, **messages: str) -> None:
        """Write the job's completion report: the result for each object, by key."""
        put_csv("report.csv", [(BUCKET, key, "", "succeeded", "200", "", text) for key, text in messages.items()])
        put_manifest(self.record, "report.csv")

    def process(self, key: str, status: DocumentStatus = DocumentStatus.SUCCEEDED, **changes: Any) -> Document:
        """A document of the backfill in this state, with its outputs."""
        known = {"backfill": self.record.id, "outputs": ("text.txt",)}
        document: Document = self.pipeline.register(key, status, **known | changes)
        if status is DocumentStatus.SUCCEEDED:
            clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}text.txt", Body=b"text")
        return document

    def reconcile(self, *arguments: object) -> Any:
        return self.pipeline.run("backfill", "reconcile", *arguments)

    def verdicts(self, tmp_path: Path) -> dict[str, str]:
        """The verdict on each key in the CSV file."""
        self.reconcile("--out", tmp_path / "out.csv")
        with (tmp_path / "out.csv").open(newline="") as file:
            return {line["key"]: line["verdict"] for line in csv.DictReader(file)}
