"""`make audit-packages` says whether anything was checked at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from audit import packages

LOCKS = ("locks/deploy.txt", "locks/cloud.txt")


@contextmanager
def server_that_answers(status: int, body: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/json"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "reachable"),
    [
        (200, '{"vulnerabilities": [{"id": "PYSEC-2018-28"}]}', True),
        (200, '{"vulnerabilities": []}', False),
        (200, '{"releases": {}}', False),
        (200, "[]", False),
        (200, "<html>a proxy's page</html>", False),
        (404, "{}", False),
    ],
)
def test_advisories_are_reachable_only_if_known_ones_are_there(status: int, body: str, reachable: bool) -> None:
    with server_that_answers(status, body) as url:
        assert packages.are_reachable(url) is reachable


def test_a_host_that_does_not_answer_has_no_advisories() -> None:
    assert not packages.are_reachable("http://127.0.0.1:9/json")


@pytest.mark.parametrize(("advisories", "status"), [("optional", 0), ("required", 1)])
def test_it_says_loudly_that_nothing_was_checked_and_goes_on_only_if_told_to(
    advisories: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "are_reachable", lambda: False)
    monkeypatch.setattr(packages, "_audit", lambda _: pytest.fail("nothing can be audited"))
    assert packages.main(["--advisories", advisories, *LOCKS]) == status
    assert "pip-audit: PyPI's advisories could not be reached: NOT CHECKED" in capsys.readouterr().out


def test_every_lock_is_checked_and_one_finding_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    def audit(lock: str) -> int:
        checked.append(lock)
        return 1 if lock == LOCKS[0] else 0

    monkeypatch.setattr(packages, "are_reachable", lambda: True)
    monkeypatch.setattr(packages, "_audit", audit)
    assert packages.main(["--advisories", "optional", *LOCKS]) == 1
    assert checked == list(LOCKS)
