"""What DynamoDB's reasons for cancelling a transaction mean."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.conftest import service_error
from textract_pipeline.aws import clients
from textract_pipeline.aws.conditional_writes import write_together
from textract_pipeline.errors import RetryableError

CHANGE: Any = {"Update": {}}


def cancelled(monkeypatch: pytest.MonkeyPatch, *reasons: str) -> bool:
    error = service_error("TransactionCanceledException")
    response: Any = error.response
    response["CancellationReasons"] = [{"Code": reason} for reason in reasons]

    def cancel(**_: object) -> None:
        raise error

    monkeypatch.setattr(clients.dynamodb(), "transact_write_items", cancel)
    return write_together(CHANGE, [CHANGE])


@pytest.mark.usefixtures("cloud")
class TestCancelled:
    def test_a_condition_of_the_change_that_does_not_hold_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not cancelled(monkeypatch, "ConditionalCheckFailed", "None")

    @pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
    def test_what_may_pass_is_tried_again(self, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
        with pytest.raises(RetryableError):
            cancelled(monkeypatch, "None", reason)

    @pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded", "AccessDenied"])
    def test_what_will_never_be_taken_is_a_bug(self, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
        with pytest.raises(ClientError):
            cancelled(monkeypatch, "None", reason)


@pytest.mark.usefixtures("cloud")
def test_the_reasons_of_any_other_error_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise service_error("ValidationException")

    monkeypatch.setattr(clients.dynamodb(), "transact_write_items", refuse)
    with pytest.raises(ClientError, match="ValidationException"):
        write_together(CHANGE, [CHANGE])
