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


def refused_at(clock: Clock, *pauses: float, first_rate: float = 10) -> list[float]:
    """The rate after each of several refusals, so many seconds after the one before. None is accepted between them."""
    pace, rates = Pace(first_rate, lambda: clock.now), []
    for pause in pauses:
        clock.sleep(pause)
        pace.refused()
        rates.append(pace.rate)
    return rates


def test_calls_that_are_refused_at_the_same_time_slow_down_once(clock: Clock) -> None:
    assert refused_at(clock, 60, 0, 0.5, 0.4) == [pytest.approx(8)] * 4
    assert refused_at(clock, 60, 1)[1] == pytest.approx(6.4)


def test_the_first_refusal_counts_however_soon_it_comes() -> None:
    clock = Clock()
    clock.now = 0.0
    pace = Pace(10, lambda: clock.now)
    clock.now = 1.0
    pace.refused()
    assert pace.rate == pytest.approx(8)


def test_a_refusal_soon_after_another_slows_down_as_much_and_a_late_one_a_little(clock: Clock) -> None:
    assert refused_at(clock, 60, 5, 5)[1:] == [pytest.approx(6.4), pytest.approx(5.12)]
    assert refused_at(clock, 60, 5.1, 5.1)[1:] == [pytest.approx(7.6), pytest.approx(7.22)]


def test_it_never_gets_slower_than_a_call_in_ten_seconds(clock: Clock) -> None:
    assert refused_at(clock, *[2] * 50)[-1] == 0.1


def grown(pace: Pace) -> float:
    """By how much an accepted call speeds up."""
    before = pace.rate
    pace.wait(Event())
    pace.taken()
    return pace.rate / before


def test_until_a_refusal_it_grows_fast_then_slowly_and_near_the_refused_rate_hardly(clock: Clock) -> None:
    pace = Pace(now=lambda: clock.now)
    pace.wait(Event())  # which sets the time of the next
    assert grown(pace) == pytest.approx(1.1)
    pace.refused()
    assert grown(pace) == pytest.approx(1.01)
    while pace.rate < 0.9 * 1.1:
        seconds_for(pace, 1, clock)
    assert grown(pace) == pytest.approx(1.0002)


def test_after_a_refusal_a_known_rate_comes_back_fast(clock: Clock) -> None:
    pace = Pace(10, lambda: clock.now)
    pace.wait(Event())
    pace.refused()
    assert grown(pace) == pytest.approx(1.05)


def test_the_first_call_is_made_at_once_and_does_not_grow_the_rate(clock: Clock) -> None:
    pace, began = Pace(now=lambda: clock.now), clock.now
    assert grown(pace) == 1
    assert clock.now == began


def test_who_gives_up_waiting_gives_back_exactly_its_time(clock: Clock) -> None:
    pace, over = Pace(1, lambda: clock.now), Event()
    pace.wait(Event())
    over.set()
    pace.wait(over)
    began = clock.now
    pace.wait(Event())
    assert clock.now - began == pytest.approx(0.5)


def test_only_half_a_second_of_lost_time_is_made_up_for(clock: Clock) -> None:
    pace = Pace(10, lambda: clock.now)
    pace.wait(Event())
    clock.sleep(60)
    began, at_once = clock.now, 0
    while clock.now == began:
        pace.wait(Event())
        at_once += 1
    assert at_once == 7  # of which the last one waited


def test_the_first_call_is_made_at_once_whatever_the_clock_says(clock: Clock) -> None:
    clock.now = 0.0
    Pace(1, lambda: clock.now).wait(Event())
    assert clock.now == 0


def test_a_call_that_did_not_wait_for_its_time_does_not_grow_the_rate(clock: Clock) -> None:
    pace = Pace(now=lambda: clock.now)
    pace.taken()
    assert pace.rate == 1
