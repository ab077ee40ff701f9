"""The end of the flow: an event on EventBridge for each document that has ended, for anything to act on.

An event may be sent twice: its `documentId` and `run` show whether it has been handled before.
"""

import json
from collections.abc import Iterable, Sequence

from textract_pipeline.aws import clients
from textract_pipeline.aws.items import document_to_item
from textract_pipeline.document import Document
from textract_pipeline.errors import RetryableError, aws_outcomes
from textract_pipeline.names import EVENT_DETAIL_TYPE, EVENT_SOURCE

_MOST_AT_ONCE = 10  # events that one PutEvents call accepts


def announce(documents: Iterable[Document]) -> None:
    """Announce those of the documents that have ended, with their outputs. Raises RetryableError."""
    ended = [_detail(document) for document in documents if document.status.is_terminal]
    for start in range(0, len(ended), _MOST_AT_ONCE):
        _put(ended[start : start + _MOST_AT_ONCE])


def _put(details: Sequence[str]) -> None:
    with aws_outcomes():
        answer = clients.events().put_events(
            Entries=[{"Source": EVENT_SOURCE, "DetailType": EVENT_DETAIL_TYPE, "Detail": detail} for detail in details]
        )
    if answer["FailedEntryCount"]:
        reasons = {entry.get("ErrorMessage", "") for entry in answer["Entries"]} - {""}
        raise RetryableError(f"EventBridge did not accept {answer['FailedEntryCount']} events: {'; '.join(reasons)}")


def _detail(document: Document) -> str:
    """The event's content: the document as in DocumentsTable, without its earlier runs, and where its outputs are."""
    item = document_to_item(document._replace(earlier_runs=()))
    detail = {"outputs": [], **item, "outputPrefix": document.output_prefix}
    return json.dumps(detail, ensure_ascii=False)
