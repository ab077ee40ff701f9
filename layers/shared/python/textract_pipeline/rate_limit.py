"""Before a document completes, or enters with a backfill: no more than so many a minute may.

An item of ControlTable says when the next document may pass.
"""

import time

from textract_pipeline.aws.control_table import number, update_if
from textract_pipeline.aws.documents_table import Clock
from textract_pipeline.document import utc_now
from textract_pipeline.errors import RetryableError

COMPLETING = "completing documents"
_TRIES = 3
_MOVE_ON = "SET nextAt = :next"


def pass_through(
    table: str,
    documents_per_minute: float,
    name: str = COMPLETING,
    longest_wait_seconds: float = 10.0,
    clock: Clock = utc_now,
) -> None:
    """Return when it is the document's turn under this rate limit; at once if the rate is 0, which is no limit.

    Raises RetryableError where its turn is too far off to be waited for in the function.
    """
    if not documents_per_minute:
        return
    interval = round(60_000 / documents_per_minute)
    for _ in range(_TRIES):
        now = round(clock().timestamp() * 1000)
        turn = {":turn": now, ":next": now + interval}
        taken = update_if(table, name, "attribute_not_exists(nextAt) OR nextAt <= :turn", _MOVE_ON, turn)
        if taken is None:
            return
        free_from = number(taken, "nextAt")
        wait_seconds = (free_from - now) / 1000
        if wait_seconds > longest_wait_seconds:
            break
        turn = {":turn": free_from, ":next": free_from + interval}
        if update_if(table, name, "nextAt = :turn", _MOVE_ON, turn) is None:
            time.sleep(wait_seconds)
            return
    raise RetryableError(f"No more than {documents_per_minute:g} documents may pass a minute")
