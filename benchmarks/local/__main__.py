"""Compare the pipeline in local mode with its bare OCR engine on the same pages; the last line of output is JSON.

In three rounds, each with different one-page JPEG documents, the engine alone reads them, half before and half after
the pipeline processes them (text, forms, and tables), so that other load on the machine affects both equally; the ratio
is the median round's. CPU seconds per document show the same on a machine that is never idle. Also measured: a single
page, and how the speed grows with cores and with pages per document. Takes ten minutes.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks.local.bare import Reader, seconds_by_cores
from benchmarks.local.cost import Cost
from benchmarks.local.documents import jpeg, page_text, pdf, tiff
from benchmarks.local.whole import Pipeline, local_pipeline
from cli.display import step_report

WORDS = 120  # per page of the documents for the pipeline
LONG_PAGE_WORDS = 400
ROUNDS = 3
SOME = 8  # documents, to measure the effect of more cores

Figures = dict[str, float]


@click.command(help=__doc__)
@click.option("--documents", default=60, show_default=True, help="One-page documents per round.")
@click.option("--pages", multiple=True, default=(1, 4, 16), show_default=True, help="Pages per document.")
def main(*, documents: int, pages: Sequence[int]) -> None:
    """Run the benchmark."""
    report, reader = step_report(), Reader()
    report("Reading single pages")
    page_seconds = _single_pages(reader)
    report("Reading with increasing numbers of cores")
    some = _one_page_documents(SOME, first=0)
    cores = {str(count): _a_minute(len(some), seconds) for count, seconds in seconds_by_cores(some).items()}
    figures = {
        "page_seconds": page_seconds,
        "pages_a_minute_by_cores": cores,
        **_compared(reader, documents, pages),
    }
    _show(figures)
    sys.stdout.write(json.dumps(figures) + "\n")


def _single_pages(reader: Reader) -> Figures:
    text = page_text(LONG_PAGE_WORDS, 0)
    return {
        "image_of_400_words": reader.page_seconds(jpeg(text)),
        "pdf_of_400_words": reader.page_seconds(pdf([text])),
    }


def _compared(reader: Reader, documents: int, lengths: Sequence[int]) -> dict[str, Figures]:
    """Documents per minute for the engine and the pipeline, and pages per minute by document length."""
    report = step_report()
    with (
        tempfile.TemporaryDirectory(prefix="bench-local-") as folder,
        local_pipeline(Path(folder), report) as pipeline,
    ):
        rounds = [_round(reader, pipeline, number, documents) for number in range(ROUNDS)]
        report("Processing documents of increasing length")
        by_pages = {
            str(length): _a_minute(length, pipeline.cost({f"{length}.tiff": _long(length)}).seconds)
            for length in lengths
        }
    read = ROUNDS * documents
    engine, whole = (sum(costs, Cost()) for costs in zip(*rounds, strict=True))
    return {
        "documents": {
            "engine_a_minute": _a_minute(read, engine.seconds),
            "pipeline_a_minute": _a_minute(read, whole.seconds),
            "ratio": round(median(bare.seconds / all_of_it.seconds for bare, all_of_it in rounds), 3),
            "engine_cpu_s": round(engine.cpu_seconds / read, 3),
            "pipeline_cpu_s": round(whole.cpu_seconds / read, 3),
            "cpu_ratio": round(engine.cpu_seconds / whole.cpu_seconds, 3),
        },
        "pages_a_minute_by_pages": by_pages,
    }


def _round(reader: Reader, pipeline: Pipeline, number: int, documents: int) -> tuple[Cost, Cost]:
    """The cost for the engine alone, half before and half after, and for the pipeline in between."""
    step_report()(f"Round {number + 1}: {documents} documents")
    bodies, half = _one_page_documents(documents, first=number * documents), documents // 2
    before = reader.cost(bodies[:half])
    whole = pipeline.cost({f"{number}-{place}.jpg": body for place, body in enumerate(bodies)})
    return before + reader.cost(bodies[half:]), whole


def _one_page_documents(count: int, *, first: int) -> list[bytes]:
    """Documents that are all different within a run: the local Textract caches the pages that it has read."""
    return [jpeg(page_text(WORDS, seed)) for seed in range(first, first + count)]


def _long(pages: int) -> bytes:
    return tiff([page_text(WORDS, 1_000 * pages + number) for number in range(pages)])


def _a_minute(count: int, seconds: float) -> float:
    return round(60 * count / seconds, 1)


def _show(figures: dict[str, Figures]) -> None:
    table = Table("what", "figure", "value")
    for what, of in figures.items():
        for figure, value in of.items():
            table.add_row(what, figure, f"{value:g}")
    Console(stderr=True).print(table)


if __name__ == "__main__":
    main()
