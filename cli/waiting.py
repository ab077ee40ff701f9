"""Follow documents until they have ended."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.display import progress_console
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus

_SHORTEST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0


def follow(
    identifiers: Iterable[str],
    look_up: Callable[[list[str]], Mapping[str, Document]],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[list[Document | None]]:
    """Yield the documents' states again and again until all have ended; None for one that is not registered yet.

    The pause between two snapshots grows while nothing changes, up to two seconds.
    """
    states: dict[str, Document | None] = dict.fromkeys(identifiers)
    pause = _SHORTEST_PAUSE_SECONDS
    while True:
        before = dict(states)
        states |= look_up([identifier for identifier, state in before.items() if not _has_ended(state)])
        yield list(states.values())
        if all(map(_has_ended, states.values())):
            return
        pause = _SHORTEST_PAUSE_SECONDS if states != before else min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        sleep(pause)


def wait_until_registered(
    identifiers: Iterable[str],
    look_up: Callable[[list[str]], Mapping[str, Document]],
    timeout_seconds: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Wait until the documents are registered, so that other commands find them; return how many are still not."""
    missing, pause, waited = [*identifiers], _SHORTEST_PAUSE_SECONDS, 0.0
    while True:
        found = look_up(missing)
        missing = [identifier for identifier in missing if identifier not in found]
        if not missing or waited >= timeout_seconds:
            return len(missing)
        sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def wait_until_ended(
    identifiers: Sequence[str], documents: DocumentsTable, timeout_seconds: float
) -> list[Document | None]:
    """The documents' last states, once all have ended or the time is up; a progress bar shows how many have."""
    deadline = time.monotonic() + timeout_seconds
    columns = (TextColumn("Processing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    states: list[Document | None] = []
    with Progress(*columns, console=progress_console()) as progress:
        task = progress.add_task("", total=len(identifiers))
        for states in follow(identifiers, documents.get_many):
            progress.update(task, completed=sum(map(_has_ended, states)))
            if time.monotonic() > deadline:
                break
    return states


def exit_unless_all_succeeded(states: Sequence[Document | None]) -> None:
    """Exit with code 1 if a document failed or has not ended."""
    if unfinished := sum(not _has_ended(state) for state in states):
        click.echo(
            f"Timed out: {unfinished} of {len(states)} documents have not ended (see `status --watch`).", err=True
        )
    if any(state is None or state.status is not DocumentStatus.SUCCEEDED for state in states):
        raise click.exceptions.Exit(1)


def _has_ended(state: Document | None) -> bool:
    return state is not None and state.status.is_terminal
