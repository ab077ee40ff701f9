"""The documents of a run, and what Textract says of each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import md5
from typing import Any

from tests.simulation.aws.textract import STAMP, Script
from tests.simulation.rounds import Act, Round
from tests.simulation.world import LATE_SECONDS
from tests.support.responses import Block, field, line, word
from textract_pipeline.document import document_id
from textract_pipeline.names import DocumentStatus

LIVE = "DocumentsBucket"
EXISTING = "ExistingDocumentsBucket"
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
PDF = b"%PDF-1.7\n"
OK = Script()


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that comes to be, and how the pipeline hears of it."""

    key: str
    magic: bytes
    script: Script = OK
    bucket: str = LIVE
    after_seconds: float = 0
    is_listed: bool = False  # in the manifest of a batch operations job
    deleted_after_seconds: float | None = None
    ends: DocumentStatus = DocumentStatus.SUCCEEDED
    may_be: tuple[str, ...] = ()  # error codes that are as right

    @property
    def body(self) -> bytes:
        """Content of its own, by key and time of arrival."""
        return self.magic + f"{self.key} {self.after_seconds}".encode()

    @property
    def etag(self) -> str:
        """The object's ETag."""
        return md5(self.body, usedforsecurity=False).hexdigest()

    @property
    def document_id(self) -> str:
        """The document that it is."""
        return document_id(self.bucket, self.key, self.etag)


def pages(name: str, count: int, pages_a_part: int = 1) -> tuple[Mapping[str, Any], ...]:
    """The parts of a response of so many pages, which say whose they are."""
    numbers = range(1, count + 1)
    return tuple(
        {
            "DocumentMetadata": {"Pages": count},
            "Blocks": [block for number in numbers[start : start + pages_a_part] for block in _page(name, number)],
        }
        for start in range(0, count, pages_a_part)
    )


def _page(name: str, number: int) -> list[Block]:
    """A line and a form field."""
    prefix = f"p{number}-"
    return [
        line(f"{prefix}line", f"{name}: {number}", 0.1, 0.1, page=number),
        word(f"{prefix}key", f"{name}:", number),
        word(f"{prefix}value", f"{number}/{STAMP}", number),
        *field(f"{prefix}field", [f"{prefix}key"], [f"{prefix}value"], number),
    ]


def good(name: str, count: int = 1) -> Script:
    """What Textract says of a document in order."""
    return Script(pages(name, count))


