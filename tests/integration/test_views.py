"""What people open of a document that is processed: made by viewproc once the document is announced."""

import json
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image

from document_rendering import viewer, views
from lambdas.viewproc.handler import handle as viewproc
from tests.bad_input.pdf import encrypted, endless, nested_bomb, one_page, with_files, with_two_pages
from tests.integration import flow
from tests.integration.conftest import BUCKET, Cloud, service_error
from tests.integration.flow import process, put_part, start, submit
from tests.integration.handlers.events import CONTEXT
from tests.support.events import load_event
from tests.support.responses import box
from textract_pipeline import pipeline
from textract_pipeline.aws import clients, objects
from textract_pipeline.aws.items import Output, document_to_item
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError
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
    """The views next to a document, by name."""
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
    monkeypatch.setattr(flow, "PDF", drawn("PDF"))
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


def rows(cloud: Cloud, document: Document) -> dict[str, Output]:
    """What OutputTable lists of the views, by their names."""
    listed = OutputTable(cloud.analyze.output_table).list(document.document_id)
    by_name = {output.key.rpartition("/")[2]: output for output in listed}
    return {name: output for name, output in by_name.items() if name in VIEWS}


def ready(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, body: bytes) -> Document:
    """A PDF whose job has ended, and whose outputs are written."""
    monkeypatch.setattr(flow, "PDF", body)
    document = start(cloud)
    put_part(document, 1, 1)
    completion = JobCompletion(document.run, "job-1", "SUCCEEDED", "StartDocumentAnalysis")
    pipeline.collect_results(completion, cloud.collect, lambda: 300.0)
    return cloud.document(document.document_id)


@pytest.mark.parametrize("kind", [ZeroDivisionError, LookupError, RecursionError])
def test_a_view_that_fails_in_any_way_costs_no_other_and_its_reason_is_listed(
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    kind: type[Exception],
) -> None:
    error = kind("secret")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(views, "write_viewer", fail)
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    viewproc(announced(document), CONTEXT)
    assert made(cloud, document).keys() == VIEWS - {"document.html"}
    missing = rows(cloud, document)["document.html"]
    assert missing.is_missing
    why = f"writing it failed ({type(error).__name__}); viewproc's log says where"
    assert missing.reason == f"s3://documents/form.png has no document.html: {why}."
    [where] = [record.__dict__["where"] for record in caplog.records if record.message == "A view could not be made"]
    assert "test_views.py" in where[-1]
    assert str(error) not in capsys.readouterr().out, "what a library says may quote the document"
    assert not any(row.reason for name, row in rows(cloud, document).items() if name != "document.html")


def test_a_view_that_was_missing_is_listed_as_usual_once_it_is_made(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    with monkeypatch.context() as broken:
        broken.setattr(views, "write_viewer", None)
        viewproc(announced(document), CONTEXT)
    viewproc(announced(document), CONTEXT)
    assert not rows(cloud, document)["document.html"].is_missing


@pytest.mark.parametrize("error", [RetryableError("slow down"), service_error("AccessDenied", status=403)])
def test_what_aws_does_not_take_is_tried_again_and_the_other_views_are_made(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    put = objects.put

    def refuse(document: Document, name: str, *rest: Any) -> str:
        if name == "document.html":
            raise error
        return put(document, name, *rest)

    monkeypatch.setattr(objects, "put", refuse)
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    with pytest.raises(type(error)):
        viewproc(announced(document), CONTEXT)
    assert made(cloud, document).keys() == VIEWS - {"document.html"}
    assert "It is tried again" in (rows(cloud, document)["document.html"].reason or "")


def test_of_a_page_that_cannot_be_drawn_each_view_is_made_with_the_reason(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = ready(cloud, monkeypatch, endless())
    viewproc(announced(document), CONTEXT)
    found = rows(cloud, document)
    assert "document.html: Page 1 has no picture: it " in (found["document.html"].reason or "")
    assert not found["tables.xlsx"].reason
    assert all(row.reason or name in made(cloud, document) for name, row in found.items())


def test_the_reasons_say_that_embedded_files_were_not_read(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    document = ready(cloud, monkeypatch, with_files(2))
    viewproc(announced(document), CONTEXT)
    found = rows(cloud, document)
    assert made(cloud, document).keys() == VIEWS
    for name in ("document.html", "searchable.pdf"):
        assert f"{name}: The PDF has 2 embedded files, which were not read." in (found[name].reason or "")
        assert not found[name].is_missing
    assert not found["tables.xlsx"].reason


def test_each_views_file_is_gone_before_the_next_is_made(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    write = viewer.write_viewer

    def look(title: str, original: Path, *rest: Any) -> None:
        seen.append({path.name for path in original.parent.iterdir()})
        write(title, original, *rest)

    monkeypatch.setattr(views, "write_viewer", look)
    monkeypatch.setenv("VIEWS", json.dumps(["searchable.pdf", "tables.xlsx", "document.html"]))
    document = process(cloud, submit(cloud, "form.png", drawn("PNG")))
    viewproc(announced(document), CONTEXT)
    assert seen == [{"original", "view"}]
    assert made(cloud, document).keys() == VIEWS


def test_of_mutated_pdfs_each_view_is_made_or_has_a_reason(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    document = ready(cloud, monkeypatch, one_page())
    chance, whole = Random(1), [one_page(), with_two_pages(b"[0 0 320 96]"), nested_bomb(1), encrypted("")]
    missing = 0
    for _ in range(200):
        body = mutated(chance.choice(whole), chance)
        monkeypatch.setattr(objects, "copy", lambda _document, file, body=body: file.write(body))
        viewproc(announced(document), CONTEXT)
        listed = rows(cloud, document)
        assert listed.keys() == VIEWS
        assert all(row.reason for row in listed.values() if not row.size_bytes)
        missing += any(row.is_missing for row in listed.values())
    assert 10 < missing < 190


def mutated(body: bytes, chance: Random) -> bytes:
    """A file with some bytes, or one of its tokens, changed."""
    tokens = [
        b"/Kids",
        b"/Parent",
        b"/Rotate /x",
        b"null",
        b"-1",
        b"99999999999",
        b"<<",
        b">>",
        b"[",
        b"/Type",
        b"3 0 R",
    ]
    changed = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        if chance.random() < 0.5:
            changed[at] = chance.randrange(256)
        else:
            token = chance.choice(tokens)
            changed[at : at + len(token)] = token
    return bytes(changed[: chance.randrange(1, len(changed))] if chance.random() < 0.1 else changed)
