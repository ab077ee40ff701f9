"""How a local service listens: on loopback, a few requests at a time."""

from typing import TYPE_CHECKING

import waitress
from waitress.server import BaseWSGIServer

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

HTTP_THREADS = 24  # twice the synchronous Textract calls in progress, so that Start and Get never wait behind them


def listen(service: "WSGIApplication", port: int) -> BaseWSGIServer:
    """Bind 127.0.0.1 (port 0: a free one, see `effective_port`); `run()` serves until SystemExit."""
    return waitress.create_server(service, host="127.0.0.1", port=port, threads=HTTP_THREADS)
