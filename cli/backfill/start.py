"""`textract-pipeline backfill start`: confirm a plan, and let S3 Batch Operations import its documents."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click

from cli.backfill.batch_jobs import create_job
from cli.backfill.manifest import CSV_FORMAT, ManifestError, ManifestLocation
from cli.backfill.plan import plan_options
from cli.backfill.planning.plan_file import Plan
from cli.backfill.planning.plan_table import show_plan
from cli.backfill.planning.planner import make_plan
from cli.backfill.planning.source import Filters, find_source, read_csv
from cli.backfill.record import BackfillRecord
from cli.backfill.records import list_records, save_record
from cli.display import show_json
from cli.outside_text import visible
from cli.target import Target, target_options
from local.number_option import NUMBER
from textract_pipeline import rate_limit
from textract_pipeline.aws import clients
from textract_pipeline.clock import utc_now
from textract_pipeline.events import ReprocessPolicy

_COLUMNS = ("Bucket", "Key", "VersionId")
_RECENT = 50  # backfills to search for one that started the same plan
_GENERATED_FORMAT = "S3InventoryReport_CSV_20211130"  # the only one that S3 generates


class RefusedError(click.ClickException):
    """The backfill is not started."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class StartOptions:
    """The options of a backfill besides its plan; prices in dollars, None for no limit."""

    documents_per_minute: float
    most_cost: float | None
    generator: Mapping[str, Any] | None  # CreateJob's, if S3 lists the objects


