"""asyncproc starts jobs, for docproc and on its schedule."""

import json

import pytest

from lambdas.asyncproc.handler import handle as asyncproc
from lambdas.docproc.handler import handle as docproc
from tests.integration.conftest import PDF, Cloud
from tests.integration.handlers.events import CONTEXT, registered, stream
from textract_pipeline import recovery
from textract_pipeline.names import DocumentStatus


def test_asyncproc_starts_the_jobs_of_the_documents_that_docproc_wakes_it_for(cloud: Cloud) -> None:
    cloud.textract.answer = {"JobId": "job"}
    documents = [registered(cloud, f"{number}.pdf", PDF + bytes([number])) for number in range(3)]
    docproc(stream(*documents), CONTEXT)
    asyncproc({}, CONTEXT)
    assert len(cloud.textract.calls) == 3


def test_the_schedule_starts_jobs_and_tells_of_stuck_documents_though_others_could_not_be_recovered(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(_: object) -> int:
        error = recovery.NotAllRecoveredError("Not all", [ValueError("a defect")])
        error.stuck = 3
        raise error

    monkeypatch.setattr(recovery, "recover", failing)
    cloud.textract.answer = {"JobId": "job"}
    scan = registered(cloud, "a.pdf", PDF)
    docproc(stream(scan), CONTEXT)
    with pytest.raises(ExceptionGroup):
        asyncproc({"source": "aws.events"}, CONTEXT)
    assert cloud.document(scan.document_id).status is DocumentStatus.IN_PROGRESS
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"StuckDocuments":' in line]
    assert [line["StuckDocuments"] for line in told] == [[3.0]]


def test_the_schedule_tells_how_much_of_the_quota_is_in_use(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAX_CONCURRENT_JOBS", "4")
    cloud.textract.answer = {"JobId": "job"}
    docproc(stream(registered(cloud, "a.pdf", PDF)), CONTEXT)
    asyncproc({"source": "aws.events"}, CONTEXT)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "QuotaInUse" in line]
    assert [line["QuotaInUse"] for line in told] == [[25.0]]
