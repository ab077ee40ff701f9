"""jobresultsproc collects the results of the pipeline's own jobs."""

import json

from lambdas.jobresultsproc.handler import handle as jobresultsproc
from tests.integration.conftest import BUCKET, PDF, Cloud
from tests.integration.handlers.events import CONTEXT, messages, registered
from tests.support.responses import two_field_form
from textract_pipeline.aws import clients
from textract_pipeline.names import DocumentStatus


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
