"""The start command of the local Textract: `python -m local.textract`. Its first line of output is its URL."""

import logging
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import NoReturn

import boto3
import click

from local.textract.engine import InstantEngine, RapidOcrEngine
from local.textract.limits import Quotas
from local.textract.recognition import Recogniser
from local.textract.server import build_service, listen


@click.command()
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Write the URL to this file once it answers.")
@click.option(
    "--jobs-folder",
    type=click.Path(path_type=Path),
    help="Keep the jobs here, and go on with those that are; without it they end with the process.",
)
@click.option("--engine", type=click.Choice(["rapidocr", "instant"]), default="rapidocr", show_default=True)
@click.option("--concurrent-jobs", default=100, show_default=True, help="Open jobs of each kind.")
@click.option("--start-tps", default=10.0, show_default=True, help="Calls a second of each Start operation.")
@click.option("--sync-tps", default=10.0, show_default=True, help="Calls a second of each synchronous operation.")
@click.option("--region", default="us-east-1", show_default=True, envvar=["AWS_REGION", "AWS_DEFAULT_REGION"])
def main(  # noqa: PLR0913 - one an option
    *,
    port: int,
    ready_file: Path | None,
    jobs_folder: Path | None,
    engine: str,
    concurrent_jobs: int,
    start_tps: float,
    sync_tps: float,
    region: str,
) -> None:
    """Serve Textract on 127.0.0.1 until SIGTERM or Ctrl-C; log to stderr. S3, SNS and STS are AWS_ENDPOINT_URL's."""
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("local.textract").setLevel(logging.INFO)
    quotas = Quotas(concurrent_jobs, start_tps, sync_tps)
    session = boto3.Session(region_name=region)
    with tempfile.TemporaryDirectory(prefix="textract-jobs-", ignore_cleanup_errors=True) as temporary:
        recogniser = Recogniser(InstantEngine() if engine == "instant" else RapidOcrEngine())
        service = build_service(recogniser, quotas, jobs_folder or Path(temporary), session)
        server = listen(service, port)
        url = f"http://127.0.0.1:{server.effective_port}"
        if ready_file:
            ready_file.write_text(url)
        click.echo(url)
        server.run()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
