"""The commands of `textract-pipeline backfill`."""

import click

from cli.program.lazy_group import LazyGroup


@click.group(cls=LazyGroup)
def backfill() -> None:
    """Import existing documents: plan, price, start, and follow a backfill, and prove it complete.

    SOURCE is a bucket or part of one, a CSV manifest, or the manifest.json of an S3 Inventory.

    \b
    Example:
      textract-pipeline backfill plan s3://my-archive/2019/
      textract-pipeline backfill start backfill-plan.json
      textract-pipeline backfill status --watch
      textract-pipeline backfill reconcile
    """


# The summaries are the first sentences of the commands' help.
for name, place, summary in (
    (
        "plan",
        "cli.backfill.plan:plan",
        "Plan a backfill: what it would process and skip, what it would cost, and how long it would take.",
    ),
    ("start", "cli.backfill.start:start", "Import the documents of a plan, or of a SOURCE, which is planned first."),
    ("status", "cli.backfill.status:status", "Show the progress of a backfill."),
    (
        "pause",
        "cli.backfill.pause:pause",
        "Pause a backfill: import no more documents, and send no more of them to Textract.",
    ),
    ("resume", "cli.backfill.pause:resume", "Continue a backfill that was paused or whose job failed."),
    (
        "cancel",
        "cli.backfill.pause:cancel",
        "End a backfill: import no more documents, and end waiting documents as FAILED with the code CANCELLED.",
    ),
    (
        "reconcile",
        "cli.backfill.reconcile:reconcile",
        "Prove that a backfill is complete: compare its manifest with what happened to each object.",
    ),
    ("list", "cli.backfill.status:list_", "Show the latest backfills, newest first."),
):
    backfill.add_lazy(name, place, summary)
