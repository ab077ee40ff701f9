"""From the objects that were inspected to all, with an error bar. Pure.

Objects are drawn group by group (stratified random sampling), so a group's mean stands for the group, and the groups'
errors add up as variances (W. G. Cochran, "Sampling Techniques", chapter 5). A group inspected whole has no error.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from math import sqrt

from cli.backfill.planning.inspection import Inspection, Outcome

_DEVIATIONS = 1.96  # of a normal distribution: 95 % lie within
_UNSEEN = 3.0  # of n drawn none differs: with 95 % certainty fewer than 3 / n of all do (the rule of three)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and how far off it may be with 95 % certainty."""

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
    """What has been found out of the inspected objects of a group of so many."""

    objects: int
    inspected: int = 0
    size_bytes: int = 0
    pages: int = 0
    squared_pages: int = 0
    most_pages: int = 0
    jobs: int = 0  # documents that go to the async pipeline,
    job_pages: int = 0  # and their pages
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, inspection: Inspection) -> None:
        """Count one more."""
        self.inspected += 1
        self.size_bytes += inspection.size_bytes
        self.outcomes[inspection.outcome] += 1
        if inspection.outcome is Outcome.PROCESSED and inspection.format:
            self.pages += inspection.pages
            self.squared_pages += inspection.pages**2
            self.most_pages = max(self.most_pages, inspection.pages)
            if not inspection.format.is_image:
                self.jobs += 1
                self.job_pages += inspection.pages

    @property
    def factor(self) -> float:
        """How many objects of the group stand behind each that was inspected."""
        return self.objects / self.inspected if self.inspected else 0.0

    @property
    def total_pages(self) -> Estimate:
        """The pages that will be processed of all the group's objects."""
        if self.inspected == self.objects:
            return Estimate(self.pages)
        variance = (self.squared_pages - self.pages**2 / self.inspected) / (self.inspected - 1)
        unseen = 1 - self.inspected / self.objects
        error = _DEVIATIONS * sqrt(unseen * max(0.0, variance) / self.inspected)
        if not variance:
            error = min(1.0, _UNSEEN / self.inspected) * max(1, self.most_pages)
        return Estimate(self.pages * self.factor, self.objects * error)


def total(parts: Collection[Estimate]) -> Estimate:
    """The sum of estimates that were made independently of each other."""
    return Estimate(sum(part.value for part in parts), sqrt(sum(part.error**2 for part in parts)))
