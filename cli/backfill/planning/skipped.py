"""Count the objects that will not be processed, and list them in a CSV file."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cli.backfill.manifest import Row
from cli.backfill.planning.inspection import Outcome
from cli.backfill.planning.plan_file import Example
from textract_pipeline.document import FOLDER_REASON, OUTPUT_REASON

if TYPE_CHECKING:
    from _csv import Writer

_COLUMNS = ("bucket", "key", "version_id", "outcome", "reason")
_EXAMPLES = 3  # per outcome, for the plan
_REASONS = {
    Outcome.OUTPUT: OUTPUT_REASON,
    Outcome.FOLDER: FOLDER_REASON,
    Outcome.REPEATED: "An earlier row names the same object.",
    Outcome.NOT_GRANTED: "The pipeline may not read this bucket: add it to the source_buckets setting and deploy.",
}


@dataclass(slots=True)
class Skipped:
    """The counts, examples, and CSV file of skipped objects."""

    _file: "Writer"
    counts: Counter[Outcome] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def add(self, row: Row, outcome: Outcome, reason: str = "") -> None:
        """Add one; outcomes that follow from the name alone need no reason."""
        reason = reason or _REASONS[outcome]
        self._file.writerow((row.bucket, row.key, row.version_id or "", outcome, reason))
        self.counts[outcome] += 1
        if self.counts[outcome] <= _EXAMPLES:
            self.examples.append(Example(f"s3://{row.bucket}/{row.key}", outcome, reason))


@contextmanager
def listing_skipped(path: Path) -> Iterator[Skipped]:
    """A list that writes to a new file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        yield Skipped(writer)
