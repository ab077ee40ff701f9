import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.cloud_error import LocalCloudError
from local.servers import Server, free_port

LISTENER = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {LISTENER!r}, sys.argv[1]]).wait()"


@pytest.fixture
def server(tmp_path):
    server = Server("example", tmp_path)
    yield server
    server.stop()


def start(server: Server, code: str, *arguments: str) -> None:
    server.start([sys.executable, "-c", code, *arguments], {"PATH": os.environ["PATH"]}, server.directory)


def test_a_started_server_is_waited_for_until_it_listens_and_runs_until_it_is_stopped(server):
    port = free_port()
    start(server, LISTENER, str(port))
    server.wait_until_listening(port, seconds=10)
    assert server.is_running()
    assert Server("example", server.directory).is_running(), "a later command finds it, too"

    server.stop()

    assert not server.is_running()
    assert not (server.directory / "example.pid").exists()


def test_a_server_that_ends_while_starting_is_reported_with_its_last_words(server):
    start(server, "raise SystemExit('no room on this port')")
    with pytest.raises(LocalCloudError, match="example ended while starting: no room on this port"):
        server.wait_until_listening(free_port(), seconds=10)


def test_a_server_that_never_listens_is_given_up(server):
    start(server, "import time; time.sleep(60)")
    with pytest.raises(LocalCloudError, match="did not listen"):
        server.wait_until_listening(free_port(), seconds=0.2)


def test_a_server_that_ignores_the_request_to_end_is_killed(server):
    start(server, DEAF)
    while "deaf" not in server.log.read_text():
        time.sleep(0.01)
    server.stop(grace_seconds=0.2)
    assert not server.is_running()


def test_a_server_s_own_children_end_with_it(server):
    port = free_port()
    start(server, PARENT, str(port))
    server.wait_until_listening(port, seconds=10)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        _connect_for(5, port)


def test_a_pid_that_another_program_has_meanwhile_is_left_alone(server):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        (server.directory / "example.pid").write_text(str(stranger.pid))

        assert not server.is_running()
        server.stop()

        assert stranger.poll() is None
        stranger.send_signal(signal.SIGKILL)


def test_a_server_outlives_the_command_that_started_it(server):
    port = free_port()
    starter = (
        "import sys; from pathlib import Path; from local.servers import Server;"
        "directory = Path(sys.argv[1]);"
        "Server('example', directory).start([sys.executable, '-c', *sys.argv[2:]], {}, directory)"
    )
    arguments = [str(server.directory), LISTENER, str(port)]
    subprocess.run([sys.executable, "-c", starter, *arguments], check=True, cwd=Path(__file__).parents[3])
    server.wait_until_listening(port, seconds=10)
    assert server.is_running()


def test_stopping_what_does_not_run_does_nothing(server):
    server.stop()
    server.stop()
    assert not server.is_running()


def _connect_for(seconds: float, port: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(0.05)
