"""What people do with documents during a run, and when."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a person does, with every document there is."""

    REPROCESS = "reprocess"
    LIST_ALL_AGAIN = "backfill start --again all"
    LIST_FAILED_AGAIN = "backfill start --again failed"


@dataclass(frozen=True, slots=True)
class Round:
    """An act, and when after the beginning; with those of the documents whose place in the table is even, or odd."""

    act: Act
    after_seconds: float
    places: tuple[int, ...] = (0, 1)
