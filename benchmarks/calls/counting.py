"""Count the AWS calls of documents in the simulated pipeline, alone or several together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from unittest.mock import patch

from tests.simulation import scenario, simulation
from tests.simulation.aws import s3
from tests.simulation.aws.textract import Script
from tests.simulation.scenario import PDF, PNG, Arrival, Scenario, pages
from tests.simulation.schedule import Schedule

_JOB_SECONDS = 20.0
_KEYS_LISTED_AT_ONCE = 1000  # by the real S3; the simulated S3 has short pages, to test paging


@dataclass(frozen=True, slots=True)
class Kind:
    """A document's number of pages, and of the parts of its response."""

    name: str
    pages: int
    parts: int
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls per document of a kind, by function and call, and how often each function ran."""

    calls: Mapping[tuple[str, str], float]
    invocations: Mapping[str, float]

    @property
    def total(self) -> float:
        """All calls."""
        return sum(self.calls.values())


def count(kind: Kind, together: int) -> Counted:
    """Send this many documents of a kind through the pipeline, without faults."""
    arrivals = tuple(_arrival(kind, number) for number in range(together))
    counted = Scenario(arrivals, concurrent_jobs=100, keeps_versions=True)
    with (
        patch.dict(scenario.ALL_SCENARIOS, {"counted": counted}),
        patch.object(s3, "PAGE_KEYS", _KEYS_LISTED_AT_ONCE),
    ):
        journal = simulation.simulate(Schedule("counted", 0)).functions.journal
    made = [(_function(record.invocation), record) for record in journal]
    calls = Counter((function, str(record.call)) for function, record in made)
    invocations = Counter(function for function, _ in {(function, record.invocation) for function, record in made})
    return Counted(
        {call: number / together for call, number in calls.items()},
        {function: number / together for function, number in invocations.items()},
    )


def _arrival(kind: Kind, number: int) -> Arrival:
    parts = pages("Page", kind.pages, -(-kind.pages // kind.parts))
    name = f"{number}.{'png' if kind.is_image else 'pdf'}"
    return Arrival(name, PNG if kind.is_image else PDF, Script(parts, seconds=_JOB_SECONDS))


def _function(invocation: str) -> str:
    return invocation.partition("-")[0]
