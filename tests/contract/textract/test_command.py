"""The start command of the local Textract, as a process of its own."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from tests.support.textract import ended, textract_client

SECONDS_TO_STOP = 5


def blank_page() -> bytes:
    image = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(image, "PNG")
    return image.getvalue()


def test_the_command_prints_its_url_answers_and_stops_at_sigterm(tmp_path: Path) -> None:
    ready_file = tmp_path / "url"
    command = [sys.executable, "-m", "local.textract", "--engine", "instant", "--ready-file", str(ready_file)]
    environment = os.environ | {"AWS_REGION": "eu-west-1", "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            assert ready_file.read_text() == url
            reply = textract_client(url).detect_document_text(Document={"Bytes": blank_page()})
            assert reply["Blocks"][0]["BlockType"] == "PAGE"
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 0
    assert '"target": "Textract.DetectDocumentText", "status": 200' in log
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


class OneObject(BaseHTTPRequestHandler):
    """An S3 that holds /documents/a.png, and wants no more of a caller than a signature."""

    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(blank_page())

    def answer(self, body: bytes) -> None:
        is_there = self.path == "/documents/a.png" and "Authorization" in self.headers
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def one_object() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OneObject)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_command_line_serves_documents_of_any_s3_without_credentials_or_cloud(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    with one_object() as s3:
        program = str(Path(sys.executable).with_name("textract-pipeline"))
        command = [program, "local", "textract", "--engine", "instant", "--s3-endpoint", s3]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                assert process.stdout is not None
                textract = textract_client(process.stdout.readline().strip())
                there = {"S3Object": {"Bucket": "documents", "Name": "a.png"}}
                assert textract.detect_document_text(Document=there)["Blocks"]
                job_id = textract.start_document_text_detection(DocumentLocation=there)["JobId"]
                assert ended(textract.get_document_text_detection, job_id)["JobStatus"] == "SUCCEEDED"
            finally:
                process.terminate()
