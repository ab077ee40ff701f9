"""What a reader of the log sees: one JSON object a line, one line a request and two a job, with how much was open."""

import json
from datetime import UTC, datetime


def line(event: str, **fields: object) -> str:
    """An event and its fields, with the time in UTC."""
    return json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields})
