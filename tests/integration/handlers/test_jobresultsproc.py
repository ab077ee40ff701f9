"""jobresultsproc collects the results of the pipeline's own jobs."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from lambdas.jobresultsproc.handler import handle as jobresultsproc
from tests.integration.conftest import BUCKET, PDF, Cloud
from tests.integration.flow import completion, put_part, start
from tests.integration.handlers.events import CONTEXT, Context, hidden_for, messages, received_from, registered
from tests.support.responses import two_field_form
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus


@dataclass(frozen=True)
class NearlyOver(Context):
    """An invocation that has no time left for another page."""

    def get_remaining_time_in_millis(self) -> int:
        return 1_000


NEARLY_OVER: Any = NearlyOver()


def test_a_document_for_which_the_time_did_not_suffice_is_continued_at_once(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = start(cloud)
    for number in range(1, 4):
        put_part(document, number, page=number)
    event = received_from(cloud.start.job_results_queue_url, document, times=1)
    event["Records"][0]["body"] = completion(document).to_json()
    hidden = hidden_for(monkeypatch)
    assert jobresultsproc(event, NEARLY_OVER) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert hidden == [0]


def test_jobresultsproc_collects_ours_and_leaves_anothers(cloud: Cloud) -> None:
    document = registered(cloud, "a.pdf", PDF)
    part = json.dumps(two_field_form()).encode()
    clients.s3().put_object(Bucket=BUCKET, Key=f"{document.output_prefix}response/job/1", Body=part)
    notices = [
        {"JobId": "job", "Status": "SUCCEEDED", "API": "StartDocumentAnalysis", "JobTag": document.run.job_tag},
        {"JobId": "other", "Status": "SUCCEEDED", "API": "StartDocumentAnalysis", "JobTag": "not-ours"},
    ]
    event = messages(*(json.dumps({"Message": json.dumps(notice)}) for notice in notices))
    assert jobresultsproc(event, CONTEXT) == {"batchItemFailures": []}
    assert cloud.document(document.document_id).status is DocumentStatus.SUCCEEDED
