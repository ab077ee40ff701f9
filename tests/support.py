"""What tests of several kinds share."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent / "events"


def load_event(name: str) -> Any:
    """A fresh copy of one of AWS's events in tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
