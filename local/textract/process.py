"""The service as a process: its engine, its folder for jobs, its way to AWS, and serving until it is told to end."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import boto3

from local.textract.engine import InstantEngine, RapidOcrEngine
from local.textract.recognition import PAGES_REMEMBERED, Recogniser
from local.textract.server import build_service, listen
from local.textract.settings import Settings


def serve(
    settings: Settings,
    port: int,
    region: str,
    announce: Callable[[str], None],
    *,
    is_instant: bool,
    is_cached: bool,
) -> None:
    """Serve on 127.0.0.1 until SystemExit; `announce` is called with the URL once it answers."""
    recogniser = Recogniser(InstantEngine() if is_instant else RapidOcrEngine(), PAGES_REMEMBERED if is_cached else 0)
    with tempfile.TemporaryDirectory(prefix="textract-jobs-", ignore_cleanup_errors=True) as temporary:
        folder = settings.jobs_folder or Path(temporary)
        service = build_service(recogniser, settings, folder, boto3.Session(region_name=region))
        server = listen(service, port)
        announce(f"http://127.0.0.1:{server.effective_port}")
        server.run()
