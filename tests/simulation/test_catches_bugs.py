"""The simulation is worth something: handlers broken on purpose do not get past it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from tests.simulation import explore, simulation
from tests.simulation.invariants import Wrong
from tests.simulation.results import expected
from tests.simulation.scenario import LIVES
from tests.simulation.schedule import Fault, Schedule
from tests.support.aws_requests import WrongRequestError
from textract_pipeline import pipeline, rate_limit, recovery
from textract_pipeline.aws import backfills_table, clients, functions, objects, queues, textract
from textract_pipeline.aws.documents_table import DocumentsTable
from textract_pipeline.aws.queues import ReceivedMessage
from textract_pipeline.document import Document, ObjectVersion, Registration
from textract_pipeline.errors import RetryableError
from textract_pipeline.events import Backfill, JobCompletion
from textract_pipeline.settings import BackfillSettings, OutputSettings

MOST = 300  # of the single faults: each of these is found by far fewer
SHORT = frozenset(Fault) - {Fault.BROKEN, Fault.OUTAGE}


@pytest.fixture(autouse=True)
def _known_beforehand() -> Iterator[None]:
    """What is right is found out with handlers that are whole."""
    for scenario in ("mixed", *LIVES):
        expected(scenario)
    explore.points.cache_clear()
    yield
    explore.points.cache_clear()


def caught(kinds: Collection[Fault] = SHORT, scenario: str = "mixed") -> set[Wrong]:
    """In which ways the handlers break their promises under the first of the faults that makes them do so."""
    schedules = [each for each in explore.single_faults(scenario, seed=0) if {*dict(each.faults).values()} <= {*kinds}]
    for schedule in Random(0).sample(schedules, min(MOST, len(schedules))):
        if broken := explore.check(schedule).broken:
            return {violation.kind for violation in broken}
    return set()


def test_one_that_swallows_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    process_image = pipeline.process_image

    def process_or_forget(*arguments: Any) -> None:
        with suppress(RetryableError):
            process_image(*arguments)

    monkeypatch.setattr(pipeline, "process_image", process_or_forget)
    assert caught({Fault.THROTTLE, Fault.FAIL_BEFORE}) == {Wrong.STUCK}


def test_one_that_acknowledges_a_message_before_the_job_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    receive = queues.receive

    def receive_and_delete(*arguments: Any, **options: Any) -> Sequence[ReceivedMessage]:
        received = receive(*arguments, **options)
        for delivery in received:
            queues.delete(delivery)
        return received

    monkeypatch.setattr(queues, "receive", receive_and_delete)
    assert caught({Fault.DIE_BEFORE, Fault.DIE_AFTER}) == {Wrong.STUCK}


def test_one_that_ignores_a_jobs_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobCompletion, "succeeded", property(lambda _completion: True))
    assert caught() == {Wrong.WRONG}


def test_one_that_does_not_look_for_a_response_that_was_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "saved_response", lambda _document: None)
    assert caught() == {Wrong.DOUBLE_BILLED}


def test_one_that_starts_a_job_anew_each_time_it_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = iter(range(10**9))
    monkeypatch.setattr(Document, "client_request_token", property(lambda _document: f"try-{next(tries)}"))
    assert Wrong.DUPLICATED in caught()


def test_one_that_takes_up_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "recover", lambda _settings: None)
    assert caught({Fault.LOSE}) == {Wrong.STUCK}


def test_one_that_counts_again_what_is_delivered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        backfills_table, "_position", lambda document: (document.run_number, document.status.is_terminal * 9)
    )
    assert caught({Fault.DUPLICATE}) == {Wrong.WRONG}


def test_one_that_takes_the_completion_of_an_earlier_run(monkeypatch: pytest.MonkeyPatch) -> None:
    collect = pipeline.collect_results

    def collect_for_any_run(completion: JobCompletion, settings: OutputSettings, *others: Any) -> None:
        document = DocumentsTable(settings.documents_table).get(completion.run.document_id)
        collect(completion._replace(run=document.billed_run) if document else completion, settings, *others)

    monkeypatch.setattr(pipeline, "collect_results", collect_for_any_run)
    assert caught({Fault.LATE_DUPLICATE}, "life_of_pdf") == {Wrong.WRONG}


def test_one_that_begins_a_run_before_the_last_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backfill, "repeats", lambda backfill, document: document.backfill != backfill.id)
    assert caught(scenario="life_of_pdf") == {Wrong.DOUBLE_BILLED}


def test_one_that_begins_a_run_with_the_job_of_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    reopen = DocumentsTable.reopen

    def reopen_with_job(table: DocumentsTable, ended: Document, *arguments: Any, **options: Any) -> Any:
        change = table._changed
        job = {"jobId": ended.job_id}
        with patch.object(table, "_changed", lambda run, changes, *others: change(run, changes | job, *others)):
            return reopen(table, ended, *arguments, **options)

    monkeypatch.setattr(DocumentsTable, "reopen", reopen_with_job)
    assert caught(scenario="life_of_pdf") == {Wrong.WRONG}


def test_a_deployment_in_which_lambda_takes_waiting_for_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = simulation.deployed()
    functions = {
        name: {key: value for key, value in properties.items() if key != "RecursiveLoop"}
        for name, properties in whole.functions.items()
    }
    monkeypatch.setattr(simulation, "deployed", lambda: replace(whole, functions=functions))
    assert simulation.simulate(Schedule("held_back")).given_up


def test_a_backfills_rate_that_is_waited_for_in_front_of_registration(monkeypatch: pytest.MonkeyPatch) -> None:
    register = pipeline.register_existing

    def wait_and_register(source: ObjectVersion, backfill: Backfill, settings: BackfillSettings) -> Registration | None:
        interval = rate_limit.interval_ms(backfill.documents_per_minute)
        rate_limit.pass_through(settings.control_table, f"backfill {backfill.id}", interval)
        return register(source, settings=settings, backfill=backfill)

    monkeypatch.setattr(pipeline, "register_existing", wait_and_register)
    report = simulation.simulate(Schedule("slow_backfill")).batch_operations.report
    assert {task.code for task in report} == {"Succeeded", "TemporaryFailure"}


def test_one_that_forgets_the_customers_key(monkeypatch: pytest.MonkeyPatch) -> None:
    start_job = textract.start_job
    monkeypatch.setattr(
        textract, "start_job", lambda document, told: start_job(document, told._replace(output_key_arn=""))
    )
    with pytest.raises(AssertionError):
        simulation.simulate(Schedule("customer"))


@pytest.mark.parametrize("features", [[], ["TABLES"], ["QUERIES", "QUERIES"], ["ROWS"]])
def test_one_that_asks_for_other_features_than_it_has_questions_for(
    monkeypatch: pytest.MonkeyPatch, features: list[str]
) -> None:
    monkeypatch.setattr(textract, "_feature_types", lambda _document: features)
    with pytest.raises(WrongRequestError):
        simulation.simulate(Schedule("customer"))


def test_one_that_waits_for_the_function_that_it_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    def invoke(name: str) -> None:
        clients.lambda_().invoke(FunctionName=name, InvocationType="RequestResponse")

    monkeypatch.setattr(functions, "invoke", invoke)
    with pytest.raises(WrongRequestError):
        simulation.simulate(Schedule("life_of_pdf"))
