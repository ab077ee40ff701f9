"""Time and sleep: the defaults of parameters that tests and the simulation override.

The functions look up what they call each time, so that a simulated world can replace all of it at once.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Monotonic = Callable[[], float]  # seconds that never decrease
Sleep = Callable[[float], None]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds since some moment; never decreases."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
