"""See what is in every dead-letter queue, or use it; what is not used is given back at once."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain

import click

from cli.one_by_one import Failures
from cli.target import Target
from textract_pipeline import events, parallel
from textract_pipeline.aws import queues
from textract_pipeline.clock import jitter
from textract_pipeline.document import Document

WORK_QUEUES = ("SyncQueue", "SyncBackfillQueue", "AsyncQueue", "AsyncBackfillQueue")
RESULTS_QUEUE = "JobResultsQueue"
FUNCTIONS = ("S3Proc", "AsyncProc", "ViewProc")
ROUTER = "DocProc"
COUNTER = "StatusProc"
LONGEST_WAIT_SECONDS = float(queues.HIDDEN_SECONDS)  # for messages that another command, or asyncproc, looks at
_OPTIONAL = "ViewProc"
_SHORTEST_PAUSE_SECONDS, _LONGEST_EXTRA_SECONDS = 0.25, 0.75


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message in the dead-letter queue of a queue or function, and its document, if any."""

    source: str
    body: str
    document: Document | None


class HeldByOthersError(click.ClickException):
    """Somebody else has received messages of a dead-letter queue, and has not given them back."""

    exit_code = 1


def dead_letters(target: Target, failures: Failures) -> list[DeadLetter]:
    """The messages in every dead-letter queue that can be read; all of them stay there."""
    return [letter for letter, _ in _in_every_queue(lambda _: False, target, failures)]


def use_each(use: Callable[[DeadLetter], bool], target: Target, failures: Failures) -> list[DeadLetter]:
    """Use the messages in every dead-letter queue, and return those that were used.

    A message for which `use` returns True is deleted. Meanwhile no other command sees any of them. Those that others
    hold are waited for; it is a failure if they do not come back. The queues are worked on at the same time.
    """
    return [letter for letter, is_used in _in_every_queue(use, target, failures) if is_used]


def _in_every_queue(
    use: Callable[[DeadLetter], bool], target: Target, failures: Failures
) -> Iterator[tuple[DeadLetter, bool]]:
    """The messages of all dead-letter queues, each with whether it was used."""
    look = partial(_in_queue_of, use=use, target=target, failures=failures)
    return chain.from_iterable(parallel.run_all(look, _sources(target)))


def _sources(target: Target) -> list[str]:
    return [
        source
        for source in (*WORK_QUEUES, RESULTS_QUEUE, *FUNCTIONS, ROUTER, COUNTER)
        if source != _OPTIONAL or f"{source}DLQUrl" in target.stack_outputs
    ]


def _in_queue_of(
    source: str, use: Callable[[DeadLetter], bool], target: Target, failures: Failures
) -> list[tuple[DeadLetter, bool]]:
    """The messages of one dead-letter queue, each with whether it was used."""
    queue = f"{source}DLQ"
    found: list[tuple[DeadLetter, bool]] = []
    with failures.told(queue), _all_in(target.output(f"{queue}Url")) as (look, messages, held):
        # All are read before the first is used, which may change the document that others are about.
        for message, letter in _letters(source, messages, target, failures):
            is_used = False
            with failures.told(letter.document.key if letter.document else f"a message in {queue}"):
                if is_used := use(letter):
                    look.delete(message)
            found.append((letter, is_used))
        if held:
            raise HeldByOthersError(
                f"{queue}: somebody else has received {held} more messages: another command, or a person in the SQS"
                " console. Run the command again in a minute."
            )
    return found


def _letters(
    source: str, messages: Iterable[queues.LookedAt], target: Target, failures: Failures
) -> list[tuple[queues.LookedAt, DeadLetter]]:
    """Each message with its document, except those whose documents cannot be looked up."""
    letters: list[tuple[queues.LookedAt, DeadLetter]] = []
    for message in messages:
        run = events.run_of_message(message.body)
        with failures.told(run.document_id if run else f"{source}DLQ"):
            document = target.documents.get(run.document_id) if run else None
            letters.append((message, DeadLetter(source, message.body, document)))
    return letters


@contextmanager
def _all_in(queue_url: str) -> Iterator[tuple[queues.Look, list[queues.LookedAt], int]]:
    """A look at the messages of a queue, with all of them, and how many others still hold after a long wait.

    Two looks that hold a part of the messages each would wait for each other, so each gives back its part and begins
    again after a random pause.
    """
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        with queues.look_at(queue_url) as look:
            messages = [*look]
            held = look.held_by_others()
            if not held or time.monotonic() >= deadline:
                yield look, messages, held
                return
        time.sleep(_SHORTEST_PAUSE_SECONDS + jitter(_LONGEST_EXTRA_SECONDS))
