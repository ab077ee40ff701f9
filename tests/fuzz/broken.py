"""A target that breaks in each way that fuzzing must find. The input decides whether it breaks."""

import os
import time

from hypothesis import strategies as st

from tests.fuzz.target import Target


class RefusedError(Exception):
    """The documented error."""


def run(data: bytes) -> None:
    """Break as the environment says if the input contains `!`; other inputs are refused or have a result."""
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
