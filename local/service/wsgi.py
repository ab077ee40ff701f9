"""How a local service listens: on loopback, for a few requests at a time, and only for its own host names.

A web page can make a host name of its own resolve to loopback, and so send requests to a local service (DNS
rebinding); its Host header then has that name. Clients that keep connections open, or send endless bodies, are cut off.
"""

from typing import TYPE_CHECKING

import waitress
from waitress.server import BaseWSGIServer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HTTP_THREADS = 24  # twice the synchronous Textract calls in progress, so that Start and Get never wait behind them
MAX_BODY_BYTES = 15 * 1024**2  # a document of 10 MB in Base64, and the rest of a request around it
_CONNECTIONS = 1000  # far more than threads: one that is half open costs next to nothing, until it is cut off
_SILENT_SECONDS = 30  # after which a connection on which nothing comes is cut off
_NAMES = ("127.0.0.1", "localhost", "[::1]")


def listen(service: "WSGIApplication", port: int) -> BaseWSGIServer:
    """Bind 127.0.0.1 (port 0: a free one, see `effective_port`); `run()` serves until SystemExit."""
    return waitress.create_server(
        own_names_only(service),
        host="127.0.0.1",
        port=port,
        threads=HTTP_THREADS,
        max_request_body_size=MAX_BODY_BYTES,
        connection_limit=_CONNECTIONS,
        channel_timeout=_SILENT_SECONDS,
        cleanup_interval=_SILENT_SECONDS // 3,
    )


def own_names_only(service: "WSGIApplication") -> "WSGIApplication":
    """The service, which answers no request that was meant for another host."""

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        host = environ.get("HTTP_HOST", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if name in _NAMES or name.endswith(".localhost"):
            return service(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"This is a service of this machine alone: it does not answer for {host!r}.\n".encode()]

    return checked
