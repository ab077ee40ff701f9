"""What tests of several kinds share."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[1] / "events"


def load_event(name: str) -> Any:
    """A fresh copy of one of AWS's events in tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


class Clock:
    """The time, as a test lets it pass."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
