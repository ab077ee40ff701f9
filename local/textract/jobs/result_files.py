"""The results of a job on disk, read back one page of results at a time.

A 3,000-page document has a million blocks: they are stored in files of 1,000, and are never in memory all at once.
"""

import base64
import binascii
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from local.textract.exceptions import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef, ExpenseDocumentTypeDef, LendingResultTypeDef

Item: TypeAlias = "BlockTypeDef | ExpenseDocumentTypeDef | LendingResultTypeDef"


class ItemFiles:
    """One job's `count` results in order, in `folder`: `most` per file, except in the last file."""

    def __init__(self, folder: Path, most: int, count: int = 0) -> None:
        self._folder = folder
        self._most = most
        self._unwritten: list[Item] = []
        self._files = 0
        self.count = count

    def append(self, items: "Sequence[Item]") -> None:
        """Add the results of one page of the document."""
        self.count += len(items)
        self._unwritten += items
        while len(self._unwritten) >= self._most:
            self._write(self._unwritten[: self._most])
            del self._unwritten[: self._most]

    def close(self) -> None:
        """Write the remaining results; reading needs this first, and appending is no longer possible."""
        if self._unwritten:
            self._write(self._unwritten)
            self._unwritten = []

    def read(self, start: int, count: int) -> "list[Item]":
        """Up to `count` results from position `start` (from 0)."""
        first, end = start // self._most, min(start + count, self.count)
        items: list[Item] = []
        for number in range(first, -(-end // self._most)):
            items += cast("list[Item]", json.loads(self._file(number).read_bytes()))
        offset = first * self._most
        return items[start - offset : end - offset]

    def delete(self) -> None:
        """Delete the results."""
        self._unwritten, self.count = [], 0
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, items: "list[Item]") -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(self._files).write_text(json.dumps(items))
        self._files += 1

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def next_token(job_id: str, position: int) -> str:
    """The NextToken that continues a job's results at `position`."""
    return base64.urlsafe_b64encode(f"{job_id}:{position}".encode()).decode()


def position_of(token: str, job_id: str, count: int) -> int:
    """The position where a NextToken continues; raises InvalidParameterError for a token that is not this job's."""
    try:
        token_job, _, position = base64.urlsafe_b64decode(token).decode().partition(":")
        start = int(position)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterError("Request has invalid parameters: NextToken is not one of this service") from error
    if token_job != job_id or not 0 < start < count:
        raise InvalidParameterError("Request has invalid parameters: NextToken is not one of this job")
    return start