def half_read() -> Script:
    """What Textract says of a document of which it could not read a page."""
    warnings = ({"ErrorCode": "UNREADABLE_PAGE", "Pages": [2]},)
    return Script(pages("half", 1), "PARTIAL_SUCCESS", warnings=warnings)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Objects that arrive, and the world that they arrive in."""

    arrivals: tuple[Arrival, ...]
    concurrent_jobs: int = 2
    job_seconds: tuple[float, float] = (0.01, 40)
    read_seconds: float = 0.05  # the most that reading an object takes
    keeps_versions: bool = False  # whether its buckets do, as the stack's own do unless told otherwise
    functions_at_once: int = 1000  # that the account may run
    environment: tuple[tuple[str, str], ...] = ()  # variables of the functions that are not as deployed
    job_arguments: tuple[tuple[str, str], ...] = ()  # names and values of the batch operations job's
    rounds: tuple[Round, ...] = ()  # what people do with the documents
    full_seconds: tuple[float, float] | None = None  # from when until when others use all jobs of the account


_UNREADABLE = Script(status="FAILED", status_message="The document is damaged")
_FORBIDDEN = Script(error="AccessDeniedException")  # which the pipeline does not take for the document's fault

_CHANGED = ("OBJECT_CHANGED", "OBJECT_MISSING", "OBJECT_UNREADABLE")

_ONCE: Mapping[str, Scenario] = {
    "mixed": Scenario(
        (
            Arrival("an image+ü.PNG", PNG, good("image")),
            Arrival("letters/old.jpg", JPEG, good("old"), bucket=EXISTING, is_listed=True),
            Arrival("eleven parts.pdf", PDF, good("eleven", 11)),
            Arrival("letters/old.pdf", PDF, good("old", 2), bucket=EXISTING, is_listed=True),
            Arrival(
                "notes.txt", b"Hello", Script(error="UnsupportedDocumentException"), ends=DocumentStatus.UNSUPPORTED
            ),
            Arrival("corrupt.png", PNG, Script(error="BadDocumentException"), ends=DocumentStatus.FAILED),
            Arrival("unreadable.pdf", PDF, _UNREADABLE, ends=DocumentStatus.FAILED),
            Arrival("half.pdf", PDF, half_read(), ends=DocumentStatus.PARTIAL_SUCCESS),
            Arrival("announced twice.png", PNG, good("twice"), is_listed=True),
            Arrival("deleted.png", PNG, deleted_after_seconds=0, ends=DocumentStatus.FAILED),
            Arrival("letters/gone.jpg", JPEG, bucket=EXISTING, is_listed=True, deleted_after_seconds=0),
        )
    ),
    "replaced": Scenario(
        (
            Arrival("a.png", PNG, good("first"), may_be=_CHANGED),
            Arrival("a.png", PNG, good("second"), after_seconds=3),
            Arrival("b.pdf", PDF, good("first", 2), may_be=_CHANGED),
            Arrival("b.pdf", PDF, good("second", 2), after_seconds=3),
            Arrival("deleted.png", PNG, good("deleted"), deleted_after_seconds=3, may_be=_CHANGED),
            Arrival("deleted.pdf", PDF, good("deleted", 2), deleted_after_seconds=3, may_be=_CHANGED),
        )
    ),
    "versions": Scenario(
        (
            Arrival("a.png", PNG, good("first")),
            Arrival("a.png", PNG, good("second"), after_seconds=3),
            Arrival("b.pdf", PDF, good("first", 2)),
            Arrival("b.pdf", PDF, good("second", 2), after_seconds=3),
            Arrival("deleted.png", PNG, good("deleted"), deleted_after_seconds=3),
            Arrival("letters/old.pdf", PDF, good("old", 2), bucket=EXISTING, is_listed=True),
            Arrival("old.png", PNG, good("old"), bucket=EXISTING, is_listed=True),
            Arrival("listed.png", PNG, good("listed"), is_listed=True),
        ),
        keeps_versions=True,
    ),
    # So few functions run at once that deliveries are throttled, which counts as a receive.
    "throttled": Scenario(
        (
            *(Arrival(f"{number}.png", PNG, good(str(number))) for number in range(3)),
            *(Arrival(f"{number}.pdf", PDF, good(str(number), 2)) for number in range(2)),
            Arrival("letters/old.png", PNG, good("old"), bucket=EXISTING, is_listed=True),
            Arrival("letters/old.pdf", PDF, good("old", 2), bucket=EXISTING, is_listed=True),
        ),
        functions_at_once=3,
    ),
}

# Each again, with documents that are processed a second and a third time: while the first runs are under way, when all
# is quiet, and when late copies of what the first runs sent arrive.
_ROUNDS = (
    Round(Act.REPROCESS, 12, places=(0,)),
    Round(Act.LIST_ALL_AGAIN, 14, places=(1,)),
    Round(Act.LIST_FAILED_AGAIN, LATE_SECONDS - 10),
    Round(Act.REPROCESS, LATE_SECONDS, places=(1,)),
    Round(Act.LIST_ALL_AGAIN, LATE_SECONDS + 5, places=(0,)),
)
_AGAIN = {f"{name}_again": replace(scenario, rounds=_ROUNDS) for name, scenario in _ONCE.items()}
SCENARIOS: Mapping[str, Scenario] = {**_ONCE, **_AGAIN}

# The life of one document, which is short enough for all pairs of faults.
LIVES: Mapping[str, Scenario] = {
    "life_of_image": Scenario(
        (Arrival("a.png", PNG, good("image")),), rounds=(Round(Act.REPROCESS, LATE_SECONDS),), job_seconds=(5, 10)
    ),
    "life_of_pdf": Scenario(
        (Arrival("letters/a.pdf", PDF, good("pdf", 2), bucket=EXISTING, is_listed=True),),
        rounds=(Round(Act.LIST_ALL_AGAIN, 5), Round(Act.REPROCESS, LATE_SECONDS)),
        job_seconds=(5, 10),
        full_seconds=(LATE_SECONDS - 5, LATE_SECONDS + 30),  # the second run waits when copies from the first arrive
    ),
}

# These take long, so they are not explored fault by fault.
LONG_SCENARIOS: Mapping[str, Scenario] = {
    "backlog": Scenario(
        tuple(Arrival(f"{number}.pdf", PDF, good(str(number))) for number in range(12)),
        concurrent_jobs=1,
        job_seconds=(3000, 3600),
    ),
    "poison": Scenario(
        (
            *(Arrival(f"{number}.pdf", PDF, good(str(number))) for number in range(4)),
            Arrival("forbidden.pdf", PDF, _FORBIDDEN, ends=DocumentStatus.FAILED),
            *(Arrival(f"{number}.png", PNG, good(str(number))) for number in range(4)),
            Arrival("forbidden.png", PNG, _FORBIDDEN, ends=DocumentStatus.FAILED),
        )
    ),
    # A new account runs ten functions at once: fewer than the queues alone may use.
    "crowded": Scenario(
        (
            *(Arrival(f"{number}.png", PNG, good(str(number))) for number in range(16)),
            *(Arrival(f"{number}.pdf", PDF, good(str(number), 2)) for number in range(16)),
            *(Arrival(f"letters/{number}.png", PNG, good("old"), EXISTING, is_listed=True) for number in range(8)),
        ),
        functions_at_once=10,
        concurrent_jobs=20,
    ),
    # Documents are asked questions, and the account's own key encrypts what Textract stores.
    "customer": Scenario(
        (
            Arrival("a.png", PNG, good("image")),
            Arrival("a.pdf", PDF, good("pdf", 2)),
            Arrival("letters/a.png", PNG, good("letter")),
            Arrival("letters/a.pdf", PDF, good("letter", 2)),
        ),
        rounds=_ROUNDS,
        environment=(
            ("FEATURES", '{"": ["text", "tables", "queries"], "letters/": ["text"]}'),
            ("QUERIES", '{"": ["What is the total?"]}'),
            ("OUTPUT_KEY_ARN", "arn:aws:kms:us-east-1:123456789012:key/0"),
        ),
    ),
    # So few documents may complete that most wait for far longer than a message is received at first.
    "held_back": Scenario(
        tuple(Arrival(f"{number}.png", PNG, good(str(number))) for number in range(30)),
        environment=(("MAX_DOCUMENTS_PER_MINUTE", "0.02"),),
    ),
    # S3 invokes s3batchproc for all objects at once, and repeats a task only a few times: the rate is kept behind it.
    "slow_backfill": Scenario(
        tuple(
            Arrival(f"letters/{number}.{kind}", magic, good(str(number)), EXISTING, is_listed=True)
            for number in range(15)
            for kind, magic in (("png", PNG), ("pdf", PDF))
        ),
        job_arguments=(("documentsPerMinute", "2"),),
    ),
    "large": Scenario((Arrival("large.pdf", PDF, Script(pages("large", 3000, 20))),), read_seconds=6),
}

ALL_SCENARIOS = {**SCENARIOS, **LIVES, **LONG_SCENARIOS}
