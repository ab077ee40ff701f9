"""What an earlier run writes late changes nothing in a later one."""

from collections.abc import Callable

import pytest

from tests.integration.conftest import PNG, Cloud
from tests.integration.flow import submit
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Failure
from textract_pipeline.errors import ErrorCode
from textract_pipeline.names import DocumentStatus, Stage

_FAILURE = Failure(ErrorCode.BAD_DOCUMENT, "It is damaged.", Stage.ANALYZE)
WRITES: dict[str, Callable[[DocumentsTable, Document], object]] = {
    "mark_queued": lambda table, old: table.mark_queued(old.run),
    "mark_started": lambda table, old: table.mark_started(old.run, "old-job"),
    "finish": lambda table, old: table.finish(old.run, DocumentStatus.FAILED, failure=_FAILURE),
    "claim": lambda table, old: table.claim(old.run, 60),
    "release": lambda table, old: table.release(old.run),
    "touch": lambda table, old: table.touch(old),
    "reopen": lambda table, old: table.reopen(old, old, DocumentStatus.SUBMITTED, is_paid_for=False),
    "delete": lambda table, old: table.delete(old),
}


@pytest.mark.parametrize("status", [status for status in DocumentStatus if status is not DocumentStatus.SUBMITTED])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_of_an_earlier_run_changes_nothing(cloud: Cloud, write: str, status: DocumentStatus) -> None:
    table = DocumentsTable(cloud.route.documents_table)
    document = submit(cloud, "a.png", PNG)
    table.finish(document.run, DocumentStatus.SUCCEEDED)
    ended = cloud.document(document.document_id)
    begun = table.reopen(ended, ended, DocumentStatus.SUBMITTED, is_paid_for=False)
    assert begun is not None
    table._advance(begun, status)
    before = cloud.document(document.document_id)
    WRITES[write](table, ended._replace(status=status))
    assert cloud.document(document.document_id) == before
    assert (before.run_number, before.status) == (2, status)


def test_a_new_run_has_no_job_of_the_last_one_unless_it_is_paid_for(cloud: Cloud) -> None:
    table = DocumentsTable(cloud.route.documents_table)
    for key, is_paid_for, job_id in (("a.pdf", False, None), ("b.pdf", True, "job-1")):
        document = submit(cloud, key, b"%PDF-1.7")
        table.mark_started(document.run, "job-1")
        table.finish(document.run, DocumentStatus.FAILED, failure=_FAILURE)
        ended = cloud.document(document.document_id)
        table.reopen(ended, ended, DocumentStatus.SUBMITTED, is_paid_for=is_paid_for)
        assert cloud.document(document.document_id).job_id == job_id
