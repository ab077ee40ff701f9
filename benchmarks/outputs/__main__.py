"""Compare the making of outputs with two other libraries; the last line of output is JSON.

Measures CPU seconds beyond those of json.loads, and peak memory, for text, forms, and tables of responses with
increasing numbers of pages; and the cost of importing each function. SOURCE is a document, whose first page the local
Textract reads, or a response of Textract (.json). The libraries are installed in a temporary environment.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Column, Table

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/shared/python"
LIBRARIES = {
    "textractor": "amazon-textract-textractor==1.10.0",
    "response_parser": "amazon-textract-response-parser==1.0.3",
}
IMPORT_RUNS = 15

Figures = dict[str, float]

_IMPORT = "import sys, time; begun = time.process_time(); __import__(sys.argv[1]); print(time.process_time() - begun)"


@click.command(help=__doc__)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pages", multiple=True, type=click.IntRange(min=1), default=(1, 10, 100, 1000), show_default=True)
@click.option("--alone", is_flag=True, help="Leave out the other libraries.")
def main(source: Path, pages: Sequence[int], *, alone: bool) -> None:
    """Run the benchmark."""
    with TemporaryDirectory(prefix="bench-outputs-") as temporary:
        folder = Path(temporary)
        _run(sys.executable, "-m", "benchmarks.outputs.corpus", str(source), str(folder), *map(str, pages))
        interpreters = {"ours": sys.executable}
        if not alone:
            other = _environment(folder / "libraries")
            interpreters |= dict.fromkeys(LIBRARIES, other)
        figures = {
            name: {str(count): _measured(name, python, folder / str(count)) for count in pages}
            for name, python in interpreters.items()
        }
    imports = _imports()
    _show(figures, imports)
    click.echo(json.dumps({**figures, "imports": imports}))


def _environment(folder: Path) -> str:
    """The Python interpreter of a new environment with the other libraries."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *LIBRARIES.values())
    return python


def _measured(name: str, python: str, response: Path) -> Figures:
    module = "benchmarks.outputs.ours" if name == "ours" else f"benchmarks.outputs.with_{name}"
    measured: Figures = json.loads(_run(python, "-m", module, str(response)))
    return measured


def _imports() -> Figures:
    """CPU seconds for importing boto3 and each function's handler, each in its own process: the least of several runs.

    The first run compiles everything that is imported, as in the deployed layer.
    """
    imported = {"boto3": ("boto3", ROOT)}
    imported |= {path.parent.name: ("handler", path.parent) for path in sorted(ROOT.glob("lambdas/*/handler.py"))}
    times: dict[str, list[float]] = {name: [] for name in imported}
    with TemporaryDirectory() as compiled:
        for _ in range(IMPORT_RUNS):
            for name, (module, path) in imported.items():
                took = _run(sys.executable, "-c", _IMPORT, module, path=(path,), PYTHONPYCACHEPREFIX=compiled)
                times[name].append(float(took))
    return {name: round(min(each), 4) for name, each in times.items()}


def _run(*command: str, path: Sequence[Path] = (), **told: str) -> str:
    search = os.pathsep.join(map(str, (*path, ROOT, LAYER)))
    environment = os.environ | {"PYTHONPATH": search, "AWS_DEFAULT_REGION": "us-east-1"} | told
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def _show(figures: Mapping[str, Mapping[str, Figures]], imports: Figures) -> None:
    console = Console(stderr=True)
    table = Table(Column("pages", justify="right"), *(f"{name}: CPU s, peak MB" for name in figures))
    for count in figures["ours"]:
        table.add_row(count, *(f"{of[count]['cpu_s']:.3f}, {of[count]['peak_mb']:.0f}" for of in figures.values()))
    console.print(table)
    for name, seconds in imports.items():
        console.print(f"import {name}: {seconds:.3f} CPU s, {seconds / imports['boto3']:.2f} of boto3's")


if __name__ == "__main__":
    main()
