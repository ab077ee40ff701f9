"""Run several calls to services at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def run_all(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """Call the function with every item, all at the same time; return the results in the items' order.

    If calls fail, raises the first failing call's exception after all calls have ended.
    """
    if len(items) == 1:
        return [function(items[0])]
    with ThreadPoolExecutor(max_workers=max(1, len(items))) as threads:
        return list(threads.map(function, items))


def pause(seconds: float, unless: Event) -> None:
    """Wait this many seconds, or until a parallel call sets the event."""
    unless.wait(seconds)
