"""What is fuzzed."""

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
SECONDS = 10  # that one input may take
BYTES = 1024**3  # of memory that one input may take


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is given bytes: it returns, or raises one of `errors`, which are documented."""

    inputs: SearchStrategy[bytes]
    run: Callable[[bytes], None]
    errors: tuple[type[BaseException], ...] = ()
    seconds: float = SECONDS


def load(name: str) -> Target:
    """The target of the module `targets.NAME`, or of any other module by its full name."""
    target: Target = import_module(name if "." in name else f"tests.fuzz.targets.{name}").TARGET
    return target
