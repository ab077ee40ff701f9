"""Print a plan as a table."""

from datetime import timedelta
from pathlib import Path

from rich.filesize import decimal
from rich.table import Table

from cli.backfill.planning.estimate import Estimate
from cli.backfill.planning.plan_file import Plan, skipped_path
from cli.display import table_console
from cli.outside_text import in_table


def show_plan(plan: Plan, path: Path) -> None:
    """Write the plan to stdout; `path` is its file."""
    out = table_console()
    out.print(_groups(plan))
    if plan.skipped:
        out.print(_skipped(plan))
    out.print(_totals(plan))
    for assumption in plan.assumptions:
        out.print(in_table(f"Assumed: {assumption}"), style="dim", soft_wrap=True)
    beside = f"its objects in {plan.rows_path}, those known not to be processed in {skipped_path(path)}"
    out.print(in_table(f"The plan is in {path}, {beside}."), soft_wrap=True)


def _groups(plan: Plan) -> Table:
    table = Table(title=in_table(f"{plan.objects:,} objects of {plan.source}"), title_justify="left")
    table.add_column("Type")
    table.add_column("Looked for")
    for name in ("Objects", "To process", "Pages", "Price"):
        table.add_column(name, justify="right")
    for group in plan.groups:
        table.add_row(
            in_table(group.suffix or "(none)"),
            ", ".join(group.features),
            f"{group.objects:,}",
            f"{group.to_process:,}",
            _number(group.pages),
            _dollars(group.price),
        )
    return table


def _skipped(plan: Plan) -> Table:
    table = Table(title="Not processed" if plan.is_exact else "Not processed (estimated)", title_justify="left")
    table.add_column("Why")
    table.add_column("Objects", justify="right")
    table.add_column("For example", overflow="fold")
    examples = {example.outcome: example for example in reversed(plan.examples)}
    for outcome, count in plan.skipped.items():
        example = examples[outcome]
        table.add_row(outcome, f"{count:,}", in_table(f"{example.uri}: {example.reason}"))
    return table


def _totals(plan: Plan) -> Table:
    table = Table(show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    basis = "all" if plan.is_exact else f"estimated from {plan.inspected:,}"
    table.add_row("Inspected", f"{basis} of {plan.to_register:,} objects, {decimal(plan.size_bytes)}")
    table.add_row("To process", f"{plan.to_process:,} documents, {_number(plan.pages)} pages")
    parts = ", ".join(f"{feature} ${dollars:,.2f}" for feature, dollars in plan.price_by_feature.items())
    table.add_row("Textract", f"{_dollars(plan.price)} ({parts})")
    table.add_row("S3 Batch Operations", f"${plan.batch_operations_fee:,.2f}")
    table.add_row("Together", f"${plan.total_price:,.2f}")
    if plan.with_embedded_files:
        documents = "document has" if plan.with_embedded_files == 1 else "documents have"
        table.add_row("Not read", f"{plan.with_embedded_files:,} {documents} embedded files (portfolios, attachments)")
    table.add_row("Duration", f"about {timedelta(seconds=round(plan.seconds))}")
    return table


def _number(estimate: Estimate) -> str:
    error = "" if estimate.is_exact else f" ± {estimate.error:,.0f}"
    return f"{estimate.value:,.0f}{error}"


def _dollars(estimate: Estimate) -> str:
    error = "" if estimate.is_exact else f" ± {estimate.error:,.2f}"
    return f"${estimate.value:,.2f}{error}"
