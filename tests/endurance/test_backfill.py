"""Three hundred existing documents, as they are found in archives: planned, brought in, interrupted, proved complete.

A third is listed by an S3 Inventory, a third by a CSV, a third by a prefix. Among them are documents listed twice,
files that Textract does not read, documents that are gone or broken, and keys that are hard to write.
"""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner, Result
from reportlab.pdfgen.canvas import Canvas

import cli.target
from cli.main import main
from local.cloud import LocalCloud
from tests.e2e.conftest import png_of
from tests.endurance.conftest import InstantCloud
from textract_pipeline.aws import clients

AWKWARD = (
    "a b.pdf", "a+b.pdf", "100 %.pdf", "%41.pdf", "Übergrößen.pdf", "文書.pdf", 'quo"te.pdf', "it's, really.pdf",
    "back\\slash.pdf", "semi;colon=1&2.pdf", "emoji 📄.pdf", "no suffix", "UPPER.PDF", "a..b.pdf", "~tilde(1).pdf",
    "#hash?.pdf", "[brackets].pdf", "trailing .pdf", "$dollar@at!.pdf", "deep/er/than/most/folders/are.pdf",
)  # fmt: skip
PAGE_PRICE = 0.065  # text, forms and tables


@dataclass(frozen=True, slots=True)
class Third:
    """The keys of one manifest: those that will be read, and the others."""

    name: str
    good: int
    awkward: tuple[str, ...]
    unsupported: int
    missing: int
    broken: int
    repeated: int = 0

    @property
    def documents(self) -> list[str]:
        """The keys of what can be read."""
        plain = self.good - len(self.awkward)
        images = [f"{self.name}/{number}.png" for number in range(plain // 5)]
        scans = [f"{self.name}/{number}.pdf" for number in range(plain - len(images))]
        return [*images, *scans, *(f"{self.name}/{key}" for key in self.awkward)]

    @property
    def others(self) -> dict[str, bytes]:
        """The keys and contents of what is there and cannot be read."""
        texts = {f"{self.name}/notes {number}.txt": b"Not a document" for number in range(self.unsupported)}
        return texts | {f"{self.name}/broken {number}.pdf": b"%PDF-1.7\nno objects" for number in range(self.broken)}

    @property
    def rows(self) -> list[str]:
        """All keys that are listed."""
        gone = [f"{self.name}/gone {number}.pdf" for number in range(self.missing)]
        return [*self.documents, *self.others, *gone, *self.documents[: self.repeated]]


INVENTORY = Third("inventory", good=92, awkward=AWKWARD[:7], unsupported=4, missing=2, broken=2)
LISTED = Third("csv", good=82, awkward=AWKWARD[7:14], unsupported=3, missing=3, broken=2, repeated=10)
PREFIX = Third("prefix", good=96, awkward=AWKWARD[14:], unsupported=3, missing=0, broken=1)
THIRDS = (INVENTORY, LISTED, PREFIX)


@dataclass(frozen=True, slots=True)
class Archive:
    """The bucket of existing documents, and the command line in front of the pipeline."""

    cloud: InstantCloud
    bucket: str
    manifests: str
    directory: Path

    def run(self, *arguments: object, exit_code: int | None = 0) -> Result:
        """What a person sees who types this after `textract-pipeline backfill`."""
        result = CliRunner().invoke(main, ["backfill", *map(str, arguments)], catch_exceptions=False)
        assert exit_code is None or result.exit_code == exit_code, result.output
        return result

    def json(self, *arguments: object, exit_code: int | None = 0) -> Any:
        """The same, for scripts."""
        return json.loads(self.run(*arguments, "--json", exit_code=exit_code).stdout)

    def billed_pages(self) -> int:
        """The pages that the local Textract has answered for so far."""
        entries = [json.loads(entry) for entry in self.cloud.textract_log().splitlines() if entry.startswith("{")]
        images = sum(1 for entry in entries if entry.get("status") == 200 and _is_analysis(entry))
        return images + sum(int(entry.get("pages") or 0) for entry in entries if entry["event"] == "job ended")


def _is_analysis(entry: dict[str, Any]) -> bool:
    return str(entry.get("target")).rpartition(".")[2] in {"AnalyzeDocument", "DetectDocumentText"}


@pytest.fixture(scope="module")
def archive(instant_cloud: InstantCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    outputs = instant_cloud.cloud.outputs
    bucket, manifests = outputs["ExistingDocumentsBucketName"], outputs["InventoryAndLogsBucketName"]
    put = partial(clients.s3().put_object, Bucket=bucket)
    for third in THIRDS:
        for number, key in enumerate(third.documents):
            put(Key=key, Body=_document(key, number))
        for key, body in third.others.items():
            put(Key=key, Body=body)
    _put_inventory(manifests, ((bucket, quote_plus(key)) for key in INVENTORY.rows))
    rows = _csv((bucket, quote(key)) for key in LISTED.rows)
    clients.s3().put_object(Bucket=manifests, Key="archive.csv", Body=rows.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cli.target, "LocalCloud", partial(LocalCloud, instant_cloud.directory))
        yield Archive(instant_cloud, bucket, manifests, tmp_path_factory.mktemp("plans"))


def _document(key: str, number: int) -> bytes:
    if key.endswith(".png"):
        return png_of(key)
    file = BytesIO()
    canvas = Canvas(file, pagesize=(200, 100))
    for page in range(1 + number % 3):
        canvas.drawString(20, 50, f"Document {number}, page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _csv(rows: Iterable[tuple[str, str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _put_inventory(bucket: str, rows: Iterable[tuple[str, str]]) -> None:
    clients.s3().put_object(Bucket=bucket, Key="inventory/data/1.csv.gz", Body=gzip.compress(_csv(rows).encode()))
    manifest = {
        "sourceBucket": "existing",
        "destinationBucket": f"arn:aws:s3:::{bucket}",
        "version": "2016-11-30",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key",
        "files": [{"key": "inventory/data/1.csv.gz"}],
    }
    clients.s3().put_object(Bucket=bucket, Key="inventory/manifest.json", Body=json.dumps(manifest).encode())


def test_every_object_of_three_archives_is_accounted_for_at_the_planned_price(archive: Archive):
    assert sum(len(third.rows) for third in THIRDS) == 300
    sources = {
        INVENTORY: f"s3://{archive.manifests}/inventory/manifest.json",
        LISTED: f"s3://{archive.manifests}/archive.csv",
        PREFIX: f"s3://{archive.bucket}/prefix/",
    }
    planned = 0.0
    billed_before = archive.billed_pages()
    for third, source in sources.items():
        plan_file = archive.directory / f"{third.name}.json"
        plan = archive.json("plan", source, "--exact", "--out", plan_file)
        assert plan["objects"] == len(third.rows)
        planned += plan["price"]["value"]
        started = archive.json("start", plan_file, "--yes")
        if third is PREFIX:
            interrupt(archive)
        ended = archive.json("status", started["backfill"], "--watch", exit_code=None)
        assert ended["isOver"]
        prove(archive, third, started["backfill"])
        start_again(archive, source)
    assert (archive.billed_pages() - billed_before) * PAGE_PRICE == pytest.approx(planned, rel=0.01)
    assert archive.cloud.dead_letters() == {}


def interrupt(archive: Archive) -> None:
    archive.run("pause")
    assert archive.json("status", exit_code=None)["isPaused"]
    archive.run("resume")


def prove(archive: Archive, third: Third, backfill: str) -> None:
    proof_file = archive.directory / f"{third.name}.csv"
    proof = archive.json("reconcile", backfill, "--out", proof_file)
    verdicts = Counter(row["verdict"] for row in csv.DictReader(proof_file.open(newline="")))
    assert verdicts == {
        name: count
        for name, count in {
            "done": third.good,
            "unsupported": third.unsupported,
            "missing": third.missing,
            "failed": third.broken,
            "duplicate row": third.repeated,
        }.items()
        if count
    }
    assert proof["rows"] == len(third.rows)


def start_again(archive: Archive, source: str) -> None:
    before = archive.billed_pages()
    out = archive.directory / "again.json"
    assert "Nothing to do" in archive.run("start", source, "--exact", "--yes", "--out", out).stdout
    assert archive.billed_pages() == before
