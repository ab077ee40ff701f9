"""Limits on size, number, and rate: Textract's fixed limits, and an account's quotas.

Fixed limits: "Hard limits in Amazon Textract" (docs.aws.amazon.com/textract/latest/dg/limits-document.html).
Quotas differ by account and region, so they are settings here.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from local.textract.exceptions import ProvisionedThroughputExceededError

MEBIBYTE = 1024 * 1024
SYNC_MAX_BYTES = 10 * MEBIBYTE
ASYNC_IMAGE_MAX_BYTES = 10 * MEBIBYTE
ASYNC_MAX_BYTES = 500 * MEBIBYTE
ASYNC_MAX_PAGES = 3_000
SYNC_MAX_QUERIES = 15  # per page
ASYNC_MAX_QUERIES = 30  # per page
RESULT_MAX_BLOCKS = 1_000  # per page of results, like the next two
RESULT_MAX_EXPENSES = 20
RESULT_MAX_LENDING_PAGES = 30
JOB_SECONDS = 24 * 60 * 60  # of work on one document; Textract does not say when it gives up
RESULT_SECONDS = 7 * 24 * 60 * 60  # a JobId and its ClientRequestToken are valid for seven days

SYNC_CALLS_IN_HAND = 12  # more would wait longer for the OCR engine than a client's read timeout of 60 s


@dataclass(frozen=True, slots=True)
class Quotas:
    """The account's quotas, separate for each operation as in Service Quotas, and how long jobs may take."""

    concurrent_jobs: int = 100
    start_tps: float = 10
    sync_tps: float = 10
    job_seconds: float = JOB_SECONDS
    result_seconds: float = RESULT_SECONDS


class RateLimit:
    """A token bucket: `per_second` calls on average, and a burst of as many after an idle second, at least one."""

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._capacity = max(1.0, per_second)
        self._tokens = self._capacity
        self._clock = clock
        self._filled_at = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Count one call; raise ProvisionedThroughputExceededError if it is one too many."""
        with self._lock:
            now = self._clock()
            earned = (now - self._filled_at) * self._per_second
            self._tokens = min(self._capacity, self._tokens + earned)
            self._filled_at = now
            if self._tokens < 1:
                raise ProvisionedThroughputExceededError
            self._tokens -= 1
