"""syncproc processes images, and lets throttled messages wait."""

import pytest

from lambdas.syncproc.handler import handle as syncproc
from tests.integration.conftest import MAX_RECEIVE_COUNT, PNG, Cloud, service_error
from tests.integration.handlers.events import CONTEXT, hidden_for, messages, received_from, registered, visible_after
from textract_pipeline.events import DocumentMessage
from textract_pipeline.names import DocumentStatus


def test_syncproc_processes_every_message_and_names_the_one_that_failed(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    reply = syncproc(messages("not JSON", DocumentMessage.of(document).to_json()), CONTEXT)
    assert reply == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED


@pytest.mark.parametrize(("times", "seconds"), [(1, 5), (2, 10)])
def test_a_throttled_message_comes_back_after_a_while_that_grows(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, times: int, seconds: int
) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = service_error("ThrottlingException")
    event = received_from(cloud.route.sync_queue_url, document, times)
    hidden = hidden_for(monkeypatch)
    assert syncproc(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert visible_after(cloud.route.sync_queue_url) == (0, 1, 0)
    assert hidden == [seconds]


def test_a_throttle_never_leads_to_the_dead_letter_queue(cloud: Cloud) -> None:
    document = registered(cloud, "a.png", PNG)
    cloud.textract.answer = service_error("ThrottlingException")
    event = received_from(cloud.route.sync_queue_url, document, times=MAX_RECEIVE_COUNT)
    assert syncproc(event, CONTEXT) == {"batchItemFailures": []}
    assert visible_after(cloud.route.sync_queue_url) == (0, 1, 1)


def test_a_message_delivered_six_times_is_one_analysis(cloud: Cloud) -> None:
    body = DocumentMessage.of(registered(cloud, "a.png", PNG)).to_json()
    assert syncproc(messages(*[body] * 3), CONTEXT) == {"batchItemFailures": []}
    assert syncproc(messages(*[body] * 3), CONTEXT) == {"batchItemFailures": []}
    assert len(cloud.textract.calls) == 1


def test_documents_that_were_throttled_again_and_again_succeed_in_the_end(cloud: Cloud) -> None:
    found = [registered(cloud, f"{number}.png", PNG + bytes([number])) for number in range(3)]
    answer = cloud.textract.answer
    cloud.textract.answer = service_error("ProvisionedThroughputExceededException")
    for document in found:
        for times in range(1, 2 * MAX_RECEIVE_COUNT):
            syncproc(received_from(cloud.route.sync_queue_url, document, times), CONTEXT)
    assert {cloud.document(document.document_id).failure for document in found} == {None}
    cloud.textract.answer = answer
    assert syncproc(messages(*(DocumentMessage.of(document).to_json() for document in found)), CONTEXT) == {
        "batchItemFailures": []
    }
    assert {cloud.document(document.document_id).status for document in found} == {DocumentStatus.SUCCEEDED}
