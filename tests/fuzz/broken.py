"""A target that breaks in every way that must be found. It breaks on what is in the input."""

import os
import time

from hypothesis import strategies as st

from tests.fuzz.target import Target


class RefusedError(Exception):
    """The documented error."""


def run(data: bytes) -> None:
    """Break, as the environment says; other inputs are refused or have a result."""
    if data.startswith(b"no"):
        raise RefusedError
    if b"!" in data:
        _break(os.environ["BROKEN_FUZZ_TARGET"])


def _break(how: str) -> None:
    match how:
        case "exception":
            raise ZeroDivisionError
        case "memory":
            bytearray(2 * 1024**3)
        case "time":
            time.sleep(3600)
        case "death":
            os.abort()


TARGET = Target(st.sampled_from([b"good", b"no", b"no!", b"bad!", b"also bad!!"]), run, (RefusedError,))
