"""The local S3 Batch Operations on loopback, a real boto3 client of it, S3 and STS by moto, and a fake Lambda."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.batch.server import build_service
from local.loopback import reach_loopback
from local.service.wsgi import listen
from tests.support.batch import BUCKET, CSV, REPORTS, Function


class Host:
    """An HTTP server at `url` that lasts for all tests; each sets its `application`."""

    def __init__(self) -> None:
        self.application: Any = None
        server = listen(self, 0)
        threading.Thread(target=server.run, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.effective_port}"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.application(environ, start_response)


@pytest.fixture(scope="session")
def lambda_host() -> Host:
    return Host()


@pytest.fixture(scope="session")
def batch_host() -> Host:
    return Host()


@pytest.fixture
def function(lambda_host: Host) -> Function:
    lambda_host.application = Function()
    return lambda_host.application  # type: ignore[no-any-return]


@pytest.fixture
def session(
    aws: boto3.Session, function: Function, lambda_host: Host, batch_host: Host, monkeypatch: pytest.MonkeyPatch
) -> boto3.Session:
    """S3 and STS are moto's; Lambda and S3 Control are where the environment says, as in the local cloud."""
    assert lambda_host.application is function
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", lambda_host.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3_CONTROL", batch_host.url)
    return aws


@pytest.fixture
def s3(session: boto3.Session) -> Any:
    client = session.client("s3")
    for bucket in (BUCKET, REPORTS):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture
def restart(session: boto3.Session, batch_host: Host, tmp_path: Path) -> Callable[[], None]:
    def start() -> None:
        batch_host.application = build_service(tmp_path, session, sleep=lambda _: None)

    return start


@pytest.fixture
def s3control(session: boto3.Session, restart: Callable[[], None]) -> Any:
    restart()
    client = session.client("s3control", config=Config(retries={"total_max_attempts": 1}))
    reach_loopback(client.meta.events)
    return client


@pytest.fixture
def manifest(s3: Any) -> Callable[..., dict[str, Any]]:
    """Put a CSV manifest; returns CreateJob's Manifest."""

    def put(rows: str, fields: tuple[str, ...] = ("Bucket", "Key")) -> dict[str, Any]:
        etag = s3.put_object(Bucket=REPORTS, Key="manifest.csv", Body=rows.encode())["ETag"]
        location = {"ObjectArn": f"arn:aws:s3:::{REPORTS}/manifest.csv", "ETag": etag}
        return {"Spec": {"Format": CSV, "Fields": list(fields)}, "Location": location}

    return put
