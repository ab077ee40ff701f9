"""Extrapolate from the inspected objects to all objects, with an error margin. Pure.

Objects are drawn group by group (stratified random sampling), so a group's mean stands for the group, and the groups'
errors add up as variances (W. G. Cochran, "Sampling Techniques", chapter 5). A fully inspected group has no error.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from math import sqrt

from cli.backfill.planning.inspection import Inspection, Outcome

_DEVIATIONS = 1.96  # of a normal distribution: 95 % of values lie within
_UNSEEN = 3.0  # if none of n drawn differs, fewer than 3 / n of all do, with 95 % confidence (rule of three)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its margin of error, at 95 % confidence."""

    value: float
    error: float = 0.0

    @property
    def is_exact(self) -> bool:
        """Whether everything was counted."""
        return not self.error

    def __mul__(self, factor: float) -> "Estimate":
        return Estimate(self.value * factor, self.error * factor)


@dataclass(slots=True)
class Findings:
    """What was found in the inspected objects of a group."""

    objects: int
    inspected: int = 0
    size_bytes: int = 0
    pages: int = 0
    squared_pages: int = 0
    most_pages: int = 0
    jobs: int = 0  # documents that go to the async pipeline
    job_pages: int = 0  # their pages
    embedding: int = 0  # documents with embedded files
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, inspection: Inspection) -> None:
        """Add one inspection."""
        self.inspected += 1
        self.size_bytes += inspection.size_bytes
        self.outcomes[inspection.outcome] += 1
        if inspection.outcome is Outcome.PROCESSED and inspection.format:
            self.pages += inspection.pages
            self.embedding += bool(inspection.embedded_files)
            self.squared_pages += inspection.pages**2
            self.most_pages = max(self.most_pages, inspection.pages)
            if not inspection.format.is_image:
                self.jobs += 1
                self.job_pages += inspection.pages

    @property
    def factor(self) -> float:
        """How many objects of the group each inspected object stands for."""
        return self.objects / self.inspected if self.inspected else 0.0

    @property
    def total_pages(self) -> Estimate:
        """The pages to process in all of the group's objects."""
        if self.inspected == self.objects:
            return Estimate(self.pages)
        variance = (self.squared_pages - self.pages**2 / self.inspected) / (self.inspected - 1)
        unseen = 1 - self.inspected / self.objects
        error = _DEVIATIONS * sqrt(unseen * max(0.0, variance) / self.inspected)
        if not variance:
            error = min(1.0, _UNSEEN / self.inspected) * max(1, self.most_pages)
        return Estimate(self.pages * self.factor, self.objects * error)


def total(parts: Collection[Estimate]) -> Estimate:
    """The sum of independent estimates."""
    return Estimate(sum(part.value for part in parts), sqrt(sum(part.error**2 for part in parts)))
