"""What people open of a document that is processed: made by viewproc once the document is announced."""

import json
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image

from lambdas.viewproc.handler import handle as viewproc
from tests.integration import test_pipeline
from tests.integration.conftest import BUCKET, Cloud
from tests.integration.test_handlers import CONTEXT
from tests.integration.test_pipeline import process, put_part, start, submit
from tests.support.events import load_event
from tests.support.responses import box
from textract_pipeline import pipeline
from textract_pipeline.aws import clients
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.document import Document
from textract_pipeline.events import JobCompletion

VIEWS = {"document.html", "searchable.pdf", "tables.xlsx"}


@pytest.fixture(autouse=True)
def environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENTS_TABLE", cloud.analyze.documents_table)
    monkeypatch.setenv("OUTPUT_TABLE", cloud.analyze.output_table)
    monkeypatch.setenv("VIEWS", json.dumps(sorted(VIEWS)))


def announced(document: Document) -> Any:
    event = load_event("document_processed")
    return event | {"detail": json.loads(json.dumps(document_to_item(document)))}


def drawn(kind: str) -> bytes:
    file = BytesIO()
    Image.new("L", (850, 1100), "white").save(file, kind)
    return file.getvalue()


def made(cloud: Cloud, document: Document) -> dict[str, bytes]:
    """The views beside a document, by name."""
    names = {key.rpartition("/")[2]: key for key in sorted(cloud.keys()) if key.startswith(document.output_prefix)}
    return {
        name: clients.s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()
        for name, key in names.items()
        if name in VIEWS
    }


def test_the_views_of_an_image_are_written_beside_it_and_listed(cloud: Cloud) -> None:
    for block in cloud.textract.answer["Blocks"]:
        block.setdefault("Geometry", box(0.1, 0.1, 0.2))
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    before = cloud.outputs(document.document_id)
    viewproc(announced(document), CONTEXT)
    views = made(cloud, document)
    assert b"data:image/jpeg;base64," in views["document.html"]
    assert b"Ada" in views["document.html"]
    assert "Ada" in pypdfium2.PdfDocument(views["searchable.pdf"])[0].get_textpage().get_text_range()
    assert load_workbook(BytesIO(views["tables.xlsx"])).sheetnames
    assert cloud.outputs(document.document_id) - before == {"viewer", "searchable", "workbook"}


def test_the_views_of_a_pdf_are_made_of_its_jobs_response(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_pipeline, "PDF", drawn("PDF"))
    document = start(cloud)
    put_part(document, 1, 1)
    completion = JobCompletion(document.run, "job-1", "SUCCEEDED", "StartDocumentAnalysis")
    pipeline.collect_results(completion, cloud.collect, lambda: 300.0)
    document = cloud.document(document.document_id)
    viewproc(announced(document), CONTEXT)
    assert made(cloud, document).keys() == VIEWS
    assert len(pypdfium2.PdfDocument(made(cloud, document)["searchable.pdf"])) == 1


def test_a_document_without_tables_asked_for_has_no_workbook(cloud: Cloud) -> None:
    document = process(cloud, submit(cloud, "letters/letter.png", drawn("PNG")))
    viewproc(announced(document), CONTEXT)
    assert made(cloud, document).keys() == VIEWS - {"tables.xlsx"}


def test_a_run_that_another_has_followed_is_left_to_it(cloud: Cloud) -> None:
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    viewproc(announced(document._replace(run_number=2)), CONTEXT)
    assert made(cloud, document) == {}


def test_of_what_cannot_be_drawn_the_rest_is_made_and_the_log_says_why(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")[:8] + bytes(100)))
    viewproc(announced(document), CONTEXT)
    assert made(cloud, document).keys() == {"tables.xlsx"}
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [message.partition(":")[0] for message in warnings] == ["s3", "s3"]
    assert "form.png has no document.html: cannot identify image file" in warnings[0]


def test_of_a_document_that_has_been_replaced_nothing_is_made_and_the_log_says_why(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    cloud.upload("form.png", b"another")
    viewproc(announced(document), CONTEXT)
    assert made(cloud, document) == {}
    [message] = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert message.startswith("The object was replaced")
