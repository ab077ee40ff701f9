"""The documents of `make soak`, and how it decides whether the last thousand are as fast as the first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.soak.documents import documents
from benchmarks.soak.sections import Section, drifts, lost, section_size, sections
from benchmarks.soak.snapshots import Snapshot
from benchmarks.soak.stream import Ended
from textract_pipeline.document import Document, Failure, Lane
from textract_pipeline.names import DocumentStatus, Stage

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DOCUMENT = Document("0" * 32, "bucket", "a.png", "etag", 1, Lane.LIVE, (), NOON, NOON, status=DocumentStatus.SUCCEEDED)
SECTION = Section(
    1000, 8.0, 4.0, 6.0, 40, 0.2, 0.1, 2.0, {"SyncProc": 80_000_000, "MiniStack": 100_000_000}, {"SyncProc": 5}
)


def ended(at: float, seconds: float = 1.0) -> Ended:
    return Ended(at, DOCUMENT._replace(updated_at=NOON + timedelta(seconds=seconds)))


def test_no_two_documents_are_alike_and_one_of_five_is_a_pdf():
    made = [*documents(600)]
    assert len({one.key for one in made}) == len({one.body for one in made}) == 600
    assert sum(one.body.startswith(b"%PDF") for one in made) == 120
    assert sum(one.body.startswith(b"\x89PNG") for one in made) == 480


@pytest.mark.parametrize(("count", "size"), [(5000, 1000), (20_000, 1000), (500, 100), (3, 1)])
def test_a_section_is_a_thousand_documents_or_a_fifth_of_fewer(count, size):
    assert section_size(count) == size


def test_a_section_has_the_speed_the_ages_and_the_snapshots_of_its_own_time():
    snapshots = [
        Snapshot(101, 30, 1.0, 10.0, 5.0, {"SyncProc": 70}, {"SyncProc": 4}),
        Snapshot(104, 50, 2.0, 11.2, 5.6, {"SyncProc": 80}, {"SyncProc": 5}),
        Snapshot(106, 20, 4.0, 12.0, 6.0, {"SyncProc": 90, "DocProc": 60}, {"SyncProc": 3, "DocProc": 1}),
    ]
    all_ended = [ended(100), ended(102, 1), ended(105, 3), ended(106, 2), ended(107, 2), ended(108)]
    first, second = sections(all_ended, snapshots, size=2)
    assert (first.documents, first.a_second, first.seconds_median) == (2, 0.4, 2.0)
    assert (first.most_messages, first.load) == (50, 1.5)
    assert (first.cpu_seconds, first.ministack_cpu_seconds) == (1.0, 0.5), "0.4 and 0.2 of a second for five seconds"
    assert (first.memory, first.processes) == ({"SyncProc": 80}, {"SyncProc": 5})
    assert (second.a_second, second.most_messages) == (1.0, 20)
    assert second.memory == {"SyncProc": 90, "DocProc": 60}


def test_a_document_that_failed_or_never_ended_is_lost():
    failure = Failure("BAD_DOCUMENT", "The file is damaged.", Stage.ANALYZE)
    failed = Ended(1, DOCUMENT._replace(status=DocumentStatus.FAILED, failure=failure))
    assert lost(2, [ended(1), ended(2)]) == []
    assert lost(5, [ended(1), failed]) == ["3 documents have not ended", "a.png is FAILED: The file is damaged."]


def test_a_last_section_like_the_first_does_not_drift():
    assert drifts([SECTION, replace(SECTION, a_second=6.5, memory={"SyncProc": 87_000_000})]) == []


def test_slower_or_larger_than_the_first_drifts():
    last = replace(SECTION, a_second=6.3, memory={"SyncProc": 89_000_000})
    assert drifts([SECTION, SECTION, last]) == [
        "from 8 documents per second to 6.3",
        "SyncProc from 80.0 MB to 89.0 MB",
    ]


def test_the_memory_of_ministack_is_not_ours():
    assert drifts([SECTION, replace(SECTION, memory={"MiniStack": 900_000_000})]) == []
