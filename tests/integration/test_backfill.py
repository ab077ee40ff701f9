"""A backfill in the pipeline: what enters with it, is processed again for it, is counted, and is not when cancelled."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.conftest import BUCKET, PDF, PNG, Cloud
from tests.integration.flow import process, queue, submit
from tests.support.registration import register
from textract_pipeline import parallel, pipeline
from textract_pipeline.aws import clients, control_table
from textract_pipeline.aws.backfills_table import BackfillsTable, Counts
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.document import Document, Lane, ObjectVersion, Registered, Registration
from textract_pipeline.events import Backfill, DocumentMessage, ReprocessPolicy
from textract_pipeline.names import DocumentStatus, Feature

FIRST, SECOND = Backfill("b1"), Backfill("b2")


def listed(cloud: Cloud, key: str, backfill: Backfill) -> Registration:
    return register(ObjectVersion(BUCKET, key), cloud.register, backfill)


def count(cloud: Cloud, *documents: Document) -> Counts:
    backfills = BackfillsTable(cloud.status.backfills_table)
    backfills.count(documents)
    return backfills.read(FIRST.id)


class TestRegister:
    def test_a_listed_document_is_one_of_its_backfill(self, cloud: Cloud) -> None:
        document = cloud.document(submit(cloud, "a.png", PNG, FIRST).document_id)
        assert (document.backfill, document.lane) == ("b1", Lane.BACKFILL)

    def test_what_was_processed_is_not_processed_again_unless_asked(self, cloud: Cloud) -> None:
        process(cloud, submit(cloud, "a.png", PNG))
        assert listed(cloud, "a.png", FIRST).how is Registered.KNOWN
        assert listed(cloud, "a.png", Backfill("b2", ReprocessPolicy.FAILED)).how is Registered.KNOWN
        again = listed(cloud, "a.png", Backfill("b3", ReprocessPolicy.ALL))
        assert again.how is Registered.AGAIN
        document = cloud.document(again.document.document_id)
        assert (document.status, document.run_number, document.backfill) == (DocumentStatus.SUBMITTED, 2, "b3")
        assert process(cloud, queue(cloud, document)).status is DocumentStatus.SUCCEEDED
        assert len(cloud.textract.calls) == 2

    def test_a_task_that_s3_repeats_is_not_processed_again_by_the_same_backfill(self, cloud: Cloud) -> None:
        everything = Backfill("b2", ReprocessPolicy.ALL)
        process(cloud, submit(cloud, "a.png", PNG))
        document = listed(cloud, "a.png", everything).document
        process(cloud, queue(cloud, document))
        assert listed(cloud, "a.png", everything).how is Registered.KNOWN

    def test_what_failed_is_tried_again_when_asked(self, cloud: Cloud) -> None:
        cloud.textract.answer = {"Blocks": [], "DocumentMetadata": {"Pages": 1}}
        assert process(cloud, submit(cloud, "a.png", PNG)).status is DocumentStatus.PARTIAL_SUCCESS
        assert listed(cloud, "a.png", Backfill("b2", ReprocessPolicy.FAILED)).how is Registered.AGAIN

    def test_what_textract_does_not_read_is_not_tried_again(self, cloud: Cloud) -> None:
        submit(cloud, "a.txt", b"Hello")
        again = listed(cloud, "a.txt", Backfill("b2", ReprocessPolicy.ALL))
        assert (again.how, again.document.status) == (Registered.KNOWN, DocumentStatus.UNSUPPORTED)


class TestCancel:
    def test_what_is_processed_again_is_told_as_the_run_that_it_is(self, cloud: Cloud) -> None:
        process(cloud, submit(cloud, "a.png", PNG))
        again = listed(cloud, "a.png", Backfill("b2", ReprocessPolicy.ALL)).document
        assert (again.run_number, again.billed_run_number) == (2, 2)

    def test_what_another_task_has_begun_again_is_known(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        existing = process(cloud, submit(cloud, "a.png", PNG))
        monkeypatch.setattr(DocumentsTable, "reopen", lambda *_, **__: None)
        assert listed(cloud, "a.png", Backfill("b2", ReprocessPolicy.ALL)) == Registration(existing, Registered.KNOWN)

    def test_a_document_that_waits_is_not_paid_for(self, cloud: Cloud) -> None:
        image, scan = submit(cloud, "a.png", PNG, FIRST), submit(cloud, "b.pdf", PDF, FIRST)
        other = submit(cloud, "c.png", PNG, SECOND)
        item = {"name": {"S": control_table.BACKFILL_CANCELLED + FIRST.id}}
        clients.dynamodb().put_item(TableName=cloud.start.control_table, Item=item)
        failure = process(cloud, queue(cloud, image)).failure
        assert failure is not None
        assert (failure.code, "b1 was cancelled" in failure.message) == ("CANCELLED", True)
        assert not pipeline.start_job(DocumentMessage.of(queue(cloud, scan)), cloud.start)
        assert not cloud.textract.calls
        assert process(cloud, queue(cloud, other)).status is DocumentStatus.SUCCEEDED


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies its tables for a transaction, which another one at the same time disturbs."""
    monkeypatch.setattr(parallel, "run_all", lambda function, items: [function(item) for item in items])


