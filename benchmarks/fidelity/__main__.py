"""Compare the local Textract with real responses; the last line of output is JSON.

DIR has documents with their responses: `name.ext` and `name.ext.json`. A document's pages are matched with the
response's by number. Without DIR, generated documents are used.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from benchmarks.fidelity.content import PageContent, pages_of
from benchmarks.fidelity.generated import generated
from benchmarks.fidelity.measures import RATIOS, compare, figures
from local.textract.recognition.ocr.engine import RapidOcrEngine
from local.textract.recognition.recognizer import Recognizer

FEATURES = frozenset({"TABLES", "FORMS"})
DRAWN_OF_EACH = 4  # documents of each kind
WORD_FIGURES = 7  # the first of RATIOS, which do not need an analysis


@click.command(help=__doc__)
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--words-only", is_flag=True, help="Only detect text, which is faster.")
def main(folder: Path | None, *, words_only: bool) -> None:
    """Run the benchmark."""
    recognizer = Recognizer(RapidOcrEngine())
    counts: dict[str, Counter[str]] = {}
    for name, file, true in _from(folder) if folder else _drawn():
        found = _recognize(recognizer, file, frozenset() if words_only else FEATURES)
        counts[name] = sum(
            (compare(true.get(page, PageContent()), found.get(page, PageContent())) for page in true.keys() | found),
            Counter(),
        )
    if not counts:
        raise click.ClickException(f"{folder} has no NAME.EXT.json next to a NAME.EXT: put real responses there")
    names = list(RATIOS)[:WORD_FIGURES] if words_only else list(RATIOS)
    overall = _chosen(sum(counts.values(), Counter()), names)
    documents = {name: _chosen(each, names) for name, each in counts.items()}
    _show({**documents, "overall": overall}, names)
    sys.stdout.write(json.dumps({**overall, "documents": documents}) + "\n")


def _from(folder: Path) -> Iterator[tuple[str, bytes, dict[int, PageContent]]]:
    """Each document of the folder: its name, its bytes, and the content of each page in its response."""
    for response in sorted(folder.glob("*.json")):
        document = response.with_suffix("")
        if not document.is_file():
            raise click.ClickException(f"{response} has no {document.name} next to it: put the document there")
        yield document.name, document.read_bytes(), pages_of(json.loads(response.read_bytes())["Blocks"])


def _drawn() -> Iterator[tuple[str, bytes, dict[int, PageContent]]]:
    """The same for the generated documents."""
    for document in generated(DRAWN_OF_EACH):
        yield document.name, document.file, {1: document.content}


def _recognize(recognizer: Recognizer, file: bytes, feature_types: frozenset[str]) -> dict[int, PageContent]:
    with recognizer.open(file) as document:
        pages = range(1, document.page_count + 1)
        return pages_of([block for page in pages for block in recognizer.blocks(document, page, feature_types, [])])


def _chosen(counts: Counter[str], names: list[str]) -> dict[str, float | None]:
    every = figures(counts)
    return {name: every[name] for name in names}


def _show(rows: dict[str, dict[str, float | None]], names: list[str]) -> None:
    """Print one figure per row and one document per column."""
    table = Table(Column("figure", no_wrap=True), *rows)
    for name in names:
        values = [row[name] for row in rows.values()]
        table.add_row(name, *("-" if value is None else f"{value:.3f}" for value in values))
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
