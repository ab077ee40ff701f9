import json

import pytest

from textract_pipeline.document import DocumentStatus


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
