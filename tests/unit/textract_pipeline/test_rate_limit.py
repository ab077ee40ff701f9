"""The time between two documents, at any rate."""

import pytest

from textract_pipeline.rate_limit import interval_ms

_DAY_MS = 24 * 60 * 60 * 1000


@pytest.mark.parametrize(("rate", "interval"), [(0, 0), (600, 100), (0.1, 600_000), (1e-9, _DAY_MS), (5e-324, _DAY_MS)])
def test_documents_are_at_most_a_day_apart(rate: float, interval: int) -> None:
    assert interval_ms(rate) == interval
