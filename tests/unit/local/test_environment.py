import os
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSRequest

from local.environment import point_this_process_at, process_environment

ENDPOINT = "https://127.0.0.1:1234"
S3CONTROL_ENDPOINT = "http://127.0.0.1:5678"
AUTHORITY = Path("authority.pem")


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine that is configured for an AWS account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config").write_text("[profile work]\nregion = eu-west-1\nendpoint_url = https://work.example\n")
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = WORK\naws_secret_access_key = WORK\n")
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "WORK")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    yield monkeypatch
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # not with monkeypatch, which would restore what the tested code sets


@pytest.mark.usefixtures("machine")
def test_a_process_of_the_local_cloud_sees_nothing_of_the_machine_s_aws():
    environment = process_environment(Path("tmp"), ENDPOINT, AUTHORITY)
    assert not [name for name, value in environment.items() if "work" in value.lower() and name.startswith("AWS_")]
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_ENDPOINT_URL"] == ENDPOINT


def test_a_process_of_the_local_cloud_is_not_configured_by_stray_variables(machine):
    for name in ("PERSIST_STATE", "SERVICES", "EDGE_PORT", "CDK_DEFAULT_ACCOUNT", "NODE_OPTIONS", "PYTHONPATH"):
        machine.setenv(name, "1")
    environment = process_environment(Path("tmp"), ENDPOINT, AUTHORITY)
    assert not {"PERSIST_STATE", "SERVICES", "EDGE_PORT", "CDK_DEFAULT_ACCOUNT", "NODE_OPTIONS", "PYTHONPATH"} & set(
        environment
    )


def test_pip_finds_the_package_index_that_the_machine_is_set_up_for(machine):
    machine.setenv("PIP_INDEX_URL", "https://index.example/simple")
    machine.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    environment = process_environment(Path("tmp"), ENDPOINT, AUTHORITY)
    assert environment["PIP_INDEX_URL"] == "https://index.example/simple"
    assert environment["HTTPS_PROXY"] == "http://proxy.example:3128"


def test_calls_to_the_local_cloud_bypass_a_proxy_as_do_those_that_did_before(machine):
    machine.setenv("NO_PROXY", "intranet.example")
    machine.delenv("no_proxy", raising=False)
    environment = process_environment(Path("tmp"), ENDPOINT, AUTHORITY)
    assert environment["no_proxy"] == "intranet.example,127.0.0.1"


@pytest.mark.usefixtures("machine")
def test_this_process_s_own_calls_go_to_the_local_cloud_with_its_credentials():
    point_this_process_at(ENDPOINT, S3CONTROL_ENDPOINT, AUTHORITY)
    client = boto3.Session().client("dynamodb")
    credentials = boto3.Session().get_credentials()
    assert client.meta.endpoint_url == ENDPOINT
    assert credentials is not None
    assert (credentials.access_key, credentials.token) == ("test", None)


@pytest.mark.usefixtures("machine")
def test_a_client_of_s3_control_made_as_anywhere_finds_the_local_s3_batch_operations():
    point_this_process_at(ENDPOINT, S3CONTROL_ENDPOINT, AUTHORITY)
    client = boto3.client("s3control")
    client.meta.events.register("before-send.s3-control", send_nothing)
    with pytest.raises(NotSentError, match=f"^{S3CONTROL_ENDPOINT}/v20180820/jobs$"):
        client.list_jobs(AccountId="000000000000")


class NotSentError(Exception):
    """A request that was stopped before it was sent, with its URL."""


def send_nothing(request: AWSRequest, **_: object) -> None:
    raise NotSentError(request.url)
