"""statusproc counts what the stream tells."""

from lambdas.s3batchproc.handler import handle as s3batchproc
from lambdas.statusproc.handler import handle as statusproc
from tests.integration.conftest import PNG, Cloud
from tests.integration.handlers.events import CONTEXT, documents, stream, tasks_of
from textract_pipeline.aws.backfills_table import BackfillsTable
from textract_pipeline.names import DocumentStatus


def test_statusproc_counts_what_the_stream_tells(cloud: Cloud) -> None:
    event = tasks_of("a.png", backfill="b1")
    cloud.upload("a.png", PNG)
    s3batchproc(event, CONTEXT)
    statusproc(stream(*documents(cloud)), CONTEXT)
    assert BackfillsTable(cloud.status.backfills_table).read("b1").documents[DocumentStatus.SUBMITTED] == 1
