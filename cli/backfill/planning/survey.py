"""Go through all rows once, by name alone, and keep what is needed to inspect some or all of them."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import chain
from random import Random

from cli.backfill.manifest import Row
from cli.backfill.planning.inspection import Outcome
from textract_pipeline.document import is_folder, is_output_key, ordered_features, setting_for_key
from textract_pipeline.names import Feature

_MOST_GROUPS = 60  # a bucket may have any number of apparent suffixes
_LONGEST_SUFFIX = 6
_REMAINING = "(other)"
_SMALL = 5  # digits: below 100,000 bytes, the size says little about a document's pages


@dataclass(frozen=True, slots=True)
class Kind:
    """Objects of the same suffix (with its dot, lower case) that are analyzed for the same features."""

    suffix: str
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Objects of a kind whose size has `digits` digits, 0 if unknown: a few large files have most of the pages."""

    kind: Kind
    digits: int


@dataclass(slots=True)
class Members:
    """The objects of a group: their number, their bytes if the manifest has them, and a random sample."""

    objects: int = 0
    known_bytes: int = 0
    with_known_bytes: int = 0
    sample: list[Row] = field(default_factory=list)


class Survey:
    """What the rows of a manifest are. `sample` is how many of each group are drawn, each with the same probability.

    If none are drawn because all will be inspected, sizes do not matter.
    """

    def __init__(
        self, features: Mapping[str, Sequence[str]], granted: Collection[str], sample: int, random: Random
    ) -> None:
        self.objects = 0
        self.left_out: Counter[Outcome] = Counter()
        self.groups: dict[Group, Members] = {}
        self._features, self._granted, self._sample_size, self._random = features, granted, sample, random

    @property
    def to_register(self) -> int:
        """How many objects are left to register."""
        return sum(members.objects for members in self.groups.values())

    @property
    def sampled(self) -> int:
        """How many objects have been drawn."""
        return sum(len(members.sample) for members in self.groups.values())

    def sample(self) -> Iterator[Row]:
        """The objects drawn."""
        return chain.from_iterable(members.sample for members in self.groups.values())

    def candidates(self, rows: Iterable[Row], leave_out: Callable[[Row, Outcome], None]) -> Iterator[Row]:
        """Yield the rows to register, each once; count them, and pass the others to `leave_out`."""
        with closing(_Seen()) as seen:
            for row in rows:
                self.objects += 1
                if reason := self._reason_to_leave_out(row, seen):
                    self.left_out[reason] += 1
                    leave_out(row, reason)
                else:
                    self._add(row)
                    yield row

    def group_of(self, row: Row) -> Group:
        """The group of an object of the manifest."""
        key = row.key
        suffix = key[key.rfind(".") :].lower() if "." in key[-_LONGEST_SUFFIX:] else ""
        kind = Kind("" if "/" in suffix else suffix, _features_of(tuple(setting_for_key(key, self._features))))
        has_order = self._sample_size and row.size_bytes is not None
        group = Group(kind, max(_SMALL, len(str(row.size_bytes))) if has_order else 0)
        if group in self.groups or len(self.groups) < _MOST_GROUPS:
            return group
        return Group(Kind(_REMAINING, kind.features), group.digits)

    def _reason_to_leave_out(self, row: Row, seen: "_Seen") -> Outcome | None:
        if is_output_key(row.key):
            return Outcome.OUTPUT
        if row.size_bytes is not None and is_folder(row.key, row.size_bytes):
            return Outcome.FOLDER
        if row.bucket not in self._granted:
            return Outcome.NOT_GRANTED
        return None if seen.add(row) else Outcome.REPEATED

    def _add(self, row: Row) -> None:
        members = self.groups.setdefault(self.group_of(row), Members())
        members.objects += 1
        if row.size_bytes is not None:
            members.known_bytes += row.size_bytes
            members.with_known_bytes += 1
        if len(members.sample) < self._sample_size:
            members.sample.append(row)
        elif (place := self._random.randrange(members.objects)) < self._sample_size:
            members.sample[place] = row


@cache
def _features_of(names: tuple[str, ...]) -> tuple[Feature, ...]:
    return ordered_features(names)


class _Seen:
    """The rows seen so far: 8 bytes of each row's digest, in a file that SQLite deletes when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; CREATE TABLE seen (digest INTEGER PRIMARY KEY);")
        self._database.execute("BEGIN")

    def add(self, row: Row) -> bool:
        """Return False if the row was seen before."""
        name = "\0".join((row.bucket, row.key, row.version_id or ""))
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount > 0

    def close(self) -> None:
        """Free the disk space."""
        self._database.close()
