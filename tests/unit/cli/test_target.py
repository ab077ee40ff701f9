import socket

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from local.cloud import Cloud, LocalCloud
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus

OUTPUTS = {"DocumentsBucketName": "documents", "DocumentsTableName": "DocumentsTable", "OutputTableName": "OutputTable"}


def one_line(result) -> bool:
    return len(result.stderr.strip().splitlines()) == 1


def test_a_stack_that_is_not_there_is_told_in_one_line_with_what_to_do(pipeline):
    result = pipeline.run("status", "--stack", "Elsewhere")
    assert result.exit_code == 3
    assert one_line(result)
    assert "There is no stack Elsewhere in us-east-1: deploy it" in result.stderr


def test_a_stack_of_another_kind_is_told_by_the_output_that_it_lacks(pipeline):
    boto3.client("cloudformation").create_stack(
        StackName="Other", TemplateBody='{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    )
    result = pipeline.run("status", "--stack", "Other")
    assert result.exit_code == 3
    assert "the stack Other in us-east-1 has no output DocumentsTableName" in result.stderr


def test_a_missing_region_is_told_in_one_line(pipeline, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    result = pipeline.run("status")
    assert result.exit_code == 3
    assert one_line(result)
    assert "region" in result.stderr


def test_an_unknown_profile_is_told_in_one_line(pipeline):
    result = pipeline.run("status", "--profile", "nobody")
    assert result.exit_code == 3
    assert one_line(result)
    assert "nobody" in result.stderr


def test_a_service_that_cannot_be_reached_is_told_in_one_line(pipeline, monkeypatch):
    def unreachable():
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    monkeypatch.setattr(clients, "dynamodb", unreachable)
    result = pipeline.run("status")
    assert result.exit_code == 3
    assert one_line(result)


def test_a_service_that_the_region_does_not_have_is_told_in_one_line(pipeline, monkeypatch):
    document = pipeline.register("form.png", DocumentStatus.SUCCEEDED)

    def unresolved():
        cause = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        raise EndpointConnectionError(endpoint_url="https://dynamodb.eu-north-9.amazonaws.com", error=cause)

    monkeypatch.setattr(clients, "dynamodb", unresolved)
    result = pipeline.run("status", document.document_id)
    assert result.exit_code == 3
    assert one_line(result)
    assert "no such service in this Region" in result.stderr


def test_the_region_of_the_command_line_is_that_of_every_call(pipeline):
    result = pipeline.run("status", "--region", "eu-central-1")
    assert "in eu-central-1" in result.stderr


@pytest.fixture
def cloud_is_up(monkeypatch):
    """A local cloud that is running; moto is used in its place."""
    cloud = Cloud("https://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3", [], "TextractPipeline", OUTPUTS)
    used: list[Cloud] = []
    monkeypatch.setattr(LocalCloud, "current", lambda _: cloud)
    monkeypatch.setattr(LocalCloud, "use", lambda _, cloud: used.append(cloud))
    return used


def test_a_local_cloud_that_is_up_is_used_and_said_so_on_stderr(pipeline, cloud_is_up):
    pipeline.register("form.png", DocumentStatus.SUCCEEDED)
    result = pipeline.run("status", "--json")
    assert result.exit_code == 0
    assert len(cloud_is_up) == 1
    assert result.stderr == "Using the local cloud at https://127.0.0.1:1 (--aws for the stack in AWS).\n"


@pytest.mark.parametrize("options", [["--aws"], ["--region", "us-east-1"]])
def test_the_stack_in_aws_can_be_asked_for_although_a_local_cloud_is_up(pipeline, cloud_is_up, options):
    result = pipeline.run("status", *options)
    assert result.exit_code == 0
    assert cloud_is_up == []
    assert result.stderr == ""
