"""The commands of `textract-pipeline backfill`."""

import click

from cli.backfill.pause import cancel, pause, resume
from cli.backfill.plan import plan
from cli.backfill.reconcile import reconcile
from cli.backfill.start import start
from cli.backfill.status import list_, status


@click.group()
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


for command in (plan, start, status, pause, resume, cancel, reconcile, list_):
    backfill.add_command(command)
