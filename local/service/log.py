"""The log: one JSON object per line, one line per request and two per job, with the number of open ones."""

import json
from datetime import UTC, datetime


def line(event: str, **fields: object) -> str:
    """An event and its fields, with the time in UTC."""
    return json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **fields})
