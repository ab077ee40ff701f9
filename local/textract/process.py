"""The service as a process: its engine, its jobs folder, its AWS session, and serving until it is told to stop."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import boto3

from document_rendering.confined import prepare
from local.service.wsgi import listen
from local.textract.recognition.documents.formats import open_document
from local.textract.recognition.ocr.engine import InstantEngine, RapidOcrEngine
from local.textract.recognition.page_content import blocks_of
from local.textract.recognition.recognizer import PAGES_REMEMBERED, Recognizer
from local.textract.server import build_service
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
    """Serve on 127.0.0.1 until SystemExit; `announce` is called with the URL once it is ready."""
    prepare(open_document, blocks_of)
    recognizer = Recognizer(InstantEngine() if is_instant else RapidOcrEngine(), PAGES_REMEMBERED if is_cached else 0)
    with tempfile.TemporaryDirectory(prefix="textract-jobs-", ignore_cleanup_errors=True) as temporary:
        folder = settings.jobs_folder or Path(temporary)
        service = build_service(recognizer, settings, folder, boto3.Session(region_name=region))
        server = listen(service, port)
        announce(f"http://127.0.0.1:{server.effective_port}")
        server.run()
