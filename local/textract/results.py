"""Step 3 of a job: its blocks put aside on disk, to be read back a page of results at a time.

A 3,000-page document has a million blocks: they are kept in files of 1,000, never together in memory.
"""

import base64
import binascii
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, cast

from local.textract.errors import InvalidParameterError
from local.textract.limits import RESULT_PAGE_MAX_BLOCKS

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import BlockTypeDef


class BlockFiles:
    """One job's blocks in order, in `folder`: 1,000 to a file, the last file shorter. `count` of them are there."""

    def __init__(self, folder: Path, count: int = 0) -> None:
        self._folder = folder
        self._unwritten: list[BlockTypeDef] = []
        self._files = 0
        self.count = count

    def append(self, blocks: "list[BlockTypeDef]") -> None:
        """Add one page's blocks."""
        self.count += len(blocks)
        self._unwritten += blocks
        while len(self._unwritten) >= RESULT_PAGE_MAX_BLOCKS:
            self._write(self._unwritten[:RESULT_PAGE_MAX_BLOCKS])
            del self._unwritten[:RESULT_PAGE_MAX_BLOCKS]

    def close(self) -> None:
        """Write what is left; nothing can be read before this, nor appended after."""
        if self._unwritten:
            self._write(self._unwritten)
            self._unwritten = []

    def read(self, start: int, count: int) -> "list[BlockTypeDef]":
        """Up to `count` blocks from position `start` (from 0)."""
        first, end = start // RESULT_PAGE_MAX_BLOCKS, min(start + count, self.count)
        blocks: list[BlockTypeDef] = []
        for number in range(first, -(-end // RESULT_PAGE_MAX_BLOCKS)):
            blocks += cast("list[BlockTypeDef]", json.loads(self._file(number).read_bytes()))
        offset = first * RESULT_PAGE_MAX_BLOCKS
        return blocks[start - offset : end - offset]

    def delete(self) -> None:
        """Forget the blocks."""
        self._unwritten, self.count = [], 0
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, blocks: "list[BlockTypeDef]") -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(self._files).write_text(json.dumps(blocks))
        self._files += 1

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def next_token(job_id: str, position: int) -> str:
    """The NextToken that continues a job's results at block `position`."""
    return base64.urlsafe_b64encode(f"{job_id}:{position}".encode()).decode()


def position_of(token: str, job_id: str, block_count: int) -> int:
    """Where a NextToken continues; raises InvalidParameterError for one that this job never gave out."""
    try:
        token_job, _, position = base64.urlsafe_b64decode(token).decode().partition(":")
        start = int(position)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameterError("Request has invalid parameters: NextToken is not one of this service") from error
    if token_job != job_id or not 0 < start < block_count:
        raise InvalidParameterError("Request has invalid parameters: NextToken is not one of this job")
    return start
