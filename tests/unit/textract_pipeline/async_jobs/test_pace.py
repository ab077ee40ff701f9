"""The time between Start calls."""

from threading import Event

import pytest

from textract_pipeline import parallel
from textract_pipeline.async_jobs.pace import Pace


class Clock:
    """A clock on which time passes only while code sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float, unless: Event = Event()) -> None:  # noqa: B008 - never set
        if not unless.is_set():
            self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(parallel, "pause", clock.sleep)
    return clock


def seconds_for(pace: Pace, calls: int, clock: Clock) -> float:
    began = clock.now
    for _ in range(calls):
        pace.wait(Event())
        pace.taken()
    return clock.now - began


def test_a_known_rate_is_kept_from_the_first_call_on(clock: Clock) -> None:
    assert seconds_for(Pace(5, lambda: clock.now), 101, clock) == pytest.approx(20, abs=0.6)


def test_time_that_was_lost_is_made_up_for_a_little_and_not_wholly(clock: Clock) -> None:
    pace = Pace(10, lambda: clock.now)
    pace.wait(Event())
    clock.sleep(60)
    assert seconds_for(pace, 10, clock) == pytest.approx(0.4, abs=0.11)


def test_an_unknown_rate_is_found_from_below(clock: Clock) -> None:
    pace = Pace(now=lambda: clock.now)
    seconds_for(pace, 40, clock)
    assert pace.rate > 10


def test_a_refusal_slows_down_and_what_follows_is_careful(clock: Clock) -> None:
    pace = Pace(now=lambda: clock.now)
    seconds_for(pace, 40, clock)
    before = pace.rate
    pace.refused()
    seconds_for(pace, 40, clock)
    assert 0.8 * before < pace.rate < before


def test_a_known_rate_is_never_exceeded(clock: Clock) -> None:
    pace = Pace(3, lambda: clock.now)
    pace.refused()
    seconds_for(pace, 5000, clock)
    assert pace.rate == 3


def test_a_rate_that_is_not_used_does_not_grow(clock: Clock) -> None:
    pace = Pace(now=lambda: clock.now)
    for _ in range(100):
        clock.sleep(0.5)
        pace.wait(Event())
        pace.taken()
    assert 1 < pace.rate < 4


def test_who_waits_for_nothing_any_more_goes_at_once_and_takes_no_others_time(clock: Clock) -> None:
    pace, over = Pace(1, lambda: clock.now), Event()
    over.set()
    began = clock.now
    for _ in range(10):
        pace.wait(over)
    pace.wait(Event())
    assert clock.now - began <= 1
