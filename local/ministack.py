"""MiniStack, the AWS that the local cloud's stack is deployed to: S3, DynamoDB, SQS, SNS, Lambda, EventBridge, IAM.

It runs in its own virtual environment (requirements-cloud.txt), whose interpreter also runs the functions: a
package that is missing from the layer is missing there, too, as in AWS.
"""

from collections.abc import Mapping

from local.cloud_error import LocalCloudError
from local.environment import STATE_DIRECTORY
from local.servers import HOST, Server
from local.tls import Certificate

VIRTUAL_ENVIRONMENT = STATE_DIRECTORY / "cloud-venv"
DATA = "data"
_START_SECONDS = 60
_KEEP_ALIVE_SECONDS = 60  # after its default of five, functions would repeat the TLS handshake


def start(
    server: Server, port: int, certificate: Certificate, textract_endpoint: str, environment: Mapping[str, str]
) -> None:
    """Start MiniStack and wait until it answers; the functions it runs call Textract at `textract_endpoint`."""
    python = VIRTUAL_ENVIRONMENT / "bin" / "python"
    if not python.exists():
        raise LocalCloudError(f"MiniStack is not installed in {VIRTUAL_ENVIRONMENT}: run `make setup`.")
    settings = {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,  # the host in queue URLs
        "USE_SSL": "1",  # the scheme of queue URLs
        "SSL_CERT_FILE": str(certificate.authority),  # for functions that answer CloudFormation
        "AUTH": "true",  # each function has only its role's permissions
        "IOT_MTLS_ENABLED": "0",  # otherwise it opens a second port
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{server.directory}/no-docker",  # otherwise it removes other MiniStacks' containers
        "S3_DATA_DIR": str(server.directory / DATA),
        # When an event is retried: as in AWS, after one minute, then two. MiniStack's default of a second is too soon.
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "60",
        "LAMBDA_ASYNC_RETRY_MAX_SECONDS": "120",
        "AWS_ENDPOINT_URL_TEXTRACT": textract_endpoint,
    }
    # Not `-m ministack`: with TLS, it also opens port 443, if permitted.
    command = [str(python), "-m", "hypercorn", "ministack.app:app", f"--bind={HOST}:{port}", "--workers=0"]
    tls = [f"--certfile={certificate.chain}", f"--keyfile={certificate.key}"]
    speed = ["--worker-class=uvloop", f"--keep-alive={_KEEP_ALIVE_SECONDS}"]
    server.start(command + tls + speed, {**environment, **settings}, server.directory)
    server.wait_until_listening(port, _START_SECONDS)
