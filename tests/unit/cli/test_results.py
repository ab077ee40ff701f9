import json
import webbrowser
from io import BytesIO

import pytest
from PIL import Image

from tests.support.responses import two_field_form
from tests.unit.cli.conftest import Pipeline
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.names import DocumentStatus, Feature, Stage

ANALYZED = (Feature.TEXT, Feature.FORMS, Feature.TABLES)


def analyzed(pipeline: Pipeline, key: str, features=ANALYZED, outputs: tuple[str, ...] = ()) -> Document:
    """A picture that has been read; its response is stored, and these outputs."""
    picture = BytesIO()
    Image.new("L", (850, 1100), "white").save(picture, "PNG")
    document = pipeline.upload(key, picture.getvalue())
    document = document._replace(features=features, status=DocumentStatus.SUCCEEDED, pages=1, outputs=outputs)
    DocumentsTable("DocumentsTable").register(document)
    pipeline.store_response(document, two_field_form())
    for name in outputs:
        pipeline.store_output(document, name, (name, f"written {name}".encode()))
    return document


def test_outputs_come_into_a_folder_named_as_the_document_s_key(pipeline, tmp_path):
    document = pipeline.register("2026/form.png", DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "text.txt", ("text.txt", "Grüße".encode()))
    result = pipeline.run("results", "2026/form.png", "--out", tmp_path)
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path}/2026/form.png/text.txt\n"
    assert (tmp_path / "2026/form.png/text.txt").read_text() == "Grüße"


def test_an_output_that_is_a_folder_comes_with_all_its_parts(pipeline, tmp_path):
    document = pipeline.register("long.pdf", DocumentStatus.SUCCEEDED)
    parts = [(f"response/j1/{name}", b"{}") for name in ("1", "2", ".s3_access_check")]
    pipeline.store_output(document, "response/j1/", *parts)
    result = pipeline.run("results", document.document_id, "--out", tmp_path, "--json")
    files = [str(tmp_path / "long.pdf/response/j1" / name) for name in ("1", "2")]
    assert json.loads(result.stdout) == [{"documentId": document.document_id, "files": files}]


@pytest.mark.parametrize("key", ["../../escaped.png", "/escaped.png", "a//../b/./escaped.png"])
def test_a_key_cannot_lead_out_of_the_folder(pipeline, tmp_path, key):
    document = pipeline.register(key, DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "text.txt", ("text.txt", b"text"))
    assert pipeline.run("results", document.document_id, "--out", tmp_path / "out").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_document_without_outputs_says_how_it_stands(pipeline, tmp_path):
    pipeline.register("queued.pdf", DocumentStatus.QUEUED)
    result = pipeline.run("results", "queued.pdf", "--out", tmp_path)
    assert result.exit_code == 1
    assert "queued.pdf is QUEUED and has no outputs" in result.stderr


@pytest.mark.parametrize(
    ("output_format", "said"),
    [
        ("text", "Name: Ada\nAge:\nItem 2\n"),
        ("md", "<!-- page 1 -->\n\n- **Name:** Ada\n- **Age:**\n\n|  |  |\n| --- | --- |\n| Item | 2 |\n"),
        (
            "csv",
            (
                "page,key,value,key_confidence,value_confidence\r\n1,Name:,Ada,90.0,80.0\r\n1,Age:,,90.0,80.0\r\n"
                "\r\npage,table,row,confidence,cells\r\n1,1,1,95.0,Item,2\r\n"
            ),
        ),
    ],
)
def test_an_output_that_was_not_written_is_made_of_the_stored_response(pipeline, output_format, said):
    analyzed(pipeline, "form.png")
    result = pipeline.run("results", "form.png", "--format", output_format)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == said


def test_json_that_was_not_written_is_whole(pipeline):
    analyzed(pipeline, "form.png")
    [page] = json.loads(pipeline.run("results", "form.png", "--format", "json").stdout)["pages"]
    assert [field["key"] for field in page["fields"]] == ["Name:", "Age:"]


def test_an_output_that_was_written_is_printed_as_it_was(pipeline):
    analyzed(pipeline, "form.png", outputs=("text.txt", "forms.csv"))
    assert pipeline.run("results", "form.png", "--format", "text").stdout == "written text.txt"
    assert pipeline.run("results", "form.png", "--format", "csv").stdout.startswith("written forms.csv")


def test_a_document_read_for_its_text_has_no_csv(pipeline):
    analyzed(pipeline, "letter.png", (Feature.TEXT,))
    result = pipeline.run("results", "letter.png", "--format", "csv")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "letter.png was processed for text only" in result.stderr


@pytest.mark.parametrize("view", [("--format", "text"), ("--open",)])
def test_a_document_that_has_not_been_read_says_how_it_stands(pipeline, tmp_path, view):
    pipeline.register("queued.png", DocumentStatus.QUEUED)
    result = pipeline.run("results", "queued.png", "--out", tmp_path, *view)
    assert result.exit_code == 1
    assert "queued.png is QUEUED and has no outputs" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("a.png", "b.png", "--format", "md"), ("a.png", "--format", "md", "--open")])
def test_what_cannot_go_together_is_not_understood(pipeline, arguments):
    assert pipeline.run("results", *arguments).exit_code == 2


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """What the browser is told to open; here there is none."""
    addresses: list[str] = []

    def open_address(address: str) -> bool:
        addresses.append(address)
        return False

    monkeypatch.setattr(webbrowser, "open", open_address)
    return addresses


def test_a_viewer_is_made_of_the_document_and_its_response_opened_and_its_path_told(pipeline, tmp_path, opened):
    analyzed(pipeline, "2026/form 1.png")
    result = pipeline.run("results", "2026/form 1.png", "--open", "--out", tmp_path)
    viewer = tmp_path / "2026/form 1.png/document.html"
    assert result.stdout == f"{viewer}\n"
    assert opened == [viewer.as_uri()]
    assert "data:image/jpeg;base64," in viewer.read_text()
    assert "Ada" in viewer.read_text()


def test_a_viewer_that_was_written_is_the_one_that_is_opened(pipeline, tmp_path, opened):
    analyzed(pipeline, "form.png", outputs=("document.html",))
    pipeline.run("results", "form.png", "--open", "--out", tmp_path)
    assert (tmp_path / "form.png/document.html").read_text() == "written document.html"
    assert len(opened) == 1


@pytest.mark.usefixtures("opened")
def test_a_document_that_was_replaced_cannot_be_shown_and_says_what_can_be_done(pipeline, tmp_path):
    document = analyzed(pipeline, "form.png")
    pipeline.upload("form.png", b"another")
    result = pipeline.run("results", document.document_id, "--open", "--out", tmp_path)
    assert result.exit_code == 1
    assert "form.png cannot be shown: The object was replaced" in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_index_leads_to_every_document_and_says_why_one_failed(pipeline, tmp_path):
    analyzed(pipeline, "a&b/form #1.png", outputs=("text.txt",))
    pipeline.register("<b>.pdf", DocumentStatus.FAILED, Failure("BAD_DOCUMENT", "It is <torn>.", Stage.START))
    result = pipeline.run("results", "--index", "--out", tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"{tmp_path}/index.html"
    index = (tmp_path / "index.html").read_text()
    assert 'href="./a%26b/form%20%231.png/document.html"' in index
    assert 'href="./a%26b/form%20%231.png/text.txt"' in index
    assert (tmp_path / "a&b/form #1.png/document.html").exists()
    assert "<h2>&lt;b&gt;.pdf</h2>" in index
    assert "It is &lt;torn&gt;. <code>BAD_DOCUMENT</code>" in index
