"""What is known about each row so far."""

from datetime import UTC, datetime

from cli.backfill.manifest import Row
from cli.backfill.reconciliation.completion_report import TaskOutcome
from cli.backfill.reconciliation.ledger import Ledger, new_ledger
from cli.backfill.reconciliation.verdict import Evidence
from textract_pipeline.document import Document, Lane, ObjectVersion, document_id
from textract_pipeline.names import DocumentStatus, Feature

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
A, B = ObjectVersion("archive", "a.pdf"), ObjectVersion("archive", "b.pdf")


def document(source: ObjectVersion, etag: str, status: DocumentStatus = DocumentStatus.SUCCEEDED) -> Document:
    identifier = document_id(source.bucket, source.key, etag)
    features = (Feature.TEXT, Feature.TABLES)
    return Document(
        identifier, source.bucket, source.key, etag, 1, Lane.LIVE, features, NOW, NOW, status=status, pages=1
    )


def registered(one: Document, how: str = "registered") -> TaskOutcome:
    return TaskOutcome(succeeded=True, message=f"{how} as {one.document_id}, SUBMITTED")


def rows(*sources: ObjectVersion) -> list[Row]:
    return [Row(source.bucket, source.key, source.version_id) for source in sources]


def wanted_objects(ledger: Ledger) -> list[ObjectVersion]:
    return [item for portion in ledger.wanted_objects() for item in portion]


def wanted_documents(ledger: Ledger) -> list[str]:
    return [identifier for portion in ledger.wanted_documents() for identifier in portion]


def evidence(ledger: Ledger) -> list[Evidence]:
    return list(ledger.evidence("b1"))


def test_every_row_is_there_in_its_order_and_its_object_is_wanted_once():
    with new_ledger() as ledger:
        ledger.add_rows(rows(B, A, B))
        assert [(one.row.key, one.repeats) for one in evidence(ledger)] == [
            ("b.pdf", None),
            ("a.pdf", None),
            ("b.pdf", 1),
        ]
        assert wanted_objects(ledger) == [A, B]


def test_a_row_of_another_version_is_another_object():
    version = A._replace(version_id="v1")
    with new_ledger() as ledger:
        ledger.add_rows(rows(A, version))
        assert [one.repeats for one in evidence(ledger)] == [None, None]
        assert wanted_objects(ledger) == [A, version]


def test_a_planned_object_has_a_row_of_its_own_unless_it_is_listed_in_some_version():
    with new_ledger() as ledger:
        ledger.add_rows(rows(A._replace(version_id="v1")))
        ledger.add_planned(rows(B, A))
        assert [(one.row.key, one.is_listed) for one in evidence(ledger)] == [("a.pdf", True), ("b.pdf", False)]
        assert wanted_objects(ledger) == [A._replace(version_id="v1"), B]


def test_of_several_jobs_a_success_counts_and_the_latest():
    first, later = document(A, "1"), document(A, "2")
    failure = TaskOutcome(succeeded=False, message="Rate exceeded")
    with new_ledger() as ledger:
        ledger.add_rows(rows(A, B))
        ledger.add_tasks([(A, failure), (B, failure)])
        ledger.add_tasks([(A, registered(first)), (ObjectVersion("archive", "of no row"), failure)])
        ledger.add_tasks([(A, registered(later, "registered before"))])
        ledger.add_tasks([(A, failure)])
        assert [one.task for one in evidence(ledger)] == [registered(later, "registered before"), failure]


def test_a_document_that_a_report_names_is_wanted_and_then_its_outputs_are():
    done = document(A, "1")._replace(outputs=("tables.csv", "text.txt"))
    with new_ledger() as ledger:
        ledger.add_rows(rows(A))
        ledger.add_tasks([(A, registered(done))])
        assert wanted_documents(ledger) == [done.document_id]
        ledger.add_documents([done.document_id], {done.document_id: done})
        assert wanted_documents(ledger) == []
        outputs = [ObjectVersion("archive", done.output_prefix + name) for name in ("tables.csv", "text.txt")]
        assert wanted_objects(ledger) == [A, *outputs]
        ledger.add_objects([A._replace(etag="1"), outputs[0]._replace(etag="t")])
        assert wanted_objects(ledger) == outputs[1:]
        ledger.add_objects(outputs[1:])
        (known,) = evidence(ledger)
        assert (known.document, known.etag_now, known.missing_outputs) == (done, "1", ["text.txt"])


def test_a_document_that_no_report_names_is_known_by_its_object_s_content():
    done = document(A, "1")
    with new_ledger() as ledger:
        ledger.add_rows(rows(A, B))
        ledger.add_objects([A._replace(etag="1"), B])
        ledger.identify_by_content()
        assert wanted_documents(ledger) == [done.document_id]
        ledger.add_documents([done.document_id], {})
        assert [one.document for one in evidence(ledger)] == [None, None]


def test_s3_is_not_asked_for_a_version_whose_document_is_known():
    known, unknown, null = A._replace(version_id="v1"), B._replace(version_id="v1"), B._replace(version_id="null")
    failed = document(A, "1", DocumentStatus.FAILED)
    with new_ledger() as ledger:
        ledger.add_rows(rows(known, unknown, null))
        ledger.add_tasks([(known, registered(failed)), (null, registered(failed))])
        ledger.add_documents([failed.document_id], {failed.document_id: failed})
        ledger.trust_versions()
        assert wanted_objects(ledger) == [null, unknown]
        assert [one.etag_now for one in evidence(ledger)] == ["1", None, None]


def test_what_becomes_known_meanwhile_is_not_asked_for_again():
    sources = [ObjectVersion("archive", f"{number:04}") for number in range(7000)]
    with new_ledger() as ledger:
        ledger.add_rows(rows(*sources))
        portions = []
        for portion in ledger.wanted_objects():
            ledger.add_objects(portion)
            portions.append(portion)
        assert [item for portion in portions for item in portion] == sources
        assert [len(portion) for portion in portions] == [3000, 3000, 1000]
        assert ledger.unknown_objects == 0
