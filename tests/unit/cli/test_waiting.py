from datetime import UTC, datetime

from cli.waiting import follow, wait_until_registered
from textract_pipeline.document import Document, Lane
from textract_pipeline.names import DocumentStatus


class Store:
    """Documents that take another step with each check."""

    def __init__(self, **steps: list[Document | None]) -> None:
        self.steps = steps
        self.looks: list[list[str]] = []

    def look_up(self, identifiers: list[str]) -> dict[str, Document]:
        self.looks.append(identifiers)
        found = {}
        for identifier in identifiers:
            steps = self.steps[identifier]
            if state := steps.pop(0) if len(steps) > 1 else steps[0]:
                found[identifier] = state
        return found


NOW = datetime(2026, 11, 1, tzinfo=UTC)
WAITING = None
RUNNING = Document("1" * 32, "bucket", "key", "etag", 1, Lane.LIVE, (), NOW, NOW, status=DocumentStatus.IN_PROGRESS)
QUEUED = RUNNING._replace(status=DocumentStatus.QUEUED)
DONE = RUNNING._replace(status=DocumentStatus.SUCCEEDED)


def test_documents_are_followed_until_all_have_ended():
    store = Store(a=[WAITING, RUNNING, DONE], b=[DONE])
    states = list(follow(["a", "b"], store.look_up, sleep=lambda _: None))
    assert states == [[WAITING, DONE], [RUNNING, DONE], [DONE, DONE]]


def test_a_document_that_has_ended_is_not_looked_at_again():
    store = Store(a=[RUNNING, RUNNING, DONE], b=[DONE])
    list(follow(["a", "b"], store.look_up, sleep=lambda _: None))
    assert store.looks == [["a", "b"], ["a"], ["a"]]


def test_pauses_grow_while_nothing_changes_and_shrink_when_something_does():
    pauses: list[float] = []
    store = Store(a=[*[RUNNING] * 20, QUEUED, DONE])
    list(follow(["a"], store.look_up, sleep=pauses.append))
    assert pauses[0] == min(pauses) == pauses[-1]
    assert max(pauses) == 2


def test_documents_are_waited_for_until_they_are_registered():
    store = Store(a=[WAITING, WAITING, QUEUED], b=[RUNNING])
    assert wait_until_registered(["a", "b"], store.look_up, 30, sleep=lambda _: None) == 0
    assert store.looks == [["a", "b"], ["a"], ["a"]]


def test_documents_that_are_not_registered_in_time_are_counted():
    store = Store(a=[WAITING], b=[RUNNING])
    slept: list[float] = []
    assert wait_until_registered(["a", "b"], store.look_up, 30, sleep=slept.append) == 1
    assert 30 <= sum(slept) <= 32
