"""A target: code that is fuzzed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from hypothesis.strategies import SearchStrategy

NAMES = (
    "response",
    "textract_wire",
    "batch_wire",
    "manifest",
    "image_header",
    "page_count",
    "viewer",
    "searchable_pdf",
    "workbook",
)
SECONDS = 10  # for one input
SECONDS_WITH_WORKERS = 90  # a worker has its own limits: 10 s of CPU time for each request, and longer if it must wait
BYTES = 1024**3  # of memory for one input


@dataclass(frozen=True, slots=True)
class Target:
    """A function that takes bytes. It must return, or raise one of the documented `errors`."""

    inputs: SearchStrategy[bytes]
    run: Callable[[bytes], None]
    errors: tuple[type[BaseException], ...] = ()
    seconds: float = SECONDS


def load(name: str) -> Target:
    """The target in the module `targets.NAME`, or in any other module by its full name."""
    target: Target = import_module(name if "." in name else f"tests.fuzz.targets.{name}").TARGET
    return target
