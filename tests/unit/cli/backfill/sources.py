"""Objects to plan a backfill of, and what the plan says of them."""

from pathlib import Path

from cli.backfill.planning.inspection import Outcome
from cli.backfill.planning.plan_file import Plan
from tests.bad_input.pdf import written
from tests.unit.cli.conftest import BUCKET
from textract_pipeline.aws import clients

PNG = (Path(__file__).parents[4] / "samples" / "application-form.png").read_bytes()


def pdf(pages: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree} | {3 + number: page for number in range(pages)})


def put(key: str, body: bytes) -> None:
    clients.s3().put_object(Bucket=BUCKET, Key=key, Body=body)


def outcomes(plan: Plan) -> dict[str, Outcome]:
    return {example.uri.rpartition("/")[2]: example.outcome for example in plan.examples}
