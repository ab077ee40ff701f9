"""A hostile document and, at the same moment, a good one, given to a consumer: how both end, and what it takes."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bad_input import pdf, png
from tests.support.hostile_consumers.consumer import CONSUMERS, consumers
from tests.support.hostile_consumers.measuring import Measured
from tests.support.hostile_consumers.textract import textract_service

TEXTRACT = ("sync", "async")
KINDS = (*TEXTRACT, *CONSUMERS)
_TIMES_ALONE = 3
_PAGE_SECONDS = 10  # of the processor's time, as document_rendering.confined has it
_SLACK_SECONDS = 5  # for the good one, and for what starts
_OCR_SECONDS = 90  # of two cores: a page full of small print is read, however long it takes
_MEMORY_BYTES = 1024**3 + 256 * 1024**2  # of the worker, and of what starts, and of copies of the page

_Given = tuple[int, Callable[[str, bytes, int], str], Callable[[], str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a document; seconds are those of the processor, but for `wall_seconds` and those of the good one."""

    kind: str
    name: str
    answer: str
    wall_seconds: float
    working_seconds: float
    peak_bytes: int
    good_alone: float
    good_beside: float
    good_answer: str

    @property
    def row(self) -> str:
        """A line of a table."""
        figures = f"{self.working_seconds:6.1f} s {self.wall_seconds:6.1f} s {self.peak_bytes >> 20:5} MB"
        return f"{figures}  good ×{self.ratio:.1f}  {self.kind:8} {self.name}: {self.answer[:100]}"

    @property
    def ratio(self) -> float:
        """How many times longer the good document took than alone."""
        return self.good_beside / self.good_alone


@dataclass(frozen=True, slots=True)
class Bench:
    """A consumer that is given documents, and the good one: for Textract, in the same service.

    The others have one document an invocation, so for these the good one is given to another process.
    """

    kind: str
    process: int
    hostile: Callable[[str, bytes, int], str]
    good: Callable[[], str]
    good_alone: float

    def tried(self, name: str, data: bytes, pages: int = 1) -> Trial:
        """Give it a document, of so many pages, and a good one at the same moment."""
        with ThreadPoolExecutor(2) as pool, Measured(self.process) as measured:
            beside = pool.submit(_timed, self.good)
            answer = self.hostile(name, data, pages)
            good_answer, seconds = beside.result()
        return Trial(
            self.kind,
            name,
            answer,
            measured.wall_seconds,
            measured.working_seconds,
            measured.peak_bytes,
            self.good_alone,
            seconds,
            good_answer,
        )


@contextmanager
def bench(*kinds: str, engine: str = "rapidocr") -> Iterator[Callable[[str], Bench]]:
    """What gives consumers, all of one process, of these KINDS, for as long as the `with` lasts."""
    with ExitStack() as stack:
        of = _others(stack) if kinds[0] in CONSUMERS else _textract(stack, engine)

        def made(kind: str) -> Bench:
            process, hostile, good = of(kind)
            good()  # what is loaded with the first document is loaded
            hostile("first", pdf.one_page(), 1)
            alone = statistics.median(_timed(good)[1] for _ in range(_TIMES_ALONE))
            return Bench(kind, process, hostile, good, alone)

        yield made


def _textract(stack: ExitStack, engine: str) -> Callable[[str], _Given]:
    service = stack.enter_context(textract_service(engine))
    good_png, good_pdf = png.whole(), pdf.one_page()

    def of(kind: str) -> _Given:
        if kind == "sync":
            return service.process, lambda _, data, __: service.analyzed(data), lambda: service.analyzed(good_png)
        return service.process, lambda name, data, _: service.job(name, data), lambda: service.job("good", good_pdf)

    return of


def _others(stack: ExitStack) -> Callable[[str], _Given]:
    first, second = (stack.enter_context(consumers()) for _ in range(2))
    first.ready()
    second.ready()
    good_pdf = pdf.one_page()

    def of(kind: str) -> _Given:
        return (
            first.process,
            lambda _, data, pages: first.end_of(kind, data, pages),
            lambda: second.end_of(kind, good_pdf),
        )

    return of


def _timed(call: Callable[[], str]) -> tuple[str, float]:
    began = time.monotonic()
    return call(), time.monotonic() - began


def too_much(trial: Trial, pages: int) -> str:
    """What a trial took too much of, or what the good document had to bear; nothing if it is within the limits."""
    drawn = 2 if trial.kind == "viewproc" else 1  # in the viewer, and in searchable.pdf
    most = _PAGE_SECONDS * pages * drawn + _SLACK_SECONDS
    if "print of" in trial.name and trial.kind in TEXTRACT:
        most += _OCR_SECONDS
    found = {
        "time": trial.working_seconds > most,
        "memory": trial.peak_bytes > _MEMORY_BYTES,
        "the good one's time": trial.good_beside > _PAGE_SECONDS + _SLACK_SECONDS,
        "no answer": not trial.answer,
        "a crash": "InternalServerError" in trial.answer or "CrashedError" in trial.answer,
    }
    return ", ".join(name for name, is_found in found.items() if is_found)