@click.command()
@click.argument("source", metavar="PLAN|SOURCE")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--max-cost", type=NUMBER, help="Do not start if it may cost more dollars than this.")
@click.option(
    "--per-minute", default=0.0, type=NUMBER, help="Process at most this many documents of backfills per minute."
)
@click.option("--let-s3-list", is_flag=True, help="For a bucket: let S3 list the objects again when the job starts.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
@plan_options
@target_options
def start(  # noqa: PLR0913 - one for each option
    *,
    source: str,
    filters: Filters,
    exact: bool,
    sample: int,
    again: ReprocessPolicy,
    out: Path,
    yes: bool,
    max_cost: float | None,
    per_minute: float,
    let_s3_list: bool,
    as_json: bool,
    target: Target,
) -> None:
    """Import the documents of a plan, or of a SOURCE, which is planned first.

    Documents that were processed before are left as they are and cost nothing, unless --again says otherwise. Shows the
    price and asks for confirmation.

    \b
    Example:
      textract-pipeline backfill start backfill-plan.json
      textract-pipeline backfill start s3://my-archive/2019/ --exact --max-cost 500 --yes
    """
    if let_s3_list and len(filters.suffixes) > 1:
        raise click.UsageError("--let-s3-list takes one --suffix, as S3 does: leave out --let-s3-list, or start twice.")
    if _is_plan(source):
        plan = _planned_before(source, again, let_s3_list=let_s3_list)
    else:
        plan = make_plan(target, find_source(source, filters), out=out, exact=exact, sample=sample, again=again)
    if nothing := _nothing_to_do(target, plan):
        show_json({"backfill": None, "nothingToDo": nothing}) if as_json else click.echo(visible(nothing))
        return
    options = StartOptions(per_minute, max_cost, _generator(plan, filters, out) if let_s3_list else None)
    _agree(plan, out, options, ask=not yes, as_json=as_json)
    record = start_backfill(target, plan, options)
    _show(record, plan, as_json=as_json)


def _show(record: BackfillRecord, plan: Plan, *, as_json: bool) -> None:
    if as_json:
        show_json({"backfill": record.id, "jobIds": record.job_ids, "objects": plan.to_register})
    else:
        click.echo(f"{record.id} has started. Follow it: textract-pipeline backfill status --watch")


def start_backfill(
    target: Target,
    plan: Plan,
    options: StartOptions,
    clock: Callable[[], datetime] = utc_now,
    new_id: Callable[[], UUID] = uuid4,
) -> BackfillRecord:
    """Put the manifest where S3 Batch Operations can read it, and create the job."""
    now = clock()
    identifier = f"{now:%Y%m%d-%H%M%S}-{new_id().hex[:4]}"
    bucket, folder = target.output("InventoryAndLogsBucketName"), f"backfills/{identifier}"
    generator = dict(options.generator or {})
    if generator:
        generator["ManifestOutputLocation"] = {
            "Bucket": f"arn:aws:s3:::{bucket}",
            "ManifestPrefix": folder,
            "ManifestFormat": _GENERATED_FORMAT,
        }
    record = BackfillRecord(
        identifier,
        now,
        plan.source,
        bucket,
        folder,
        manifest=None if generator else _manifest(plan, bucket, f"{folder}/manifest.csv"),
        planned=_uploaded(plan.rows_path, bucket, f"{folder}/planned.csv") if generator else None,
        generator=generator,
        again=plan.again,
        documents_per_minute=options.documents_per_minute,
        objects=plan.to_register,
        price=plan.price.value,
        planned_at=plan.made_at,
    )
    save_record(target, record)
    rate_limit.limit_backfills(target.output("ControlTableName"), options.documents_per_minute)
    record = record.with_job(create_job(target, record))
    save_record(target, record)
    return record


def _is_plan(source: str) -> bool:
    return not source.startswith("s3://") and source.endswith(".json")


def _planned_before(path: str, again: ReprocessPolicy, *, let_s3_list: bool) -> Plan:
    plan = Plan.load(Path(path))
    if again not in {ReprocessPolicy.NONE, plan.again}:
        raise click.UsageError(f"The plan was made with --again {plan.again}: make a new plan with --again {again}.")
    if let_s3_list:
        raise click.UsageError("--let-s3-list needs a bucket: a plan already lists its objects.")
    return plan


def _nothing_to_do(target: Target, plan: Plan) -> str:
    """Why there is nothing to start; empty if there is something."""
    if plan.is_exact and not plan.to_process:
        return f"Nothing to do, and nothing to pay: none of the {plan.objects:,} objects needs processing."
    for record in list_records(target, _RECENT):
        if record.planned_at == plan.made_at and record.source == plan.source:
            return (
                f"Nothing to do, and nothing to pay: this plan was already started as {record.id}."
                f" Plan {plan.source} again to import new documents, or failed ones (--again failed)."
            )
    return ""


def _agree(plan: Plan, out: Path, options: StartOptions, *, ask: bool, as_json: bool) -> None:
    """Show the plan and its price, and ask for confirmation; raises RefusedError if it may cost too much."""
    if not as_json:
        show_plan(plan, out)
    most = plan.total_price + plan.price.error
    if options.most_cost is not None and most > options.most_cost:
        raise RefusedError(f"It may cost ${most:,.2f}, more than --max-cost ${options.most_cost:,.2f}: not started.")
    if ask:
        margin = f" (plus or minus ${plan.price.error:,.2f})" if plan.price.error else ""
        click.confirm(f"Start, for ${plan.total_price:,.2f}{margin}?", abort=True, err=True)


def _manifest(plan: Plan, bucket: str, key: str) -> ManifestLocation:
    """The plan's manifest where the stack's role may read it: the original, or an upload of the plan's list."""
    return plan.manifest if plan.manifest and plan.manifest.bucket == bucket else _uploaded(plan.rows_path, bucket, key)


def _uploaded(rows_path: Path, bucket: str, key: str) -> ManifestLocation:
    try:
        clients.s3().upload_file(str(rows_path), bucket, key)
    except OSError as error:
        raise ManifestError(f"The plan's rows cannot be read: {error}. Plan again.") from error
    etag = clients.s3().head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    with rows_path.open(encoding="utf-8", newline="") as file:
        columns = len(next(csv.reader(file), _COLUMNS[:2]))
    return ManifestLocation(CSV_FORMAT, bucket, key, etag, fields=_COLUMNS[:columns])


def _generator(plan: Plan, filters: Filters, out: Path) -> Mapping[str, Any]:
    """What S3 is to list: the objects in a source's bucket that match the filters."""
    bucket, _, prefix = plan.source.removeprefix("s3://").partition("/")
    names: dict[str, Any] = {"MatchAnyPrefix": [prefix]} if prefix else {}
    for suffix in filters.suffixes:
        names["MatchAnySuffix"] = [_as_written(suffix, plan, out)]
    wanted = {
        "KeyNameConstraint": names or None,
        "CreatedAfter": filters.after,
        "CreatedBefore": filters.before,
        "ObjectSizeGreaterThanBytes": None if filters.min_size is None else filters.min_size - 1,
        "ObjectSizeLessThanBytes": None if filters.max_size is None else filters.max_size + 1,
    }
    return {
        "SourceBucket": f"arn:aws:s3:::{bucket}",
        "EnableManifestOutput": True,
        "Filter": {name: value for name, value in wanted.items() if value is not None},
    }


def _as_written(suffix: str, plan: Plan, out: Path) -> str:
    """How all planned keys write the suffix; raises RefusedError if they write it in several ways.

    S3 distinguishes upper and lower case, and takes one suffix (Amazon S3 API Reference, KeyNameConstraint, 2026-11).
    """
    spellings = Counter(row.key[-len(suffix) :] for row in read_csv(plan.rows_path))
    if len(spellings) > 1:
        counts = ", ".join(f"{count:,} end in {spelling}" for spelling, count in spellings.most_common())
        raise RefusedError(
            "S3 cannot list all of these objects: it takes one suffix in one spelling, and of the planned keys"
            f" {counts}. Import the plan's own list instead: textract-pipeline backfill start {out}"
        )
    return next(iter(spellings), suffix)
