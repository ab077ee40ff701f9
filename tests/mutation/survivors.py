"""What came of each change: noticed by a test, not noticed, or accepted as one that no test can notice."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.layout import module_of

_SURVIVED = {0, 5, 33}  # mutmut's codes: no test failed, or none reaches the function


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a function: the lines that it takes away (-) and adds (+)."""

    function: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """What came of the changes to a module."""

    killed: int = 0
    equivalent: int = 0
    survived: dict[str, Change] = field(default_factory=dict)  # by mutmut's names

    @property
    def share_killed(self) -> float:
        """Of the changes that a test could notice: 0 to 1."""
        noticeable = self.killed + len(self.survived)
        return self.killed / noticeable if noticeable else 1.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The changes that no test can notice: single ones, and kinds of them by a pattern of their lines."""

    changes: frozenset[Change]
    rules: tuple[tuple[re.Pattern[str], bool], ...]  # the pattern, and whether the lines may differ in case only

    @classmethod
    def of(cls, file: Path) -> "Accepted":
        """Those in a file."""
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        changes = frozenset(Change(each["function"], tuple(each["lines"])) for each in told["accepted"])
        return cls(changes, tuple((re.compile(each["pattern"]), each["only_case"]) for each in told["rule"]))

    def __contains__(self, change: Change) -> bool:
        return change in self.changes or any(_follows(change, *rule) for rule in self.rules)


def _follows(change: Change, pattern: re.Pattern[str], only_case: bool) -> bool:
    lowered = {line[2:].casefold() for line in change.lines}
    return any(map(pattern.search, change.lines)) and (not only_case or len(lowered) == 1)


def scores(folder: Path, sources: Iterable[str], known: Accepted) -> dict[str, Score]:
    """What came of the changes to each module, as mutmut has recorded it in the folder."""
    return {module_of(source): _score(folder, source, known) for source in sources}


def _score(folder: Path, source: str, known: Accepted) -> Score:
    score = Score()
    record = json.loads((folder / "mutants" / f"{source}.meta").read_text(encoding="utf-8"))
    for name, code in record["exit_code_by_key"].items():
        if code not in _SURVIVED:
            score.killed += code is not None
        elif (change := _change(folder, name)) in known:
            score.equivalent += 1
        else:
            score.survived[name] = change
    return score


def _change(folder: Path, name: str) -> Change:
    """What a change does, by mutmut's name of it."""
    command = ["mutmut", "show", name]
    shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return Change(_function_of(name), tuple(_changed_lines(shown)))


def _changed_lines(diff: str) -> Iterator[str]:
    for line in diff.splitlines():
        if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}:
            yield f"{line[0]} {line[1:].strip()}"


def _function_of(name: str) -> str:
    """textract_pipeline.module.Class.function"""
    module, _, mangled = name.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"
