"""A clock for the lease, and no waiting between looks at the queues."""

import pytest

from tests.support.events import Clock
from textract_pipeline.async_jobs import scheduler
from textract_pipeline.async_jobs.lease import Lease


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scheduler, "POLL_SECONDS", 0)
    monkeypatch.setattr(scheduler, "Lease", lambda table: Lease(table, clock))
    return clock
