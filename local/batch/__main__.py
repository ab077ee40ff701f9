"""The start command of the local S3 Batch Operations: `python -m local.batch`. Its first output line is its URL."""

import logging
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import boto3
import click

from local.batch.server import build_service
from local.service.wsgi import listen


@click.command()
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 means any free port.")
@click.option(
    "--jobs-folder",
    type=click.Path(path_type=Path),
    help="Store jobs here, and resume unfinished ones; without it, jobs end with the process.",
)
@click.option("--region", default="us-east-1", show_default=True, envvar=["AWS_REGION", "AWS_DEFAULT_REGION"])
def main(*, port: int, jobs_folder: Path | None, region: str) -> None:
    """Serve S3 Batch Operations on 127.0.0.1 until SIGTERM or Ctrl-C, with S3, STS, and Lambda at AWS_ENDPOINT_URL."""
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("local.batch").setLevel(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="batch-jobs-", ignore_cleanup_errors=True) as temporary:
        server = listen(build_service(jobs_folder or Path(temporary), boto3.Session(region_name=region)), port)
        click.echo(f"http://127.0.0.1:{server.effective_port}")
        server.run()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
