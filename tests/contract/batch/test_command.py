"""The start command of the local S3 Batch Operations, as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from local.loopback import reach_loopback
from tests.support.batch import ACCOUNT
from tests.support.textract import SESSION

SECONDS_TO_STOP = 5


def test_the_command_prints_its_url_answers_and_stops_at_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.batch", "--jobs-folder", str(tmp_path)]
    environment = os.environ | {"AWS_REGION": "eu-west-1"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            client = SESSION.client("s3control", endpoint_url=process.stdout.readline().strip())
            reach_loopback(client.meta.events)
            assert client.list_jobs(AccountId=ACCOUNT)["Jobs"] == []
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=SECONDS_TO_STOP)
    assert process.returncode == 0
    assert '"path": "/v20180820/jobs", "requestId"' in log
