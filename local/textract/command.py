"""The start command: `textract-pipeline local textract`, or `python -m local.textract`.

The first line of output is the service's URL. The service itself, whose OCR takes a second to import, is imported only
after the command line has been parsed.
"""

import functools
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeVar

import click

from local.cloud_error import LocalCloudError
from local.number_option import NUMBER
from local.textract.api.faults import Fault, Latency
from local.textract.api.limits import JOB_SECONDS, RESULT_SECONDS, Quotas
from local.textract.settings import Settings

DAY = 24 * 60 * 60

FaultOption = TypeVar("FaultOption")


def _parsed(
    parse: Callable[[str], FaultOption],
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], list[FaultOption]]:
    """A callback for an option that parses each of its values."""

    def callback(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[FaultOption]:
        try:
            return [parse(value) for value in values]
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


_QUOTA_OPTIONS = (
    click.option("--concurrent-jobs", default=100, show_default=True, help="Open jobs of each kind."),
    click.option(
        "--start-tps", default=10.0, type=NUMBER, show_default=True, help="Calls per second of each Start operation."
    ),
    click.option(
        "--sync-tps",
        default=10.0,
        type=NUMBER,
        show_default=True,
        help="Calls per second of each synchronous operation.",
    ),
    click.option(
        "--job-seconds", default=float(JOB_SECONDS), type=NUMBER, show_default=True, help="A job fails after this time."
    ),
    click.option(
        "--result-days", default=RESULT_SECONDS / DAY, type=NUMBER, show_default=True, help="Jobs are kept this long."
    ),
)


def _quota_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the quota options, as its `quotas`."""

    @functools.wraps(command)
    def with_quotas(
        *,
        concurrent_jobs: int,
        start_tps: float,
        sync_tps: float,
        job_seconds: float,
        result_days: float,
        **options: object,
    ) -> None:
        command(quotas=Quotas(concurrent_jobs, start_tps, sync_tps, job_seconds, result_days * DAY), **options)

    decorated: Callable[..., None] = with_quotas
    for option in reversed(_QUOTA_OPTIONS):
        decorated = option(decorated)
    return decorated


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--port", default=0, show_default=True, help="Port on 127.0.0.1; 0 chooses a free one.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Write the URL to this file when it answers.")
@click.option("--region", default="us-east-1", show_default=True, envvar=["AWS_REGION", "AWS_DEFAULT_REGION"])
@click.option("--s3-endpoint", metavar="URL", help="Where S3Object documents are; by default, where boto3 finds S3.")
@click.option(
    "--jobs-folder",
    type=click.Path(path_type=Path),
    help="Keep jobs here, and continue those found here; by default, they end with the process.",
)
@click.option(
    "--engine",
    type=click.Choice(["rapidocr", "instant"]),
    default="rapidocr",
    show_default=True,
    help="instant reads nothing and answers immediately.",
)
@click.option("--cache/--no-cache", default=True, show_default=True, help="Remember what was read on each page.")
@_quota_options
@click.option(
    "--latency",
    "latencies",
    multiple=True,
    metavar="[OPERATION=]SECONDS",
    callback=_parsed(Latency.parse),
    help="Delay every answer by this many seconds.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="[OPERATION=]RATE[:EXCEPTION]",
    callback=_parsed(Fault.parse),
    help="The share of calls (0 to 1) that fail, by default with InternalServerError.",
)
@click.option("--seed", default=0, show_default=True, help="Decides which calls fail: the same seed, the same calls.")
@click.option(
    "--recordings", type=click.Path(path_type=Path), help="Answer calls recorded in this folder as AWS answered them."
)
@click.option("--record", is_flag=True, help="Send calls without a recording to AWS, which charges for them.")
def textract(  # noqa: PLR0913 - one an option
    *,
    port: int,
    ready_file: Path | None,
    region: str,
    s3_endpoint: str | None,
    jobs_folder: Path | None,
    engine: str,
    cache: bool,
    quotas: Quotas,
    latencies: list[Latency],
    faults: list[Fault],
    seed: int,
    recordings: Path | None,
    record: bool,
) -> None:
    """Serve Textract on 127.0.0.1 to any program that uses an AWS SDK, until SIGTERM or Ctrl-C.

    The first line of output is the URL; the log goes to stderr, one JSON object per line. SNS and STS are where
    boto3 finds them (AWS_ENDPOINT_URL).

    \b
    Example:
      textract-pipeline local textract --port 4567
      AWS_ENDPOINT_URL_TEXTRACT=http://127.0.0.1:4567 python my_program.py
    """
    if record and not recordings:
        raise click.UsageError("--record needs --recordings, the folder for the recordings.")
    settings = Settings(
        quotas=quotas,
        jobs_folder=jobs_folder,
        s3_endpoint=s3_endpoint,
        latencies=tuple(latencies),
        faults=tuple(faults),
        seed=seed,
        recordings=recordings,
        records=record,
    )
    _serve(settings, port, region, ready_file, is_instant=engine == "instant", is_cached=cache)


def _serve(
    settings: Settings, port: int, region: str, ready_file: Path | None, *, is_instant: bool, is_cached: bool
) -> None:
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("local.textract").setLevel(logging.INFO)

    def announce(url: str) -> None:
        if ready_file:
            ready_file.write_text(url)
        click.echo(url)

    try:
        from local.textract.process import serve  # noqa: PLC0415 - see the module docstring
    except ModuleNotFoundError as error:
        raise LocalCloudError(f"The {error.name} package is not installed: run `make setup`.") from error
    serve(settings, port, region, announce, is_instant=is_instant, is_cached=is_cached)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
