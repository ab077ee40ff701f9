"""How fast Textract's Start calls may follow each other: at the account's rate, where it is known, or found out."""

import time
from dataclasses import dataclass, field
from threading import Lock

_FIRST_GUESS = 1.0  # Start calls a second: the least that any region allows (Textract endpoints and quotas, 2026-11)
_SLOWEST = 0.1
_GROWTH = 1.1  # for each call that was taken, until the first that was not
_CAREFUL_GROWTH = 1.002  # and from then on
_GROWTH_TO_LIMIT = 1.05  # where the limit is known, and a refusal means that others use a part of it
_SLOWER = 0.8
_MOST_BEHIND_SECONDS = 0.5  # how much lost time is made up for by a burst


@dataclass(slots=True)
class Pace:
    """Gives each call its time. `limit` is the most calls a second, None where it is not known."""

    limit: float | None = None
    _rate: float = field(init=False)
    _next: float = field(init=False, default=0.0)
    _growth: float = field(init=False, default=_GROWTH)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._rate = self.limit or _FIRST_GUESS

    @property
    def rate(self) -> float:
        """Calls a second, as things stand."""
        return self._rate

    def wait(self) -> None:
        """Return when it is time for the next call."""
        with self._lock:
            now = time.monotonic()
            slot = max(self._next, now - _MOST_BEHIND_SECONDS)
            self._next = slot + 1 / self._rate
        if slot > now:
            time.sleep(slot - now)

    def taken(self) -> None:
        """A call was not too many: the next may come a little sooner."""
        with self._lock:
            self._rate = min(self._rate * self._growth, self.limit or float("inf"))

    def refused(self) -> None:
        """A call was one too many this second."""
        with self._lock:
            self._rate = max(self._rate * _SLOWER, _SLOWEST)
            self._growth = _GROWTH_TO_LIMIT if self.limit else _CAREFUL_GROWTH
