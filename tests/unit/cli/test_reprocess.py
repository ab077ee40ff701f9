"""A new run of a document, on request."""

import json

import pytest

from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Failure
from textract_pipeline.names import DocumentStatus, Feature, Stage


def test_a_document_that_has_ended_begins_a_new_run_that_is_billed_anew(pipeline):
    failure = Failure("BAD_DOCUMENT", "It could not be read.", Stage.ANALYZE)
    document = pipeline.register("form.png", DocumentStatus.FAILED, failure)
    result = pipeline.run("reprocess", "form.png", "--features", "tables,text", "--json")
    assert json.loads(result.stdout) == [{"documentId": document.document_id, "run": 2}]
    again = DocumentsTable("DocumentsTable").get(document.document_id)
    assert again is not None
    assert (again.status, again.run_number, again.billed_run_number) == (DocumentStatus.SUBMITTED, 2, 2)
    assert again.features == (Feature.TEXT, Feature.TABLES)
    assert again.failure is None


def test_a_document_that_has_not_ended_is_left_alone(pipeline):
    pipeline.register("form.png", DocumentStatus.QUEUED)
    result = pipeline.run("reprocess", "form.png")
    assert result.exit_code == 1
    assert "form.png is still QUEUED" in result.stderr


@pytest.mark.parametrize("features", ["txt", "", "text tables"])
def test_a_feature_that_there_is_not_is_refused_with_those_that_there_are(pipeline, features):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    result = pipeline.run("reprocess", "form.png", "--features", features)
    assert result.exit_code == 2
    assert "choose from text, forms, tables" in result.stderr
