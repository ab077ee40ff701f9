"""`textract-pipeline backfill plan`: what a backfill would process, what it would cost, and how long it would take.

It only reads, and costs nothing at Textract. `planning` makes the plan.
"""

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.backfill.planning.plan_table import show_plan
from cli.backfill.planning.planner import SAMPLE, make_plan
from cli.backfill.planning.source import Filters, find_source
from cli.display import show_json
from cli.target import Target, target_options
from textract_pipeline.events import ReprocessPolicy


def _in_utc(_: click.Context, __: click.Parameter, time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)


_TIME = click.DateTime()
_BYTES = click.IntRange(min=0)


_OPTIONS = (
    click.option("--prefix", default="", help="For a bucket: only keys that begin with this."),
    click.option(
        "--suffix",
        "suffixes",
        multiple=True,
        type=str.lower,
        metavar="TEXT",
        help="For a bucket: only keys that end with this, in upper or lower case (may be repeated).",
    ),
    click.option("--after", type=_TIME, callback=_in_utc, help="For a bucket: only objects stored since then (UTC)."),
    click.option("--before", type=_TIME, callback=_in_utc, help="For a bucket: only objects stored before then (UTC)."),
    click.option("--min-size", type=_BYTES, help="For a bucket: only objects of this many bytes or more."),
    click.option("--max-size", type=_BYTES, help="For a bucket: only objects of this many bytes or fewer."),
    click.option("--exact", is_flag=True, help="Inspect every object instead of a sample."),
    click.option(
        "--sample",
        default=SAMPLE,
        show_default=True,
        type=click.IntRange(min=10),
        help="How many objects to inspect per type and order of size.",
    ),
    click.option(
        "--again",
        type=click.Choice(ReprocessPolicy, case_sensitive=False),
        default=ReprocessPolicy.NONE,
        show_default=True,
        help="Which documents to process again if they were processed before.",
    ),
    click.option(
        "--out",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        default=Path("backfill-plan.json"),
        show_default=True,
        help="The file for the plan; its CSV files are written next to it.",
    ),
)


def plan_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that filter a SOURCE, as its `filters`, and those that say how to plan it."""

    @functools.wraps(command)
    def with_filters(
        *,
        prefix: str,
        suffixes: tuple[str, ...],
        after: datetime | None,
        before: datetime | None,
        min_size: int | None,
        max_size: int | None,
        **options: object,
    ) -> None:
        command(filters=Filters(prefix, suffixes, after, before, min_size, max_size), **options)

    decorated: Callable[..., None] = with_filters
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option("--json", "as_json", is_flag=True, help="Also write the plan to stdout, as JSON.")
@plan_options
@target_options
def plan(  # noqa: PLR0913 - one for each option
    *,
    source: str,
    filters: Filters,
    exact: bool,
    sample: int,
    again: ReprocessPolicy,
    out: Path,
    as_json: bool,
    target: Target,
) -> None:
    """Plan a backfill: what it would process and skip, what it would cost, and how long it would take. Only reads.

    SOURCE is a bucket, s3://BUCKET/PREFIX, a CSV manifest (a file, or s3://…/….csv: bucket, URL-encoded key, optional
    version; no header), or the manifest.json of an S3 Inventory in CSV.

    Objects are inspected as the pipeline will inspect them: a random sample of each type and order of size, or all of
    them with --exact. A sample may miss a few very long documents.

    \b
    Example:
      textract-pipeline backfill plan s3://my-archive/2019/ --suffix .pdf --suffix .tif
      textract-pipeline backfill start backfill-plan.json
    """
    planned = make_plan(target, find_source(source, filters), exact=exact, sample=sample, again=again, out=out)
    if as_json:
        show_json(json.loads(out.read_text(encoding="utf-8")))
    else:
        show_plan(planned, out)
