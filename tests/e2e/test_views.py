"""What people open of a document that is processed."""

import time
from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook

from local.environment import PROJECT
from tests.e2e.conftest import RunningPipeline
from textract_pipeline.aws import clients
from textract_pipeline.document import Document

SECONDS = 60


def view(pipeline: RunningPipeline, document: Document, output_type: str) -> bytes:
    """A view, once it is listed; it is made after the document has ended."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for output in pipeline.target.outputs.list(document.document_id):
            if output.output_type == output_type:
                return clients.s3().get_object(Bucket=output.bucket, Key=output.key)["Body"].read()
        time.sleep(0.5)
    raise AssertionError(f"{document.key} has no {output_type} within {SECONDS} s")


@pytest.mark.parametrize(("sample", "pages"), [("fax.tiff", 3), ("report.pdf", 3), ("invoice.jpg", 1)])
def test_the_views_of_every_format_are_made_with_the_rights_of_their_function(
    pipeline: RunningPipeline, sample: str, pages: int
):
    (document,) = pipeline.process({f"views/{sample}": (PROJECT / "samples" / sample).read_bytes()}).values()
    viewer = view(pipeline, document, "viewer").decode()
    assert viewer.count("data:image/jpeg") == pages
    searchable = pypdfium2.PdfDocument(view(pipeline, document, "searchable"))
    words = pipeline.read(document, "text.txt").split()
    assert len(searchable) == pages
    assert words[0] in searchable[0].get_textpage().get_text_range()
    assert load_workbook(BytesIO(view(pipeline, document, "workbook"))).sheetnames
