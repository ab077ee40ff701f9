"""A process of consumers: real code on an AWS by moto; a document a line on stdin, how it ended a line on stdout.

An exception that the consumer lets out ends the process, and with it the test.
"""

import json
import os
import sys
import webbrowser
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from cli.target import DEFAULT_STACK
from lambdas.viewproc.handler import handle as viewproc
from local.cloud import LocalCloud
from tests.bad_input.pdf import one_page
from tests.integration.handlers.events import CONTEXT
from tests.support.events import load_event
from tests.support.responses import box, two_field_form
from tests.unit.cli.conftest import BUCKET, TEMPLATE, Pipeline
from textract_pipeline.aws import service_quotas
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.aws.output_table import OutputTable
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.registration.accepted_format import detect_format

VIEWS = ["document.html", "searchable.pdf", "tables.xlsx"]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "DOCUMENTS_TABLE": "DocumentsTable",
    "OUTPUT_TABLE": "OutputTable",
    "VIEWS": json.dumps(VIEWS),
}
_numbers = count(1)


def _response(pages: int) -> dict[str, Any]:
    """What Textract said of as many pages."""
    forms = [two_field_form(page) for page in range(1, pages + 1)]
    blocks = [block for form in forms for block in form["Blocks"]]
    for block in blocks:
        block.setdefault("Geometry", box(0.1, 0.1, 0.2))
    return forms[0] | {"DocumentMetadata": {"Pages": pages}, "Blocks": blocks}


def _processed(pipeline: Pipeline, data: bytes, pages: int) -> Document:
    """The document, which Textract has read, and whose response is stored."""
    document = pipeline.upload(f"{next(_numbers)}", data)
    document = document._replace(
        features=tuple(Feature), status=DocumentStatus.SUCCEEDED, pages=pages, format=detect_format(data)
    )
    DocumentsTable("DocumentsTable").register(document)
    pipeline.store_response(document, _response(pages))
    return document


def end_of_viewproc(pipeline: Pipeline, data: bytes, pages: int) -> str:
    """What viewproc says of each view."""
    document = _processed(pipeline, data, pages)
    event: Any = load_event("document_processed") | {"detail": json.loads(json.dumps(document_to_item(document)))}
    viewproc(event, CONTEXT)
    listed = sorted(OutputTable("OutputTable").list(document.document_id), key=lambda output: output.key)
    assert [output.key.rpartition("/")[2] for output in listed] == VIEWS
    assert all(output.size_bytes or output.reason for output in listed)
    return " | ".join(output.reason or "made" for output in listed)


def end_of_results(pipeline: Pipeline, data: bytes, pages: int) -> str:
    """What `results --open` says."""
    document = _processed(pipeline, data, pages)
    with TemporaryDirectory() as folder:
        result = pipeline.run("results", document.document_id, "--open", "--out", folder)
        assert result.exit_code or (Path(folder) / document.key / "document.html").stat().st_size
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return f"{result.exit_code}: {' '.join(result.stderr.split())}"


def end_of_plan(pipeline: Pipeline, data: bytes, _: int) -> str:
    """What `backfill plan` says of the document, beside which there is a good one."""
    folder = f"{next(_numbers)}"
    pipeline.upload(f"{folder}/0", data)
    pipeline.upload(f"{folder}/good.pdf", one_page())
    with TemporaryDirectory() as name:
        out = Path(name, "plan.json")
        result = pipeline.run("backfill", "plan", f"s3://{BUCKET}/{folder}/", "--exact", "--out", out)
        assert not result.exit_code, (result.output, result.exc_info)
        plan = json.loads(out.read_text())
    skipped = {example["uri"].rpartition("/")[2]: example for example in plan["examples"]}
    assert "good.pdf" not in skipped
    if "0" in skipped:
        return f"{skipped['0']['outcome']}: {skipped['0']['reason']}"
    assert plan["toProcess"] == 2
    return f"{plan['pages']['value']} pages with the good one's"


_ENDS = {"viewproc": end_of_viewproc, "results": end_of_results, "plan": end_of_plan}


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answer each question, until there is no more."""
    with (
        mock_aws(),
        patch.object(LocalCloud, "current", lambda _: None),
        patch.object(service_quotas, "of_account", dict),
        patch.object(webbrowser, "open"),
    ):
        boto3.client("cloudformation").create_stack(StackName=DEFAULT_STACK, TemplateBody=json.dumps(TEMPLATE))
        for line in questions:
            told = json.loads(line)
            answer = (
                _ENDS[told["kind"]](Pipeline(), Path(told["file"]).read_bytes(), told["pages"]) if told else "ready"
            )
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= ENVIRONMENT
    with os.fdopen(os.dup(1), "w") as stdout:
        os.dup2(2, 1)  # logs are no answers
        serve(sys.stdin, stdout)
