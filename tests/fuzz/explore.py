"""`python -m tests.fuzz.explore TARGET FOLDER SEED INPUTS SECONDS SECONDS_EACH`: try inputs in this process.

If SECONDS_EACH is 0, the target's own limit applies.

The current input is in a file in the folder that both processes map into memory, so it survives if this process dies.
An input that takes too long ends the process. Each finding is written to the folder with its smallest input.
"""

import faulthandler
import mmap
import resource
import struct
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky

from tests.fuzz.target import BYTES, Target, load

CURRENT, LOG = "current", "log.txt"
MOST_BYTES = 16 * 1024**2  # of an input
BATCH = 250  # inputs per run of Hypothesis, which remembers those that it has tried
_HEADER = struct.Struct("<QQQ")  # tried, refused, length of the current input
_HERE = Path(__file__).parents[2]


class _Found(Exception):  # noqa: N818 - not an error
    """Makes Hypothesis reduce the input."""


class Diary:
    """How many inputs were tried, how many of them were refused, and the current one."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            with path.open("wb") as file:
                file.truncate(_HEADER.size + MOST_BYTES)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def begin(self, data: bytes) -> None:
        """Note the next input."""
        tried, refused, _ = _HEADER.unpack_from(self._map)
        self._map[_HEADER.size : _HEADER.size + len(data)] = data
        _HEADER.pack_into(self._map, 0, tried + 1, refused, len(data))

    def refuse(self) -> None:
        """Note that this input ended in a documented error."""
        tried, refused, length = _HEADER.unpack_from(self._map)
        _HEADER.pack_into(self._map, 0, tried, refused + 1, length)

    @property
    def counts(self) -> tuple[int, int]:
        """How many inputs were tried, and how many of them were refused."""
        tried, refused, _ = _HEADER.unpack_from(self._map)
        return tried, refused

    @property
    def current(self) -> bytes:
        """The input that was tried last."""
        *_, length = _HEADER.unpack_from(self._map)
        return self._map[_HEADER.size : _HEADER.size + length]


class Explorer:
    """Tries inputs, and keeps the smallest one for each finding."""

    def __init__(self, target: Target, folder: Path, until: float, seconds_each: float) -> None:
        self._target, self._folder, self._until, self._seconds_each = target, folder, until, seconds_each
        self._diary = Diary(folder / CURRENT)
        self._smallest: dict[str, int] = {}
        self._done: set[str] = set()

    def explore(self, first_seed: int, inputs: int) -> None:
        """Try that many inputs, or until the time is up."""
        for batch, number in enumerate(range(0, inputs, BATCH)):
            if time.monotonic() >= self._until:
                return
            self._batch(first_seed + batch, min(BATCH, inputs - number))
            self._done |= self._smallest.keys()

    def _batch(self, batch_seed: int, inputs: int) -> None:
        options = settings(
            max_examples=inputs,
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )

        @seed(batch_seed)
        @options
        @given(self._target.inputs)
        def attempt(data: bytes) -> None:
            self._try(data)

        with suppress(_Found, Flaky, ExceptionGroup):  # the last two: it was found, but not every time
            attempt()

    def _try(self, data: bytes) -> None:
        if time.monotonic() >= self._until or len(data) > MOST_BYTES:
            return
        self._diary.begin(data)
        faulthandler.dump_traceback_later(self._seconds_each, exit=True)
        try:
            self._target.run(data)
        except self._target.errors:
            self._diary.refuse()
        except Exception as error:  # noqa: BLE001 - any other error is a finding
            self._found(data, error)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _found(self, data: bytes, error: Exception) -> None:
        what = name_of(error)
        if what in self._done:
            return
        if len(data) < self._smallest.get(what, MOST_BYTES + 1):
            self._smallest[what] = len(data)
            save(self._folder, what, data, "".join(traceback.format_exception(error)))
        raise _Found(what)


def name_of(error: Exception) -> str:
    """The identity of a finding: the error's class, and the place in our code where it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame for frame in frames if frame.filename.startswith(str(_HERE)) and "site-packages" not in frame.filename
    ]
    place = f"{Path(ours[-1].filename).stem}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {place}"


def save(folder: Path, what: str, data: bytes, told: str) -> None:
    """Save the input of a finding, and its description."""
    stem = sha256(what.encode()).hexdigest()[:12]
    (folder / f"{stem}.bin").write_bytes(data)
    (folder / f"{stem}.txt").write_text(f"{what}\n\n{told}", encoding="utf-8", errors="backslashreplace")


def limit_memory(more: int) -> None:
    """Limit this process to that many bytes more than it has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        most = pages * resource.getpagesize() + more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(name: str, folder: Path, first_seed: int, inputs: int, seconds: float, seconds_each: float) -> None:
    """Explore one target."""
    faulthandler.enable()
    target = load(name)
    limit_memory(BYTES)
    Explorer(target, folder, time.monotonic() + seconds, seconds_each or target.seconds).explore(first_seed, inputs)


if __name__ == "__main__":
    _read: tuple[Callable[[str], object], ...] = (str, Path, int, int, float, float)
    main(*(read(argument) for read, argument in zip(_read, sys.argv[1:], strict=True)))  # type: ignore[arg-type]
