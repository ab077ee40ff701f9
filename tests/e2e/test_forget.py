"""A document is forgotten, and comes again."""

from functools import partial

import pytest
from click.testing import CliRunner

import cli.target
from cli.main import main
from local.cloud import LocalCloud
from local.environment import STATE_DIRECTORY
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus

from .conftest import RunningPipeline, pdf_of, png_of


def test_a_document_that_was_forgotten_is_a_new_one_when_it_is_uploaded_again(
    pipeline: RunningPipeline, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cli.target, "LocalCloud", partial(LocalCloud, STATE_DIRECTORY / "tests"))
    files = {"forget/me.png": png_of("Forget me"), "forget/me.pdf": pdf_of("Forget me, too")}
    first = pipeline.process(files)
    for document in first.values():
        assert document.started_at
        assert document.submitted_at <= document.started_at <= document.updated_at
        assert (document.submitted_by, document.model_version) == ("EXAMPLE", "1.0")  # as MiniStack calls everybody
    result = CliRunner().invoke(main, ["forget", *files, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    left = clients.s3().list_object_versions(Bucket=pipeline.target.bucket, Prefix="forget/")["Versions"]
    assert {found["Key"] for found in left} == {*files}
    assert pipeline.target.documents.get_many([one.document_id for one in first.values()]) == {}

    again = pipeline.process(files)
    for key, document in again.items():
        assert (document.status, document.run_number) == (DocumentStatus.SUCCEEDED, 1)
        assert document.document_id == first[key].document_id
        assert document.submitted_at > first[key].updated_at
        assert pipeline.read(document, "text.txt").startswith("Forget me")
    assert again["forget/me.pdf"].job_id != first["forget/me.pdf"].job_id
