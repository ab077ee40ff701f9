"""The plan of a backfill, and the file that keeps it until `backfill start` uses it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from cli.backfill.manifest import ManifestError, ManifestLocation
from cli.backfill.planning.estimate import Estimate
from cli.backfill.planning.inspection import Outcome
from textract_pipeline.events import ReprocessPolicy
from textract_pipeline.names import Feature

_JSON = ConfigDict(extra="forbid", allow_inf_nan=False, alias_generator=to_camel, validate_by_name=True)


def list_path(plan_path: Path) -> Path:
    """The CSV manifest next to a plan."""
    return plan_path.with_suffix(".csv")


def skipped_path(plan_path: Path) -> Path:
    """The CSV file next to a plan that lists the objects known not to be processed."""
    return plan_path.with_name(f"{plan_path.stem}-skipped.csv")


@dataclass(frozen=True, slots=True, config=_JSON)
class PlannedGroup:
    """The objects of one suffix that are analyzed for the same features; dollars are for Textract alone."""

    suffix: str
    features: tuple[Feature, ...]
    objects: int
    to_process: int
    skipped: Mapping[Outcome, int]
    pages: Estimate
    price: Estimate


@dataclass(frozen=True, slots=True, config=_JSON)
class Example:
    """An object that will not be processed, and why."""

    uri: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, config=_JSON)
class Plan:
    """A plan. If not every object was inspected, all fields after `inspected` are estimates.

    The CSV manifest `rows_path` lists the objects `to_register`. It leaves out `objects` that are outputs of the
    pipeline, duplicates, or in buckets that the pipeline may not read. `manifest` is a manifest in S3 that already
    lists them, if there is one. Sizes are in bytes, prices in dollars.
    """

    source: str
    made_at: datetime
    again: ReprocessPolicy
    manifest: ManifestLocation | None
    rows_path: Path
    objects: int
    to_register: int
    inspected: int
    size_bytes: int
    to_process: int
    skipped: Mapping[Outcome, int]
    examples: tuple[Example, ...]
    groups: tuple[PlannedGroup, ...]
    pages: Estimate
    price: Estimate
    price_by_feature: Mapping[Feature, float]
    batch_operations_fee: float
    seconds: float
    assumptions: tuple[str, ...]
    with_embedded_files: int = 0  # documents to process with files in them that are not read; earlier plans lack it

    @property
    def is_exact(self) -> bool:
        """Whether every object was inspected."""
        return self.inspected == self.to_register

    @property
    def total_price(self) -> float:
        """Total price in dollars."""
        return self.price.value + self.batch_operations_fee

    def save(self, path: Path) -> None:
        """Write the plan as JSON."""
        path.write_bytes(_PLAN.dump_json(self, indent=2, by_alias=True) + b"\n")

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Load a plan; its list of objects is in the same directory. Raises ManifestError if the file is not a plan."""
        try:
            plan = _PLAN.validate_json(path.read_bytes())
            return replace(plan, rows_path=path.with_name(plan.rows_path.name))
        except (OSError, ValueError) as error:  # no JSON, not a plan's, or a list without a name
            raise ManifestError(
                f"{path} is not a backfill plan: make one with textract-pipeline backfill plan."
            ) from error


_PLAN = TypeAdapter(Plan)