@pytest.mark.usefixtures("one_at_a_time")
class TestTally:
    def test_each_document_is_counted_in_its_latest_state(self, cloud: Cloud) -> None:
        first, second = submit(cloud, "a.png", PNG, FIRST), submit(cloud, "b.png", PNG, FIRST)
        live = submit(cloud, "c.png", PNG)
        assert count(cloud, first, second, live).documents[DocumentStatus.SUBMITTED] == 2
        counts = count(cloud, process(cloud, first))
        assert counts.documents[DocumentStatus.SUBMITTED] == 1
        assert counts.documents[DocumentStatus.SUCCEEDED] == 1
        assert (counts.registered, counts.ended) == (2, 1)

    def test_pages_are_counted_for_each_feature_that_is_charged(self, cloud: Cloud) -> None:
        counts = count(cloud, process(cloud, submit(cloud, "a.png", PNG, FIRST)))
        assert counts.pages == {Feature.FORMS: 1, Feature.TABLES: 1}
        assert count(cloud, process(cloud, submit(cloud, "letters/b.png", PNG, FIRST))).pages[Feature.TEXT] == 1

    def test_a_backfill_of_another_name_has_counts_of_its_own(self, cloud: Cloud) -> None:
        assert count(cloud, submit(cloud, "a.png", PNG, SECOND)).registered == 0

    def test_more_documents_than_fit_into_a_transaction_are_counted(self, cloud: Cloud) -> None:
        document = submit(cloud, "a.png", PNG, FIRST)
        many = [document._replace(document_id=f"a{number:031x}") for number in range(250)]
        assert count(cloud, *many).registered == 250

    def test_a_run_that_was_begun_again_is_counted_where_it_is_and_its_pages_are_added(self, cloud: Cloud) -> None:
        first = process(cloud, submit(cloud, "a.png", PNG, FIRST))
        anew = first._replace(run_number=2, status=DocumentStatus.SUBMITTED)
        done = first._replace(run_number=2)
        assert count(cloud, first, anew).documents[DocumentStatus.SUBMITTED] == 1
        counts = count(cloud, done)
        assert (counts.registered, counts.pages[Feature.FORMS]) == (1, 2)

    def test_the_pages_of_a_run_whose_end_nobody_counted_are_counted_with_the_next_run(self, cloud: Cloud) -> None:
        first = process(cloud, submit(cloud, "a.png", PNG, FIRST))
        elsewhere = first._replace(backfill="another", pages=7)
        done = first._replace(run_number=3, earlier_runs=(elsewhere, first._replace(run_number=2)))
        counts = count(cloud, done)
        assert (counts.registered, counts.pages[Feature.FORMS]) == (1, 2)
        assert count(cloud, done).pages[Feature.FORMS] == 2

    @pytest.mark.parametrize("later", [SECOND.id, None])
    def test_a_run_whose_end_nobody_counted_is_counted_though_the_document_has_left_the_backfill(
        self, cloud: Cloud, later: str | None
    ) -> None:
        first = process(cloud, submit(cloud, "a.png", PNG, FIRST))
        anew = first._replace(run_number=2, backfill=later, earlier_runs=(first,), status=DocumentStatus.QUEUED)
        counts = count(cloud, anew)
        assert (counts.documents[DocumentStatus.SUCCEEDED], counts.pages[Feature.FORMS]) == (1, 1)
        assert count(cloud, anew, first) == counts

    @given(data=st.data())
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_however_the_stream_repeats_and_shuffles_its_batches_the_counts_are_right(
        self, cloud: Cloud, data: st.DataObject
    ) -> None:
        backfill = data.draw(st.uuids()).hex
        template = submit(cloud, "a.png", PNG)._replace(backfill=backfill)
        lives = [
            [template._replace(document_id=f"{digit}" * 32, status=status, pages=pages) for status, pages in states]
            for digit in "ab1"
            for states in [
                [
                    (DocumentStatus.SUBMITTED, None),
                    (DocumentStatus.QUEUED, None),
                    (DocumentStatus.IN_PROGRESS, None),
                    (DocumentStatus.SUCCEEDED, 3),
                ]
            ]
        ]
        changes = [change for life in lives for change in life]
        batches = data.draw(st.lists(st.lists(st.sampled_from(changes), min_size=1, max_size=6), max_size=8))
        backfills = BackfillsTable(cloud.status.backfills_table)
        for batch in [*batches, [life[-1] for life in lives], *batches]:
            backfills.count(batch)
        counts = backfills.read(backfill)
        assert counts.documents[DocumentStatus.SUCCEEDED] == counts.registered == 3
        assert counts.pages == {Feature.FORMS: 9, Feature.TABLES: 9}


def test_two_that_count_the_same_document_at_once_count_it_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    document = submit(cloud, "a.png", PNG, FIRST)
    backfills, client = BackfillsTable(cloud.status.backfills_table), clients.dynamodb()
    transact, others = client.transact_write_items, [document]

    def overtaken(**request: object) -> object:
        while others:
            BackfillsTable(cloud.status.backfills_table).count([others.pop()])
        return transact(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(client, "transact_write_items", overtaken)
    backfills.count([document])
    assert backfills.read(FIRST.id).registered == 1
