"""AWS events, and a clock, for all kinds of tests."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[1] / "events"


def load_event(name: str) -> Any:
    """A new copy of one of the AWS events in tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


class Clock:
    """A clock that a test moves forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
