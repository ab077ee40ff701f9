"""The parent process of each local service, with children that are killed, end, or are told to end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local import supervisor
from local.supervisor import supervise

PROJECT = Path(__file__).parents[3]
# Writes its pid to a file and kills itself until the file has enough lines, then ends with code 5.
KILLED = """
import os, signal, sys
lines = open(sys.argv[1], "a+")
lines.write(f"{os.getpid()}\\n")
lines.seek(0)
if len(lines.readlines()) <= int(sys.argv[2]):
    lines.close()
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(5)
"""
SLEEPER = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def killed(file: Path, times: int) -> list[str]:
    return [sys.executable, "-c", KILLED, str(file), str(times)]


def test_a_command_that_is_killed_is_started_again_until_it_ends_by_itself(tmp_path, capfd):
    assert supervise(killed(tmp_path / "pids", times=2)) == 5
    assert len(set((tmp_path / "pids").read_text().split())) == 3
    assert capfd.readouterr().err.count('"process killed", "signal": "SIGKILL"') == 2


def test_a_command_that_is_killed_at_once_time_and_again_is_given_up(tmp_path, capfd):
    assert supervise(killed(tmp_path / "pids", times=9)) == 1
    assert len((tmp_path / "pids").read_text().split()) == 3
    assert '"given up"' in capfd.readouterr().err


def test_one_that_lives_for_a_while_between_is_never_given_up(tmp_path):
    times = (number * supervisor.LONG_SECONDS for number in range(100))
    assert supervise(killed(tmp_path / "pids", times=9), lambda: next(times)) == 5
    assert len((tmp_path / "pids").read_text().split()) == 10


def test_told_to_end_the_parent_ends_its_child(tmp_path):
    pid_file = tmp_path / "pid"
    command = [sys.executable, "-m", "local.supervisor", sys.executable, "-c", SLEEPER, str(pid_file)]
    with subprocess.Popen(command, cwd=PROJECT) as parent:
        while not (pid_file.exists() and pid_file.read_text()):
            time.sleep(0.01)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(timeout=10) == 0
    assert not _is_alive(int(pid_file.read_text()))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
