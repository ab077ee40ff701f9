"""What a local Textract that is started again knows of the jobs of the one that was killed.

A thread that SystemExit ends leaves no trace: to its jobs that is what kill -9 is.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from local.textract.jobs.job_table import Jobs
from local.textract.jobs.notifications import Notifier
from local.textract.jobs.worker import THREADS
from tests.support.textract import document, ended, error_of, start

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[int], None]]:
    """Kill each thread that calls `owner.name`, from the nth call on; it returns what waits for so many deaths."""

    def kill(owner: Any, name: str, nth: int = 1, *, after: bool = False) -> Callable[[int], None]:
        works, calls, deaths = getattr(owner, name), [], threading.Semaphore(0)

        def die(*arguments: Any) -> Any:
            calls.append(arguments)
            if len(calls) < nth:
                return works(*arguments)
            if after:
                works(*arguments)
            deaths.release()
            raise SystemExit

        def revive(count: int = 1) -> None:
            for _ in range(count):
                assert deaths.acquire(timeout=10)
            monkeypatch.setattr(owner, name, works)

        monkeypatch.setattr(owner, name, die)
        return revive

    return kill


def test_a_job_that_was_at_work_is_done_again_from_its_beginning(serve, put, recognizer, killed) -> None:
    s3_object = put(document(pages=3, blocks=1500))
    revive = killed(recognizer, "blocks", nth=3)
    job_id = start(serve(), s3_object)
    revive()
    reply = ended(serve().get_document_text_detection, job_id)
    assert (reply["JobStatus"], reply["DocumentMetadata"]) == ("SUCCEEDED", {"Pages": 3})
    ids = [block["Id"] for block in reply["Blocks"]]
    while token := reply.get("NextToken"):
        reply = serve().get_document_text_detection(JobId=job_id, NextToken=token)
        ids += [block["Id"] for block in reply["Blocks"]]
    assert len(set(ids)) == len(ids) == 4500


def test_jobs_that_waited_are_done_too(serve, put, recognizer, killed, clock) -> None:
    revive = killed(recognizer, "open")
    textract, job_ids = serve(), []
    for number in range(1, 6):
        job_ids.append(start(textract, put(document(pages=number), f"{number}.pdf")))
        clock.now += 1
    revive(THREADS)
    get = serve().get_document_text_detection
    assert [ended(get, job_id)["DocumentMetadata"]["Pages"] for job_id in job_ids] == [1, 2, 3, 4, 5]
    assert [page for page, _, _ in recognizer.asked].count(1) == 5


@pytest.mark.parametrize("body", [document(pages=2, unreadable=[2]), b"plain text"])
def test_what_came_of_a_job_is_known_without_doing_it_again(serve, put, recognizer, body) -> None:
    textract = serve()
    job_id = start(textract, put(body))
    before = ended(textract.get_document_text_detection, job_id)
    asked = len(recognizer.asked)
    after = serve().get_document_text_detection(JobId=job_id)
    del before["ResponseMetadata"], after["ResponseMetadata"]
    assert before == after
    assert len(recognizer.asked) == asked


def test_a_token_still_finds_its_job_and_no_second_one_is_started(serve, put, recognizer, killed) -> None:
    s3_object = put(document())
    revive = killed(recognizer, "blocks")
    at_work = start(serve(), s3_object, ClientRequestToken="at-work")
    revive()
    textract = serve()
    assert start(textract, s3_object, ClientRequestToken="at-work") == at_work
    ended(textract.get_document_text_detection, at_work)
    textract = serve()
    assert start(textract, s3_object, ClientRequestToken="at-work") == at_work
    location = {"S3Object": s3_object}
    code, _ = error_of(
        textract.start_document_text_detection, DocumentLocation=location, ClientRequestToken="at-work", JobTag="other"
    )
    assert code == "IdempotentParameterMismatchException"


def test_jobs_from_before_count_towards_the_quota(serve, put, recognizer) -> None:
    s3_object = put(document())
    recognizer.gate.clear()
    start(serve(), s3_object)
    textract = serve(concurrent_jobs=1)
    code, _ = error_of(textract.start_document_text_detection, DocumentLocation={"S3Object": s3_object})
    recognizer.gate.set()
    assert code == "LimitExceededException"


@pytest.mark.parametrize("after", [False, True])
def test_an_end_that_was_not_told_for_sure_is_told(serve, put, topic, recognizer, killed, after) -> None:
    revive = killed(Notifier, "publish", after=after)
    job_id = start(serve(), put(document()), NotificationChannel=topic.channel)
    revive()
    serve()
    assert [topic()["JobId"] for _ in range(1 + after)] == [job_id] * (1 + after)
    assert len(recognizer.asked) == 1, "the job itself is not done again"


def test_an_end_that_was_told_is_not_told_again(serve, put, topic, monkeypatch) -> None:
    is_done, told = threading.Event(), Jobs.told

    def note(*arguments: Any) -> None:
        told(*arguments)
        is_done.set()

    monkeypatch.setattr(Jobs, "told", note)
    first = start(serve(), put(document()), NotificationChannel=topic.channel)
    assert topic()["JobId"] == first
    assert is_done.wait(timeout=10)
    second = start(serve(), put(document()), NotificationChannel=topic.channel)
    assert topic()["JobId"] == second


def test_a_start_that_was_refused_leaves_nothing(serve, put, tmp_path) -> None:
    missing = put(document()) | {"Name": "elsewhere.pdf"}
    error_of(serve().start_document_text_detection, DocumentLocation={"S3Object": missing}, ClientRequestToken="run-1")
    assert list(tmp_path.iterdir()) == []
