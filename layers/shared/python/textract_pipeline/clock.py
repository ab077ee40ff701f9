"""Time and sleep: the defaults of parameters that tests and the simulation override.

The functions look up what they call each time, so that a simulated world can replace all of it at once.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Monotonic = Callable[[], float]  # seconds that never decrease
Sleep = Callable[[float], None]
Jitter = Callable[[float], float]  # a random part of this many seconds


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds since some moment; never decreases."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def jitter(seconds: float) -> float:
    """A random part of this many seconds, so that callers that wait for the same thing do not retry together."""
    return random.uniform(0, seconds)  # noqa: S311 # nosec B311 - no secret
