"""How fast Textract's Start calls follow each other: at the account's rate, or at one found by trial."""

from threading import Event, Lock

from textract_pipeline import clock, parallel
from textract_pipeline.clock import Monotonic

_FIRST_GUESS = 1.0  # Start calls per second: the lowest quota of any region (Textract endpoints and quotas, 2026-11)
_SLOWEST = 0.1
_GROWTH = 1.1  # per accepted call, until the first refusal
_RECOVERY = 1.01  # after that, while the rate is well below the rate that was refused
_CAREFUL_GROWTH = 1.0002  # and when it is near that rate
_NEAR = 0.9
_GROWTH_TO_LIMIT = 1.05  # if the limit is known, and a refusal means that others use part of it
_SLOWER, _A_LITTLE_SLOWER = 0.8, 0.95  # after a refusal: if the rate is far off, and if it is nearly right
_SAME_REFUSAL_SECONDS = 1.0  # calls made at the same time are refused for the same reason
_FAR_FROM_RIGHT_SECONDS = 5.0  # a refusal this soon after the last: the rate is far off
_MOST_BEHIND_SECONDS = 0.5  # the most lost time that a burst may make up for


class Pace:
    """Gives each call its time. `limit` is the maximum of calls per second, None if it is not known."""

    def __init__(self, limit: float | None = None, now: Monotonic = clock.monotonic) -> None:
        self._now = now
        self._limit = limit
        self._rate = limit or _FIRST_GUESS
        self._next = 0.0
        self._is_used = False
        self._too_much: float | None = None  # the rate at which a call was last refused
        self._refused_at = 0.0
        self._lock = Lock()

    @property
    def rate(self) -> float:
        """The current rate, in calls per second."""
        return self._rate

    def wait(self, unless: Event) -> None:
        """Wait until it is time for the next call, or until the event is set, which means that there is none."""
        with self._lock:
            now, interval = self._now(), 1 / self._rate
            slot = max(self._next, now - _MOST_BEHIND_SECONDS)
            self._is_used = slot == self._next
            self._next = slot + interval
        if slot > now:
            parallel.pause(slot - now, unless)
            if unless.is_set():
                with self._lock:
                    self._next -= interval

    def taken(self) -> None:
        """A call was accepted: speed up a little, unless calls came far slower than the rate allows."""
        with self._lock:
            if self._is_used:
                self._rate = min(self._rate * self._growth(), self._limit or float("inf"))

    def refused(self) -> None:
        """A call was refused: slow down."""
        with self._lock:
            now = self._now()
            since_last = now - self._refused_at
            if since_last < _SAME_REFUSAL_SECONDS:
                return
            is_nearly_right = self._too_much is not None and since_last > _FAR_FROM_RIGHT_SECONDS
            self._too_much, self._refused_at = self._rate, now
            self._rate = max(self._rate * (_A_LITTLE_SLOWER if is_nearly_right else _SLOWER), _SLOWEST)

    def _growth(self) -> float:
        if self._limit:
            return _GROWTH_TO_LIMIT
        if self._too_much is None:
            return _GROWTH
        return _CAREFUL_GROWTH if self._rate > _NEAR * self._too_much else _RECOVERY
