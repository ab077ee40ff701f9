"""A document's history for `status`: when each run reached each state, how long it took, what it cost."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypedDict

from rich.table import Table

from cli.outside_text import in_table
from textract_pipeline.aws.items import Output, timestamp
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus, Feature
from textract_pipeline.prices import cost

_TO_SECONDS = len("2026-11-01 12:00:00")


class Step(TypedDict):
    """A state that a run reached: when, how many seconds after the previous one, and details."""

    run: int
    status: DocumentStatus
    at: str
    seconds: float | None
    told: str


def history(document: Document, prices: Mapping[Feature, float]) -> list[Step]:
    """The steps of a document's runs, earliest known first."""
    return [step for run in (*document.earlier_runs, document) for step in _steps(run, prices)]


def history_table(document: Document, prices: Mapping[Feature, float]) -> Table:
    """The history as a table."""
    table = Table()
    for heading in ("Run", "When (UTC)", "After", "Status"):
        table.add_column(heading, no_wrap=True)
    table.add_column("", overflow="fold")
    for step in history(document, prices):
        when = step["at"].replace("T", " ")[:_TO_SECONDS]
        seconds = "" if step["seconds"] is None else f"{step['seconds']:.1f} s"
        table.add_row(str(step["run"]), when, seconds, step["status"], in_table(step["told"]))
    return table


def lacking_outputs(document: Document, outputs: Iterable[Output]) -> dict[str, str]:
    """Why an output is missing, or not complete, by the output's name."""
    return {output.key.removeprefix(document.output_prefix): output.reason for output in outputs if output.reason}


def _steps(run: Document, prices: Mapping[Feature, float]) -> Iterator[Step]:
    before: datetime | None = None
    for status, at, told in _reached(run, prices):
        if at:
            seconds = round((at - before).total_seconds(), 3) if before else None
            yield {"run": run.run_number, "status": status, "at": timestamp(at), "seconds": seconds, "told": told}
            before = at


def _reached(run: Document, prices: Mapping[Feature, float]) -> Iterator[tuple[DocumentStatus, datetime | None, str]]:
    """The states in order, each with the time when the run reached it; None if it has not, or this is not known."""
    yield DocumentStatus.SUBMITTED, run.submitted_at, _submission(run)
    yield DocumentStatus.QUEUED, run.queued_at, f"{run.lane} lane"
    yield DocumentStatus.IN_PROGRESS, run.started_at, f"job {run.job_id}" if run.job_id else ""
    if run.status.is_terminal:
        yield run.status, run.updated_at, _end(run, prices)


def _submission(run: Document) -> str:
    came = f"by {run.submitted_by}" if run.submitted_by else ""
    if run.backfill:
        came = f"by backfill {run.backfill}"
    return ", ".join(filter(None, [came, f"for {' '.join(run.features)}"]))


def _end(run: Document, prices: Mapping[Feature, float]) -> str:
    told = [f"{run.failure.message} ({run.failure.code}, {run.failure.stage})"] if run.failure else []
    if run.pages is not None:
        told += [f"{run.pages} pages", f"${cost(run, prices):.4f}"]
    if run.model_version:
        told.append(f"model {run.model_version}")
    return "; ".join([*told, *(["outputs: " + ", ".join(run.outputs)] if run.outputs else [])])
