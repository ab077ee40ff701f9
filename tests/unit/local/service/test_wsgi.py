"""What a local service answers, and which callers it serves."""

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from local.service.wsgi import MAX_BODY_BYTES, listen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def service(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
    start_response("200 OK", [])
    return [b"%d" % len(environ["wsgi.input"].read())]


@pytest.fixture
def port() -> Iterator[int]:
    server = listen(service, 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()


def answer(port: int, host: str, body: bytes = b"") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", body, {"Host": host})
    return connection.getresponse().status


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:80", "localhost:4566", "[::1]:80", "1.s3-control.localhost"])
def test_its_own_names_are_answered(port: int, host: str) -> None:
    assert answer(port, host) == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_request_for_another_host_is_not_answered(port: int, host: str) -> None:
    assert answer(port, host) == 421


def test_a_body_longer_than_any_document_is_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        length = MAX_BODY_BYTES + 1
        connection.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_many_half_open_connections_do_not_keep_others_out(port: int) -> None:
    half_open = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(150)]
    for connection in half_open:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: loc")
    assert answer(port, "localhost", b"x" * 1000) == 200
    for connection in half_open:
        connection.close()
