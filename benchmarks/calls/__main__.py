"""Count and price the AWS calls that a document makes, by function and operation; the last line of output is JSON.

Counted in the simulated AWS of the tests, for a single document on an idle system and for each of ten that come
together. Also measures the CPU seconds and peak memory of the whole results handler, on responses that repeat SOURCE: a
document, whose first page the local Textract reads, or a response of Textract (.json).
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from benchmarks.calls.counting import Counted, Kind, count
from benchmarks.calls.prices import CALLS, GIGABYTE_SECOND, INVOCATION
from stacks.config import PipelineConfig
from textract_pipeline.names import Feature
from textract_pipeline.prices import price

ROOT = Path(__file__).parents[2]
TOGETHER = 10
LENGTHS = (1, 10, 1000)

Handled = Mapping[str, float]


@click.command(help=__doc__)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(source: Path) -> None:
    """Run the benchmark."""
    with TemporaryDirectory(prefix="bench-calls-") as temporary:
        folder = Path(temporary)
        _run("benchmarks.outputs.corpus", str(source), str(folder), *map(str, LENGTHS))
        handled: dict[int, Handled] = {
            pages: json.loads(_run("benchmarks.calls.results_handler", str(folder / str(pages)))) for pages in LENGTHS
        }
        parts = {pages: len(list((folder / str(pages)).iterdir())) for pages in LENGTHS}
    kinds = [
        Kind("image", 1, 1, is_image=True),
        *(Kind(f"{pages} pages", pages, parts[pages]) for pages in LENGTHS[1:]),
    ]
    alone = {kind: count(kind, 1) for kind in kinds}
    together = {kind: count(kind, TOGETHER if kind.pages < max(LENGTHS) else 1) for kind in kinds}
    _show(alone, together, handled)
    click.echo(
        json.dumps(
            {kind.name: _figures(kind, alone[kind], together[kind], handled.get(kind.pages, {})) for kind in kinds}
        )
    )


def _run(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def _figures(kind: Kind, alone: Counted, together: Counted, handled: Handled) -> dict[str, object]:
    lambda_cost = INVOCATION * sum(alone.invocations.values())
    if not kind.is_image:
        lambda_cost += GIGABYTE_SECOND * handled["cpu_s"] * PipelineConfig().jobresultsproc_memory_mb / 1024
    return {
        "calls": alone.total,
        "calls_of_ten_together": round(together.total, 1),
        "by_call": {f"{function} {call}": number for (function, call), number in sorted(alone.calls.items())},
        "invocations": sum(alone.invocations.values()),
        "call_dollars": round(sum(CALLS[call] * number for (_, call), number in alone.calls.items()), 8),
        "lambda_dollars": round(lambda_cost, 8),
        "textract_dollars": price((Feature.FORMS, Feature.TABLES), kind.pages),
        "results_handler": None if kind.is_image else handled,
    }


def _show(alone: Mapping[Kind, Counted], together: Mapping[Kind, Counted], handled: Mapping[int, Handled]) -> None:
    table = Table("function", "call", *(kind.name for kind in alone))
    for function, call in sorted({each for counted in alone.values() for each in counted.calls}):
        table.add_row(function, call, *(f"{counted.calls.get((function, call), 0):g}" for counted in alone.values()))
    table.add_section()
    table.add_row("all", "alone", *(f"{counted.total:g}" for counted in alone.values()))
    table.add_row("all", "each of ten together", *(f"{counted.total:.1f}" for counted in together.values()))
    console = Console(stderr=True)
    console.print(table)
    for pages, figures in handled.items():
        console.print(f"results handler, {pages} pages: {figures['cpu_s']} CPU s, {figures['peak_mb']} MB peak")


if __name__ == "__main__":
    main()
