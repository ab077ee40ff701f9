"""Make a plan: survey the source, inspect some or all of its objects, and estimate the rest.

Each step has a module: source, survey, inspection, page_count, estimate, and duration; plan_file is the result.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.backfill.manifest import ManifestError, Row, write_rows
from cli.backfill.planning import duration
from cli.backfill.planning.duration import Work
from cli.backfill.planning.estimate import Findings, total
from cli.backfill.planning.inspection import Inspection, Outcome, inspect
from cli.backfill.planning.plan_file import Plan, PlannedGroup, list_path, skipped_path
from cli.backfill.planning.skipped import Skipped, listing_skipped
from cli.backfill.planning.source import Source, read_csv
from cli.backfill.planning.survey import Group, Kind, Survey
from cli.display import progress_console
from cli.target import Target
from textract_pipeline.clock import utc_now
from textract_pipeline.events import Backfill, ReprocessPolicy
from textract_pipeline.names import Feature
from textract_pipeline.prices import PRICES, batch_operations_fee, charged, price

SAMPLE = 100  # objects of each group

_SEED = 5  # the same source gets the same plan
_PRICES_OF = "Textract prices are those of us-east-1 for the first million pages a month, unless the settings differ."

_Findings = Mapping[Group, Findings]
_Prices = Mapping[Feature, float]


def make_plan(
    target: Target,
    source: Source,
    *,
    out: Path,
    exact: bool = False,
    sample: int = SAMPLE,
    again: ReprocessPolicy = ReprocessPolicy.NONE,
) -> Plan:
    """Plan a source and write the plan to `out`, with CSV files next to it; progress goes to stderr. Only reads AWS.

    Raises ManifestError if there is nothing to plan, the rows cannot be read, or the files cannot be written;
    TargetError; RetryableError.
    """
    _check_place(out)
    survey, rows_path = _survey_of(target, 0 if exact else sample), list_path(out)
    try:
        with _progress() as progress, listing_skipped(skipped_path(out)) as skipped:
            _list(survey, progress.track(source.rows(), description="Listing"), rows_path, skipped)
            if not survey.objects:
                raise ManifestError(f"{source.name} lists no objects: there is nothing to plan.")
            chosen, count = (read_csv(rows_path), survey.to_register) if exact else (survey.sample(), survey.sampled)
            inspections = inspect(chosen, target.documents, Backfill("", again))
            findings = _find(survey, progress.track(inspections, count, description="Inspecting"), skipped)
        plan = _conclude(target, source, survey, findings, skipped, again, rows_path)
        plan.save(out)
    except OSError as error:
        raise ManifestError(f"The plan cannot be made: {error}.") from error
    return plan


def _check_place(out: Path) -> None:
    if list_path(out) == out:
        raise ManifestError(f"The plan {out} would overwrite its list of objects: name it {out.with_suffix('.json')}.")
    if not out.parent.is_dir() or (out.exists() and not out.is_file()):
        raise ManifestError(f"The plan cannot be written to {out}: the folder does not exist, or it is not a file.")


def _survey_of(target: Target, sample: int) -> Survey:
    features, granted = json.loads(target.output("Features")), json.loads(target.output("SourceBucketNames"))
    return Survey(features, granted, sample, Random(_SEED))  # noqa: S311 # nosec B311 - no secret


def _list(survey: Survey, rows: Iterable[Row], rows_path: Path, skipped: Skipped) -> None:
    """Survey every row, and write those to register."""
    with rows_path.open("w", encoding="utf-8", newline="") as file:
        write_rows(survey.candidates(rows, skipped.add), file)


def _find(survey: Survey, inspections: Iterable[Inspection], skipped: Skipped) -> _Findings:
    """Collect the inspections, group by group."""
    findings = {group: Findings(members.objects) for group, members in survey.groups.items()}
    for inspection in inspections:
        findings[survey.group_of(inspection.row)].add(inspection)
        if inspection.outcome is not Outcome.PROCESSED:
            skipped.add(inspection.row, inspection.outcome, inspection.reason)
        elif count := inspection.embedded_files:
            skipped.add(inspection.row, Outcome.EMBEDDED, _embedded(count))
    return findings


def _embedded(count: int) -> str:
    files, each = ("an embedded file", "it") if count == 1 else (f"{count:,} embedded files", "each")
    return f"Its pages are processed, but it has {files}, as a portfolio or attachments. Submit {each} by itself."


def _conclude(
    target: Target,
    source: Source,
    survey: Survey,
    findings: _Findings,
    skipped: Skipped,
    again: ReprocessPolicy,
    rows_path: Path,
) -> Plan:
    prices: _Prices = {**PRICES, **json.loads(target.output("Prices"))}
    groups = [_planned(kind, parts, prices) for kind, parts in _by_kind(findings).items()]
    work, limits = _work(findings), duration.limits_of(target)
    skipped_by_outcome = sum((Counter(group.skipped) for group in groups), survey.left_out)
    return Plan(
        source=source.name,
        made_at=utc_now(),
        again=again,
        manifest=None if source.handwriting.kinds else source.manifest,
        rows_path=rows_path,
        objects=survey.objects,
        to_register=survey.to_register,
        inspected=sum(found.inspected for found in findings.values()),
        size_bytes=round(sum(_bytes(survey, group, found) for group, found in findings.items())),
        to_process=sum(group.to_process for group in groups),
        skipped=dict(skipped_by_outcome.most_common()),
        examples=tuple(skipped.examples),
        groups=tuple(sorted(groups, key=lambda group: -group.objects)),
        pages=total([group.pages for group in groups]),
        price=total([group.price for group in groups]),
        price_by_feature=_by_feature(groups, prices),
        batch_operations_fee=batch_operations_fee(survey.to_register),
        with_embedded_files=round(sum(found.embedding * found.factor for found in findings.values())),
        seconds=duration.seconds_to_process(work, limits),
        assumptions=(*_as_meant(source), _PRICES_OF, *_identity(target), *duration.assumptions(work, limits)),
    )


def _as_meant(source: Source) -> Iterator[str]:
    if kinds := source.handwriting.kinds:
        yield f"{source.name} has {', '.join(kinds)}, and is read as it is meant. The plan's own list is imported."


def _by_kind(findings: _Findings) -> dict[Kind, list[Findings]]:
    kinds: dict[Kind, list[Findings]] = {}
    for group, found in findings.items():
        kinds.setdefault(group.kind, []).append(found)
    return kinds


def _planned(kind: Kind, parts: Sequence[Findings], prices: _Prices) -> PlannedGroup:
    objects, outcomes = sum(found.objects for found in parts), _outcomes(parts)
    to_process, pages = outcomes.pop(Outcome.PROCESSED, 0), total([found.total_pages for found in parts])
    cost = pages * price(kind.features, 1, prices)
    return PlannedGroup(kind.suffix, kind.features, objects, to_process, outcomes, pages, cost)


def _outcomes(parts: Sequence[Findings]) -> Counter[Outcome]:
    """How many objects of a kind have each outcome, in whole numbers that add up."""
    shares: dict[Outcome, float] = {}
    for found in parts:
        for outcome, count in found.outcomes.items():
            shares[outcome] = shares.get(outcome, 0) + count * found.factor
    # Rounded up by largest fraction first until all objects are counted.
    counts = Counter({outcome: int(share) for outcome, share in shares.items()})
    missing = round(sum(shares.values())) - counts.total()
    for outcome in sorted(shares, key=lambda outcome: int(shares[outcome]) - shares[outcome])[:missing]:
        counts[outcome] += 1
    return +counts


def _by_feature(groups: Iterable[PlannedGroup], prices: _Prices) -> dict[Feature, float]:
    dollars: dict[Feature, float] = {}
    for group in groups:
        for feature in charged(group.features):
            dollars[feature] = dollars.get(feature, 0) + group.pages.value * prices[feature]
    return dollars


def _bytes(survey: Survey, group: Group, found: Findings) -> float:
    members = survey.groups[group]
    return members.known_bytes if members.with_known_bytes == members.objects else found.size_bytes * found.factor


def _work(findings: _Findings) -> Work:
    jobs = pages = images = 0.0
    for found in findings.values():
        jobs += found.jobs * found.factor
        images += (found.outcomes[Outcome.PROCESSED] - found.jobs) * found.factor
        pages += found.job_pages * found.factor
    return Work(jobs, pages, images)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=progress_console())


def _identity(target: Target) -> Iterator[str]:
    """With SSE-KMS an ETag is not a digest of the content (S3 API Reference, "Object", 2026-11)."""
    if target.stack_outputs.get("EncryptionSetting") == "customer":
        yield (
            "an object that was uploaded again counts as new, even with the same bytes: with encryption=customer its"
            " ETag differs each time"
        )
