"""Print the figures as a table."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.scheduler.measures import Figures


def show(results: Mapping[str, Sequence[Figures]]) -> None:
    """Write one table per kind of case to stdout, with one column per run."""
    console = Console(highlight=False)
    for name, runs in results.items():
        table = Table(title=name.replace("_", " "), title_justify="left")
        table.add_column("measure")
        for _ in runs:
            table.add_column("", justify="right")
        for measure in runs[0]:
            table.add_row(measure.replace("_", " "), *(str(run[measure]) for run in runs))
        console.print(table)
