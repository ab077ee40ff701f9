"""SQS in memory behaves as moto's."""

from typing import Any

from tests.simulation.contract.services import VISIBILITY_SECONDS, Services, refusal


def delete(services: Services, message: dict[str, Any]) -> None:
    services.sqs.delete_message(QueueUrl=services.queue, ReceiptHandle=message["ReceiptHandle"])


def receive(services: Services, queue: str = "", **more: object) -> list[dict[str, Any]]:
    answer = services.sqs.receive_message(QueueUrl=queue or services.queue, MaxNumberOfMessages=10, **more)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def send(services: Services, **more: object) -> None:
    services.sqs.send_message(QueueUrl=services.queue, MessageBody="Hello", **more)


def test_a_received_message_is_hidden_until_its_time_is_over(services: Services) -> None:
    send(services)
    (first,) = receive(services, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert receive(services) == []
    services.wait(VISIBILITY_SECONDS + 1)
    (second,) = receive(services, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert (first["Body"], first["MessageId"]) == (second["Body"], second["MessageId"])
    assert [each["Attributes"]["ApproximateReceiveCount"] for each in (first, second)] == ["1", "2"]
    assert first["ReceiptHandle"] != second["ReceiptHandle"]


def test_a_deleted_message_does_not_come_back(services: Services) -> None:
    send(services)
    (message,) = receive(services)
    delete(services, message)
    services.wait(VISIBILITY_SECONDS + 1)
    assert receive(services) == []


def test_visibility_can_be_changed_while_a_message_is_in_flight(services: Services) -> None:
    send(services)
    (message,) = receive(services)
    place = {"QueueUrl": services.queue, "ReceiptHandle": message["ReceiptHandle"]}
    services.sqs.change_message_visibility(**place, VisibilityTimeout=0)
    services.wait(1)
    (message,) = receive(services)
    place["ReceiptHandle"] = message["ReceiptHandle"]
    delete(services, message)
    refused = refusal(lambda: services.sqs.change_message_visibility(**place, VisibilityTimeout=0))
    assert refused["Code"].endswith(("MessageNotInflight", "ReceiptHandleIsInvalid"))


def test_the_visibility_of_several_messages_can_be_changed_and_they_are_counted(services: Services) -> None:
    for _ in range(3):
        send(services)
    messages = receive(services)
    entries = [
        {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
        for place, message in enumerate(messages)
    ]
    delete(services, messages[0])
    answer = services.sqs.change_message_visibility_batch(QueueUrl=services.queue, Entries=entries[:2])
    services.wait(1)
    assert [done["Id"] for done in answer["Successful"]] == ["1"]
    assert [failed["Id"] for failed in answer["Failed"]] == ["0"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counted = services.sqs.get_queue_attributes(QueueUrl=services.queue, AttributeNames=names)["Attributes"]
    assert [counted[name] for name in names] == ["1", "1"]


def test_a_message_received_too_often_is_a_dead_letter(services: Services) -> None:
    send(services)
    for _ in range(2):
        assert len(receive(services, VisibilityTimeout=1)) == 1
        services.wait(2)
    assert receive(services) == []
    (letter,) = receive(services, services.dead_letters)
    assert letter["Body"] == "Hello"


def test_a_delayed_message_comes_later(services: Services) -> None:
    send(services, DelaySeconds=10)
    assert receive(services) == []
    services.wait(11)
    assert len(receive(services)) == 1


def test_a_queue_is_known_by_its_name(services: Services) -> None:
    found = services.sqs.get_queue_url(QueueName="work", QueueOwnerAWSAccountId="123456789012")
    assert found["QueueUrl"] == services.queue
