"""What becomes of documents, good and bad."""

from io import BytesIO

import boto3
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from textract_pipeline.document import is_output_key
from textract_pipeline.names import DocumentStatus

from .conftest import RunningPipeline, pdf_of, png_of


def encrypted_pdf() -> bytes:
    file = BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret"))
    canvas.drawString(100, 700, "For those who know the password")
    canvas.save()
    return file.getvalue()


def test_a_document_that_cannot_be_processed_says_why_and_leaves_the_others_alone(pipeline: RunningPipeline):
    image = png_of("Invoice 4711")
    documents = pipeline.process(
        {
            "good.png": image,
            "good.pdf": pdf_of("First page", "Second page"),
            "notes.txt": b"Just text.\n",
            "text in disguise.png": b"Not an image at all.\n",
            "empty.pdf": b"",
            "truncated.png": image[: len(image) // 2],
            "encrypted.pdf": encrypted_pdf(),
        }
    )
    ended = {key: (document.status, document.failure and document.failure.code) for key, document in documents.items()}
    assert ended == {
        "good.png": (DocumentStatus.SUCCEEDED, None),
        "good.pdf": (DocumentStatus.SUCCEEDED, None),
        "notes.txt": (DocumentStatus.UNSUPPORTED, "UNSUPPORTED_FORMAT"),
        "text in disguise.png": (DocumentStatus.UNSUPPORTED, "UNSUPPORTED_FORMAT"),
        "empty.pdf": (DocumentStatus.UNSUPPORTED, "EMPTY_OBJECT"),
        "truncated.png": (DocumentStatus.FAILED, "BAD_DOCUMENT"),
        "encrypted.pdf": (DocumentStatus.FAILED, "JOB_FAILED"),
    }
    assert "Invoice 4711" in pipeline.read(documents["good.png"], "text.txt")
    assert pipeline.read(documents["good.pdf"], "text.txt").split("\f") == ["First page\n", "Second page\n"]


def test_documents_are_processed_whatever_their_keys(pipeline: RunningPipeline):
    names = {
        "with space.png": "Space",
        "plus+sign.png": "Plus",
        "per%20cent.png": "Percent",
        "Überschrift/日本語.png": "Unicode",
        "deep/er/UPPER.PNG": "Upper case",
        "no-extension": "Extension",
        "brackets [1] & 'quotes' (2).png": "Brackets",
    }
    documents = pipeline.process({key: png_of(text) for key, text in names.items()})
    assert {key: pipeline.read(document, "text.txt") for key, document in documents.items()} == {
        key: f"{text}\n" for key, text in names.items()
    }


def test_the_format_is_told_by_the_content_and_not_by_the_name(pipeline: RunningPipeline):
    documents = pipeline.process({"really a pdf.png": pdf_of("One", "Two"), "REALLY A PNG.PDF": png_of("Three")})
    assert {document.status for document in documents.values()} == {DocumentStatus.SUCCEEDED}
    assert documents["really a pdf.png"].pages == 2


def test_outputs_do_not_enter_the_pipeline_and_a_document_submitted_twice_does_once(pipeline: RunningPipeline):
    files = {"form-analysis/once.png": png_of("Once is enough")}
    first = pipeline.process(files)
    second = pipeline.process(files)
    assert first == second
    registered = [document.key for document in pipeline.target.documents.list()]
    assert registered.count("form-analysis/once.png") == 1
    assert [key for key in registered if is_output_key(key)] == []
    assert is_output_key(f"{first['form-analysis/once.png'].output_prefix}text.txt")


def test_every_output_of_a_document_is_listed_in_the_output_table(pipeline: RunningPipeline):
    (document,) = pipeline.process({"listed.pdf": pdf_of("Listed")}).values()
    outputs = {output.output_type for output in pipeline.target.outputs.list(document.document_id)}
    written_at_once = {"text", "markdown", "document", "forms", "tables", "summary", "pages", "response"}
    assert outputs - {"viewer", "searchable", "workbook"} == written_at_once


def test_the_cloud_enforces_iam(pipeline: RunningPipeline):
    iam = boto3.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"])
    with pytest.raises(session.client("s3").exceptions.ClientError, match="AccessDenied"):
        session.client("s3").list_objects_v2(Bucket=pipeline.target.bucket)
