"""The AWS calls of documents that go through the simulated pipeline, one alone or some that come together."""

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
_KEYS_LISTED_AT_ONCE = 1000  # by the real S3; the simulated one has pages of a few, so that there are some


@dataclass(frozen=True, slots=True)
class Kind:
    """A document of so many pages, and in how many parts Textract writes its response."""

    name: str
    pages: int
    parts: int
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls of documents of a kind, for one of them: by function and call, and how often each function ran."""

    calls: Mapping[tuple[str, str], float]
    invocations: Mapping[str, float]

    @property
    def total(self) -> float:
        """All calls."""
        return sum(self.calls.values())


def count(kind: Kind, together: int) -> Counted:
    """Let so many documents of a kind through the pipeline, when nothing goes wrong."""
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
