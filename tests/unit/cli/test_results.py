import json
import webbrowser
from io import BytesIO

import pytest
from PIL import Image

from tests.bad_input.pdf import endless as endless_pdf
from tests.support.responses import two_field_form
from tests.unit.cli.conftest import BUCKET, Pipeline
from textract_pipeline.aws import clients
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.items import Output
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.names import DocumentStatus, Feature, Stage

ANALYZED = (Feature.TEXT, Feature.FORMS, Feature.TABLES)


def analyzed(
    pipeline: Pipeline, key: str, features=ANALYZED, outputs: tuple[str, ...] = (), body: bytes = b""
) -> Document:
    """A processed document (by default, an image), with its stored response and these outputs."""
    picture = BytesIO()
    Image.new("L", (850, 1100), "white").save(picture, "PNG")
    document = pipeline.upload(key, body or picture.getvalue())
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


def test_a_view_that_is_missing_is_not_fetched_and_the_reason_is_told(pipeline, tmp_path):
    document = pipeline.register("odd.pdf", DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "text.txt", ("text.txt", b"text"))
    missing = Output("viewer", BUCKET, document.output_prefix + "document.html", 0, 0, "odd.pdf has no document.html.")
    OutputTable("OutputTable").record(document, [missing])
    result = pipeline.run("results", "odd.pdf", "--out", tmp_path)
    assert (result.exit_code, result.stderr) == (0, "odd.pdf has no document.html.\n")
    assert result.stdout == f"{tmp_path}/odd.pdf/text.txt\n"


def test_a_page_that_cannot_be_drawn_is_shown_without_a_picture_and_the_reason_is_told(pipeline, tmp_path, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: None)
    document = analyzed(pipeline, "endless.pdf", body=endless_pdf())
    result = pipeline.run("results", document.document_id, "--open", "--out", tmp_path)
    assert result.exit_code == 0
    assert "Page 1 has no picture: it " in result.stderr
    assert "Ada" in (tmp_path / "endless.pdf/document.html").read_text()


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


@pytest.mark.parametrize("name", ["../../../x", "/x", "..", "1/../../x", "²", "x", "progress.tar", "1/"])
def test_what_somebody_put_beside_a_response_is_not_fetched(pipeline, tmp_path, name):
    document = pipeline.register("long.pdf", DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "response/j1/", ("response/j1/1", b"{}"), (f"response/j1/{name}", b"evil"))
    result = pipeline.run("results", "long.pdf", "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path}/out/long.pdf/response/j1/1\n")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert b"evil" not in [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]


def test_the_files_of_each_page_are_fetched_and_nothing_else_that_begins_so(pipeline, tmp_path):
    document = pipeline.register("long.pdf", DocumentStatus.SUCCEEDED)
    names = ["page-1-text.txt", "page-10-forms.csv", "page-2-tables-pretty.txt"]
    others = ["page-1/../../../../x", "page-x-text.txt", "page-1-x.exe", "page-²-text.txt"]
    pipeline.store_output(document, "page-", *((name, b"page") for name in [*names, *others]))
    pipeline.store_output(document, "text.txt", ("text.txt", b"text"))
    result = pipeline.run("results", "long.pdf", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert sorted(result.stdout.splitlines()) == sorted(
        f"{tmp_path}/out/long.pdf/{name}" for name in ["text.txt", *names]
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_output_that_the_table_lists_elsewhere_stays_in_the_folder(pipeline, tmp_path):
    document = pipeline.register("long.pdf", DocumentStatus.SUCCEEDED)
    clients.s3().put_object(Bucket=BUCKET, Key="../../x", Body=b"x")
    OutputTable("OutputTable").record(document, [Output("text", BUCKET, "../../x", 1, 1)])
    assert pipeline.run("results", "long.pdf", "--out", tmp_path / "out").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_contents_of_a_key_come_into_two_folders_and_the_index_says_which(pipeline, tmp_path):
    for content in ("first", "second"):
        picture = pipeline.upload("form.png", content.encode())
        picture = picture._replace(status=DocumentStatus.SUCCEEDED, outputs=("text.txt",))
        DocumentsTable("DocumentsTable").register(picture)
        pipeline.store_output(picture, "text.txt", ("text.txt", content.encode()))
    assert pipeline.run("results", "--index", "--out", tmp_path).exit_code == 0
    assert sorted(path.read_text() for path in tmp_path.rglob("text.txt")) == ["first", "second"]
    assert (tmp_path / "index.html").read_text().count("<h2>form.png</h2>") == 2
    assert f"form.png~{picture.document_id}" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize(
    "summary",
    [b"", b"\xff", b"[]", b'{"words": "many", "meanConfidence": []}', b'{"words": 1.5, "meanConfidence": NaN}'],
)
def test_a_summary_that_is_none_leaves_an_index_without_figures(pipeline, tmp_path, summary):
    document = pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "summary.json", ("summary.json", summary))
    assert pipeline.run("results", "--index", "--out", tmp_path).exit_code == 0
    index = (tmp_path / "index.html").read_text()
    assert "<h2>form.png</h2>" in index
    assert "word" not in index
    assert "mean confidence" not in index


def test_a_link_in_the_place_of_the_index_is_not_followed(pipeline, tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/index.html").symlink_to(tmp_path / "mine")
    assert pipeline.run("results", "--index", "--out", tmp_path / "out").exit_code == 0
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said_without_a_traceback(pipeline, tmp_path):
    document = pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    pipeline.store_output(document, "text.txt", ("text.txt", b"text"))
    (tmp_path / "file").write_text("mine")
    result = pipeline.run("results", "form.png", "--out", tmp_path / "file/out")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "form.png cannot be written to this machine" in result.stderr
    assert "--out" in result.stderr


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
    """The addresses that the browser is told to open; no browser is started."""
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
