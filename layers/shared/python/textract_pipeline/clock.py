"""The time, and letting it pass: the defaults of parameters that tests and the simulation set.

What is called is looked up with each call, so that a simulated world can stand in for all of it at once.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Monotonic = Callable[[], float]  # seconds that only ever grow
Sleep = Callable[[float], None]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds since some moment, which only ever grow."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Let time pass."""
    time.sleep(seconds)
