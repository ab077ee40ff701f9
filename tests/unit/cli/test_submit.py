import json
from threading import Timer

import pytest

from tests.bad_input.pdf import with_files
from textract_pipeline.aws import clients
from textract_pipeline.document import Failure, document_id
from textract_pipeline.names import DocumentStatus, Stage

from .conftest import BUCKET


@pytest.fixture
def folder(tmp_path):
    files = {"form.png": b"form", "deep/Ünïted +1.PDF": b"pdf", ".DS_Store": b"", ".git/config": b""}
    for name, body in files.items():
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path / "scans"


def keys() -> set[str]:
    return {found["Key"] for found in clients.s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_a_file_is_uploaded_under_its_name_and_its_document_id_is_printed(pipeline, folder):
    result = pipeline.run("submit", folder / "form.png")
    etag = clients.s3().head_object(Bucket=BUCKET, Key="form.png")["ETag"]
    assert result.exit_code == 0
    assert result.stdout == f"{document_id(BUCKET, 'form.png', etag)}  s3://{BUCKET}/form.png\n"


def test_once_it_ends_the_documents_are_registered(pipeline, folder, monkeypatch):
    """Or else `status --watch` would end at once, with nothing to show."""
    monkeypatch.setattr("cli.submit.LONGEST_REGISTRATION_SECONDS", 30)
    register = Timer(0.5, pipeline.register, ("form.png", DocumentStatus.QUEUED))
    (folder / "form.png").write_bytes(b"form.png")
    register.start()
    submitted = pipeline.run("submit", folder / "form.png")
    shown = pipeline.run("status", "--json")
    register.join()
    assert "not registered" not in submitted.stderr
    assert [one["objectName"] for one in json.loads(shown.stdout)] == ["form.png"]


def test_documents_that_s3_announces_late_are_counted(pipeline, folder):
    result = pipeline.run("submit", folder)
    assert result.exit_code == 0
    assert "2 of 2 documents are not registered yet" in result.stderr


def test_of_a_folder_all_files_but_hidden_ones_are_uploaded_under_their_paths(pipeline, folder):
    assert pipeline.run("submit", folder).exit_code == 0
    assert keys() == {"form.png", "deep/Ünïted +1.PDF"}


@pytest.mark.parametrize("prefix", ["2026/november", "2026/november/", "/2026/november"])
def test_a_prefix_is_a_folder_of_the_bucket(pipeline, folder, prefix):
    pipeline.run("submit", folder / "form.png", "--prefix", prefix)
    assert keys() == {"2026/november/form.png"}


def test_two_files_for_one_key_are_refused_before_anything_is_uploaded(pipeline, folder, tmp_path):
    (tmp_path / "form.png").write_bytes(b"another")
    result = pipeline.run("submit", folder, tmp_path / "form.png")
    assert result.exit_code == 2
    assert "2 files would get the key form.png" in result.stderr
    assert keys() == set()


def test_an_empty_folder_is_refused(pipeline, tmp_path):
    result = pipeline.run("submit", tmp_path)
    assert result.exit_code == 2
    assert "There are no files" in result.stderr


def test_a_file_larger_than_a_multipart_part_gets_the_id_that_its_event_will_give_it(pipeline, tmp_path):
    (tmp_path / "large.pdf").write_bytes(bytes(9 * 1024**2))
    result = pipeline.run("submit", tmp_path / "large.pdf", "--json")
    etag = clients.s3().head_object(Bucket=BUCKET, Key="large.pdf")["ETag"]
    assert "-" in etag
    assert json.loads(result.stdout)[0]["documentId"] == document_id(BUCKET, "large.pdf", etag)


def test_json_holds_nothing_but_json(pipeline, folder):
    result = pipeline.run("submit", folder, "--json")
    assert {one["objectName"] for one in json.loads(result.stdout)} == {"form.png", "deep/Ünïted +1.PDF"}


def test_a_failed_upload_says_which_file_and_what_to_do(pipeline, folder):
    clients.s3().delete_bucket(Bucket=BUCKET)
    result = pipeline.run("submit", folder / "form.png")
    assert result.exit_code == 3
    assert "form.png could not be uploaded" in result.stderr
    assert "Submit everything again" in result.stderr


def test_waiting_ends_well_when_all_succeeded(pipeline, folder):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    (folder / "form.png").write_bytes(b"form.png")
    result = pipeline.run("submit", folder / "form.png", "--wait")
    assert result.exit_code == 0
    assert "SUCCEEDED" in result.stdout


def test_waiting_ends_with_exit_code_1_and_the_reason_when_a_document_failed(pipeline, folder):
    failure = Failure("BAD_DOCUMENT", "The file is damaged.", Stage.ANALYZE)
    pipeline.register("form.png", DocumentStatus.FAILED, failure)
    (folder / "form.png").write_bytes(b"form.png")
    result = pipeline.run("submit", folder / "form.png", "--wait", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["errorMessage"] == "The file is damaged."


def test_waiting_gives_up_in_the_end(pipeline, folder):
    result = pipeline.run("submit", folder / "form.png", "--wait", "--timeout", "0.1")
    assert result.exit_code == 1
    assert "1 of 1 documents have not ended" in result.stderr


def test_of_a_pdf_with_files_in_it_it_is_said_that_they_are_not_read(pipeline, tmp_path):
    (tmp_path / "portfolio.pdf").write_bytes(with_files(embedded=2))
    (tmp_path / "plain.pdf").write_bytes(with_files(embedded=0))
    result = pipeline.run("submit", tmp_path / "portfolio.pdf", tmp_path / "plain.pdf", "--json")
    (line,) = [line for line in result.stderr.splitlines() if "embedded" in line]
    assert line.startswith(f"{tmp_path / 'portfolio.pdf'}: The PDF has 2 embedded files")
    assert len(json.loads(result.stdout)) == 2
    again = pipeline.run("submit", tmp_path / "portfolio.pdf")
    assert "embedded" not in again.stderr  # it is there already
