"""The commands of docs/operations.md, run as they stand there; names in capitals stand for what an operator has."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from click.testing import CliRunner, Result

import cli.target
from cli.main import main
from textract_pipeline.aws import queues
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus

from .conftest import RunningPipeline, png_of

RUNBOOK = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
# What the AWS CLI calls otherwise than the API does.
RENAMED = {"--notification-endpoint": "Endpoint"}


def commands(program: str) -> list[str]:
    """The distinct commands of a program, in consoles and in running text."""
    found = re.findall(rf"(?:^\$ |`)({program} [^`\n]+)", RUNBOOK, re.MULTILINE)
    return sorted(set(found))


@pytest.fixture(scope="module")
def failed(pipeline: RunningPipeline) -> Document:
    """A document that failed."""
    (document,) = pipeline.process({"torn.png": png_of("Torn")[:200]}).values()
    assert document.status is DocumentStatus.FAILED
    return document


def run(command: str) -> Result:
    return CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _no_other_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make commands use the stack in this process's AWS, even if another cloud is up in the checkout."""
    monkeypatch.setattr(cli.target, "_local_target", lambda: None)


def test_the_runbook_has_commands() -> None:
    assert len(commands("textract-pipeline")) >= 5
    assert len(commands("aws")) == 1


@pytest.mark.parametrize("command", commands("textract-pipeline"))
def test_a_command_of_the_runbook_does_what_it_is_there_for(failed: Document, command: str):
    result = run(command.replace("DOCUMENT", failed.document_id))
    says_that_one_failed = 1 if command.startswith("textract-pipeline status") else 0
    assert result.exit_code in {0, says_that_one_failed}, result.output


def test_doctor_says_what_is_wrong_and_redrive_fixes_it(pipeline: RunningPipeline):
    url = pipeline.target.output("S3ProcDLQUrl")
    queues.send(url, '{"requestPayload": {"Records": []}}')
    ill = run("textract-pipeline doctor")
    redriven = run("textract-pipeline redrive --all")
    well = run("textract-pipeline doctor")
    assert (ill.exit_code, redriven.exit_code, well.exit_code) == (1, 0, 0), ill.output + redriven.output + well.output
    assert "`textract-pipeline redrive --all`" in ill.output
    assert well.output == "No problems found.\n"


@pytest.mark.parametrize("command", commands("aws"))
def test_an_aws_command_of_the_runbook_is_one(pipeline: RunningPipeline, command: str):
    _, service, operation, *options = shlex.split(
        re.sub(r"\w+Arn\b", lambda name: pipeline.target.output(name[0]), command)
    )
    client: Any = boto3.Session().client(service)  # type: ignore[call-overload]
    method = xform_name(operation.title().replace("-", ""))
    members = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape.members
    by_option = {f"--{xform_name(member, '-')}": member for member in members} | RENAMED
    pairs = zip(options[::2], options[1::2], strict=True)
    answer = getattr(client, method)(**{by_option[option]: value for option, value in pairs})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_documents_log_lines_have_the_fields_that_the_query_asks_for(pipeline: RunningPipeline, failed: Document):
    (asked,) = re.findall(r"^```\nfields @timestamp, (.*)\n\| filter (\w+) = \"DOCUMENT-ID\"$", RUNBOOK, re.MULTILINE)
    fields, filtered = asked
    lines = [line for name in ("S3Proc", "SyncProc") for line in log_lines(pipeline, name)]
    told = [line for line in lines if line.get(filtered) == failed.document_id]
    assert {line["service"] for line in told} == {"s3proc", "syncproc"}
    assert set(fields.split(", ")) <= {field for line in told for field in line}


def log_lines(pipeline: RunningPipeline, function: str) -> list[dict[str, Any]]:
    """The lines that a function has logged; MiniStack's own query language knows none of their fields."""
    name = pipeline.target.output(f"{function}FunctionName")
    group = boto3.client("lambda").get_function_configuration(FunctionName=name)["LoggingConfig"]["LogGroup"]
    pages = boto3.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    messages = [event["message"] for page in pages for event in page["events"]]
    return [json.loads(message) for message in messages if message.startswith("{")]
