"""The start command of the local Textract, as a process of its own."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.textract_support import textract_client

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
