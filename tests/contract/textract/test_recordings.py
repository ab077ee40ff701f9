"""What the real Textract answered once is kept, and answered from then on without it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.textract.api.job_kinds import JobKind
from local.textract.api.recordings import Recordings
from local.textract.exceptions import TextractError, ThrottlingError, UnsupportedDocumentError
from tests.support.textract import BUCKET, document, ended, error_of

LOCATION = {"S3Object": {"Bucket": BUCKET, "Name": "a folder/scan+1.pdf"}}
FROM_AWS = {"BlockType": "LINE", "Id": "from-aws", "Text": "as AWS has it", "Page": 1}


class RealTextract:
    """Stands in for AWS: counts its calls, and answers or fails as a test says."""

    def __init__(self, error: str | None = None) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.error = error

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        def call(**request: Any) -> dict[str, Any]:
            self.calls.append((method, request))
            if self.error:
                raise ClientError({"Error": {"Code": self.error, "Message": "no"}}, method)
            return {**self.answer(method, request), "ResponseMetadata": {"RequestId": "1"}}

        return call

    def answer(self, method: str, request: dict[str, Any]) -> dict[str, Any]:
        if method.startswith("start"):
            return {"JobId": "f" * 64}
        if method == "get_document_analysis":
            if sum(name == method for name, _ in self.calls) == 1:
                return {"JobStatus": "IN_PROGRESS"}
            page = {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": 1}, "Blocks": [FROM_AWS]}
            return page if "NextToken" in request else {**page, "NextToken": "more"}
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": [FROM_AWS]}


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings")


def request(data: bytes, **others: Any) -> dict[str, Any]:
    return {"Document": {"Bytes": data}, **others}


def test_aws_is_asked_once_for_the_same_content_and_request(folder: Path) -> None:
    aws = RealTextract()
    recording = Recordings(folder, aws)  # type: ignore[arg-type]
    once = recording.reply("AnalyzeDocument", request(b"one", FeatureTypes=["FORMS"]))
    again = Recordings(folder).reply("AnalyzeDocument", request(b"one", FeatureTypes=["FORMS"]))
    assert once == again == {"DocumentMetadata": {"Pages": 1}, "Blocks": [FROM_AWS]}
    assert len(aws.calls) == 1


def test_other_content_features_or_operations_are_other_recordings(folder: Path) -> None:
    Recordings(folder, RealTextract()).reply("AnalyzeDocument", request(b"one", FeatureTypes=["FORMS"]))  # type: ignore[arg-type]
    replaying = Recordings(folder)
    assert replaying.reply("AnalyzeDocument", request(b"two", FeatureTypes=["FORMS"])) is None
    assert replaying.reply("AnalyzeDocument", request(b"one", FeatureTypes=["TABLES"])) is None
    assert replaying.reply("DetectDocumentText", request(b"one")) is None


def test_a_recording_does_not_hold_the_document(folder: Path) -> None:
    Recordings(folder, RealTextract()).reply("DetectDocumentText", request(b"a secret"))  # type: ignore[arg-type]
    (file,) = folder.iterdir()
    assert "secret" not in file.read_text()
    assert json.loads(file.read_text())["operation"] == "DetectDocumentText"


def test_the_endpoint_answers_what_is_recorded_and_reads_the_rest_itself(serve, put, folder: Path) -> None:
    recorded = document(blocks=2)
    Recordings(folder, RealTextract()).reply("DetectDocumentText", request(recorded))  # type: ignore[arg-type]
    textract = serve({"recordings": folder})
    in_s3 = textract.detect_document_text(Document={"S3Object": put(recorded)})
    assert [block["Id"] for block in in_s3["Blocks"]] == ["from-aws"]
    other = textract.detect_document_text(Document={"Bytes": document(blocks=3)})
    assert [block["Id"] for block in other["Blocks"]] == ["p1", "l1-1", "l1-2"]


def test_a_job_is_recorded_with_all_its_pages_of_results(serve, put, folder: Path) -> None:
    aws, data, slept = RealTextract(), document(), list[float]()
    asked = {"DocumentLocation": LOCATION, "FeatureTypes": ["FORMS"], "JobTag": "a", "ClientRequestToken": "b"}
    Recordings(folder, aws, slept.append).job(JobKind.ANALYSIS, asked, data)  # type: ignore[arg-type]
    assert aws.calls[0] == ("start_document_analysis", {"DocumentLocation": LOCATION, "FeatureTypes": ["FORMS"]})
    assert len(slept) == 1
    textract = serve({"recordings": folder})
    elsewhere = {"S3Object": put(data, "elsewhere.pdf")}
    job_id = textract.start_document_analysis(DocumentLocation=elsewhere, FeatureTypes=["FORMS"])["JobId"]
    reply = ended(textract.get_document_analysis, job_id)
    assert reply["JobStatus"] == "SUCCEEDED"
    assert [block["Text"] for block in reply["Blocks"]] == ["as AWS has it"] * 2


def test_an_error_that_the_document_is_to_blame_for_is_recorded(serve, folder: Path) -> None:
    failing = Recordings(folder, RealTextract("UnsupportedDocumentException"))  # type: ignore[arg-type]
    with pytest.raises(UnsupportedDocumentError, match="no"):
        failing.reply("DetectDocumentText", request(document()))
    textract = serve({"recordings": folder})
    code, _ = error_of(textract.detect_document_text, Document={"Bytes": document()})
    assert code == "UnsupportedDocumentException"


@pytest.mark.parametrize(
    ("code", "raised"), [("ThrottlingException", ThrottlingError), ("ExpiredTokenException", TextractError)]
)
def test_an_error_that_may_go_is_told_and_not_recorded(folder: Path, code: str, raised: type[TextractError]) -> None:
    failing = Recordings(folder, RealTextract(code))  # type: ignore[arg-type]
    with pytest.raises(raised, match="AWS answered the recording's call: no"):
        failing.reply("DetectDocumentText", request(b"one"))
    assert list(folder.iterdir()) == []
