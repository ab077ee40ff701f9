"""EventBridge: what it has been told."""

import json
from typing import Any

from tests.simulation.aws.errors import service_error


class Events:
    """The default bus: the details of its events, in their order."""

    def __init__(self) -> None:
        self.details: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:
        """PutEvents."""
        if not 0 < len(Entries) <= 10:
            raise service_error("PutEvents", "ValidationException", "1 to 10 entries")
        self.details += [json.loads(entry["Detail"]) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(number)} for number in range(len(Entries))]}
