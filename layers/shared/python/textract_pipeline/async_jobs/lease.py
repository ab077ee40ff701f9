"""The lease for filling Textract's quota: one invocation of asyncproc at a time holds it, as an item of ControlTable.

A lease expires by itself, so an invocation that dies blocks the others no longer than that.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from textract_pipeline.aws.control_table import number, update_if
from textract_pipeline.clock import Clock, utc_now
from textract_pipeline.events import Trigger

if TYPE_CHECKING:
    from textract_pipeline.aws.control_table import Attributes

HELD_SECONDS = 60.0
_RENEWED_BEFORE_SECONDS = 30.0  # renew when this many are left: a round of Start calls takes a few
PROBE_SECONDS = 90.0  # after a full quota, until checking for growth or a lost completion

_ITEM = "scheduler"
_HOLDER = ":holder"
_OWN = f"holder = {_HOLDER}"
_NOT_HELD = "(attribute_not_exists(heldUntil) OR heldUntil < :now)"
_MAY_TAKE = {
    Trigger.TICK: _NOT_HELD,
    Trigger.NEW_WORK: f"{_NOT_HELD} AND (attribute_not_exists(fillAfter) OR fillAfter <= :now)",
    Trigger.COMPLETION: f"{_NOT_HELD} AND fillAfter <= :now",
}


class Turn(StrEnum):
    """What an invocation should do."""

    FILL = "fill"  # it holds the lease: start jobs until the quota is full or nothing waits
    FILLING = "filling"  # another invocation holds the lease
    FULL = "full"  # the quota was full a moment ago: a completion frees one place
    IDLE = "idle"  # nothing waits


class Lease:
    """The right to fill the quota. If there is no `fillAfter`, the last holder left nothing waiting."""

    def __init__(self, table: str, clock: Clock = utc_now, new_id: Callable[[], UUID] = uuid4) -> None:
        self._table = table
        self._clock = clock
        self._holder = new_id().hex
        self._held_until = 0  # milliseconds since 1970

    def take(self, trigger: Trigger) -> Turn:
        """Take the lease if it is free and there is reason to fill. Raises RetryableError."""
        now, until = self._time(), self._time(HELD_SECONDS)
        changes = "SET holder = :holder, heldUntil = :until, fillAfter = :now REMOVE wanted"
        refused = self._update(changes, _MAY_TAKE[trigger], {":until": until, ":now": now})
        if refused is None or self._is_holder(refused):  # taken by an earlier try of the SDK whose answer was lost
            self._held_until = until
            return Turn.FILL
        if number(refused, "heldUntil") >= now:
            return Turn.FILLING
        return Turn.FULL if number(refused, "fillAfter") > now else Turn.IDLE

    def ask(self) -> bool:
        """Ask the holder to look for work once more; False if there is no holder anymore."""
        return self._update("SET wanted = :holder", "heldUntil >= :now", {":now": self._time()}) is None

    def renew(self) -> bool:
        """Extend the lease if it is about to expire; False if another invocation has it."""
        if self._held_until > self._time(_RENEWED_BEFORE_SECONDS):
            return True
        self._held_until = self._time(HELD_SECONDS)
        return self._update("SET heldUntil = :until", _OWN, {":until": self._held_until}) is None

    def release(self) -> bool:
        """Give up the lease because nothing waits; False if new work has arrived: look again."""
        refused = self._update("REMOVE holder, heldUntil, fillAfter", f"{_OWN} AND attribute_not_exists(wanted)", {})
        if refused is None or not self._is_holder(refused):
            return True
        self._update("REMOVE wanted", _OWN, {})
        return False

    def release_unfinished(self, fill_after_seconds: float) -> None:
        """Give up the lease while work waits; the next invocation with a reason may fill after this many seconds."""
        changes = "SET fillAfter = :after REMOVE holder, heldUntil"
        self._update(changes, _OWN, {":after": self._time(fill_after_seconds)})

    def nothing_waits(self) -> None:
        """Record that new work need not wait until `fillAfter`."""
        self._update("REMOVE fillAfter", _NOT_HELD, {":now": self._time()})

    def _is_holder(self, item: "Attributes") -> bool:
        return item.get("holder") == {"S": self._holder}

    def _time(self, plus_seconds: float = 0) -> int:
        """Milliseconds since 1970."""
        return round((self._clock().timestamp() + plus_seconds) * 1000)

    def _update(self, changes: str, allowed: str, times: Mapping[str, int]) -> "Attributes | None":
        """Update the item if the condition holds; otherwise return the unchanged item."""
        holder = {_HOLDER: self._holder} if _HOLDER in changes + allowed else {}
        return update_if(self._table, _ITEM, allowed, changes, {**times, **holder})
