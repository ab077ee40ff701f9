"""Every operation of Textract, called with boto3, with its reply checked against botocore's model: here, or in AWS.

`TEXTRACT_CONTRACT_BUCKET=my-bucket pytest tests/contract/textract/test_operations.py` asks the Textract of the AWS
account that boto3 is configured for, which takes a few cents; the documents are uploaded to that bucket and deleted.
"""

import io
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from reportlab.pdfgen.canvas import Canvas

from local.textract.api.limits import Quotas
from local.textract.api.service_model import load_model
from local.textract.recognition.ocr.engine import InstantEngine
from local.textract.recognition.recognizer import Recognizer
from local.textract.server import build_service
from local.textract.settings import Settings
from tests.support.textract import BUCKET, checked_against_model, textract_client

AWS_BUCKET = os.environ.get("TEXTRACT_CONTRACT_BUCKET")
KEY = "textract-contract/invoice.pdf"
INVOICE = (
    (72, 720, 24, "Meadow Tools Ltd"),
    (72, 660, 11, "Invoice number: MT-2041"),
    (72, 640, 11, "Invoice date: 03/14/2026"),
    (72, 560, 11, "Garden spade"),
    (400, 560, 11, "$24.50"),
    (72, 540, 11, "Watering can"),
    (400, 540, 11, "$12.00"),
    (72, 500, 11, "Total"),
    (400, 500, 11, "$36.50"),
)
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
NO_ADAPTER = "0123456789ab"
NO_RESOURCE = f"arn:aws:textract:us-east-1:123456789012:/adapters/{NO_ADAPTER}"
FEATURES = ["TABLES", "FORMS", "LAYOUT", "SIGNATURES", "QUERIES"]
QUERIES = {"Queries": [{"Text": "What is the invoice number?", "Alias": "NUMBER"}]}
ASYNC = {
    "start_document_text_detection": "get_document_text_detection",
    "start_document_analysis": "get_document_analysis",
    "start_expense_analysis": "get_expense_analysis",
    "start_lending_analysis": "get_lending_analysis",
}
ABOUT_AN_ADAPTER: dict[str, dict[str, Any]] = {
    "get_adapter": {"AdapterId": NO_ADAPTER},
    "get_adapter_version": {"AdapterId": NO_ADAPTER, "AdapterVersion": "1"},
    "update_adapter": {"AdapterId": NO_ADAPTER, "Description": "none"},
    "delete_adapter": {"AdapterId": NO_ADAPTER},
    "delete_adapter_version": {"AdapterId": NO_ADAPTER, "AdapterVersion": "1"},
    "list_tags_for_resource": {"ResourceARN": NO_RESOURCE},
    "tag_resource": {"ResourceARN": NO_RESOURCE, "Tags": {"a": "b"}},
    "untag_resource": {"ResourceARN": NO_RESOURCE, "TagKeys": ["a"]},
}
only_here = pytest.mark.skipif(bool(AWS_BUCKET), reason="about the local Textract")


def pdf(*print_: tuple[int, int, int, str]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, (612, 792))
    for x, y, size, text in print_:
        canvas.setFont("Courier-Bold" if size > 20 else "Courier", size)
        canvas.drawString(x, y, text)
    canvas.save()
    return file.getvalue()


@pytest.fixture
def textract(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client, with the invoice in `textract.document` as an S3Object; in AWS if a bucket there is named."""
    if AWS_BUCKET:
        s3, client, bucket = boto3.client("s3"), checked_against_model(boto3.client("textract")), AWS_BUCKET
    else:
        host, tmp_path = request.getfixturevalue("host"), request.getfixturevalue("tmp_path")
        request.getfixturevalue("mocked")
        s3, client, bucket = boto3.client("s3", "us-east-1"), textract_client(host.url), BUCKET
        host.service = build_service(
            Recognizer(InstantEngine()), Settings(Quotas(100, 100, 100)), tmp_path, boto3.Session()
        )
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=KEY, Body=pdf(*INVOICE))
    client.document = {"S3Object": {"Bucket": bucket, "Name": KEY}}
    yield client
    s3.delete_object(Bucket=bucket, Key=KEY)


@pytest.fixture
def mocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


def ended(get: Any, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        reply: dict[str, Any] = get(JobId=job_id)
        if reply["JobStatus"] != "IN_PROGRESS":
            return reply
        time.sleep(2 if AWS_BUCKET else 0.01)
    raise AssertionError("the job did not end in 2 minutes")


def started(textract: Any, start: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {"DocumentLocation": textract.document}
    if start == "start_document_analysis":
        parameters |= {"FeatureTypes": FEATURES, "QueriesConfig": QUERIES}
    job_id = getattr(textract, start)(**parameters)["JobId"]
    return ended(getattr(textract, ASYNC[start]), job_id)


def summary(expense: dict[str, Any]) -> dict[str, str]:
    return {field["Type"]["Text"]: field["ValueDetection"]["Text"] for field in expense["SummaryFields"]}


def items(expense: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {field["Type"]["Text"]: field["ValueDetection"]["Text"] for field in item["LineItemExpenseFields"]}
        for group in expense["LineItemGroups"]
        for item in group["LineItems"]
    ]


@only_here
def test_no_operation_is_left_out() -> None:
    source = Path(__file__).read_text()
    methods = boto3.client("textract", "us-east-1").meta.method_to_api_mapping
    assert set(methods.values()) == set(load_model().operation_names)
    assert [method for method in methods if not re.search(rf"\b{method}\b", source)] == []


def test_detect_document_text(textract) -> None:
    reply = textract.detect_document_text(Document=textract.document)
    lines = [block["Text"] for block in reply["Blocks"] if block["BlockType"] == "LINE"]
    assert {"Meadow Tools Ltd", "Invoice number: MT-2041", "Total"} <= set(lines)
    assert reply["DocumentMetadata"] == {"Pages": 1}
    assert reply["DetectDocumentTextModelVersion"]


def test_analyze_document(textract) -> None:
    reply = textract.analyze_document(Document=textract.document, FeatureTypes=FEATURES, QueriesConfig=QUERIES)
    found = {block["BlockType"] for block in reply["Blocks"]}
    assert {"PAGE", "LINE", "WORD", "KEY_VALUE_SET", "QUERY", "QUERY_RESULT", "LAYOUT_TITLE"} <= found
    assert reply["AnalyzeDocumentModelVersion"]


def test_analyze_expense(textract) -> None:
    reply = textract.analyze_expense(Document=textract.document)
    (expense,) = reply["ExpenseDocuments"]
    found = summary(expense)
    assert expense["ExpenseIndex"] == 1
    assert found["VENDOR_NAME"] == "Meadow Tools Ltd"
    assert found["INVOICE_RECEIPT_ID"] == "MT-2041"
    assert found["INVOICE_RECEIPT_DATE"] == "03/14/2026"
    assert found["TOTAL"] == "$36.50"
    assert [(item["ITEM"], item["PRICE"]) for item in items(expense)] == [
        ("Garden spade", "$24.50"),
        ("Watering can", "$12.00"),
    ]
    assert {block["BlockType"] for block in expense["Blocks"]} == {"PAGE", "LINE", "WORD"}


def test_analyze_id(textract) -> None:
    page = pdf((72, 700, 24, "PASSPORT"), *((40, 560 - 20 * row, 11, text) for row, text in enumerate(PASSPORT)))
    reply = textract.analyze_id(DocumentPages=[{"Bytes": page}])
    (found,) = reply["IdentityDocuments"]
    fields = {field["Type"]["Text"]: field["ValueDetection"] for field in found["IdentityDocumentFields"]}
    assert (fields["FIRST_NAME"]["Text"], fields["LAST_NAME"]["Text"]) == ("ANNA", "ERIKSSON")
    assert fields["DOCUMENT_NUMBER"]["Text"] == "L898902C3"
    assert fields["ID_TYPE"]["Text"] == "PASSPORT"
    assert fields["COUNTY"]["Text"] == ""
    assert reply["AnalyzeIDModelVersion"]


def test_text_detection_as_a_job(textract) -> None:
    reply = started(textract, "start_document_text_detection")
    assert (reply["JobStatus"], reply["DocumentMetadata"]["Pages"]) == ("SUCCEEDED", 1)
    assert {block["Page"] for block in reply["Blocks"]} == {1}


def test_analysis_as_a_job(textract) -> None:
    reply = started(textract, "start_document_analysis")
    assert reply["JobStatus"] == "SUCCEEDED"
    assert "KEY_VALUE_SET" in {block["BlockType"] for block in reply["Blocks"]}


def test_expense_analysis_as_a_job(textract) -> None:
    reply = started(textract, "start_expense_analysis")
    assert reply["JobStatus"] == "SUCCEEDED"
    assert summary(reply["ExpenseDocuments"][0])["TOTAL"] == "$36.50"
    assert reply["AnalyzeExpenseModelVersion"]


def test_lending_analysis_as_a_job_and_its_summary(textract) -> None:
    job_id = textract.start_lending_analysis(DocumentLocation=textract.document)["JobId"]
    (result,) = ended(textract.get_lending_analysis, job_id)["Results"]
    assert result["PageClassification"]["PageType"][0]["Value"] == "INVOICES"
    assert summary(result["Extractions"][0]["ExpenseDocument"])["TOTAL"] == "$36.50"
    (group,) = textract.get_lending_analysis_summary(JobId=job_id)["Summary"]["DocumentGroups"]
    assert (group["Type"], group["SplitDocuments"]) == ("INVOICES", [{"Index": 1, "Pages": [1]}])


def test_adapters_are_listed(textract) -> None:
    assert "Adapters" in textract.list_adapters()
    assert "AdapterVersions" in textract.list_adapter_versions()


@pytest.mark.parametrize("method", ABOUT_AN_ADAPTER)
def test_what_is_about_an_adapter_that_does_not_exist_says_so(textract, method: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(textract, method)(**ABOUT_AN_ADAPTER[method])
    assert caught.value.response["Error"]["Code"] in {"ResourceNotFoundException", "AccessDeniedException"}
    assert caught.value.response["ResponseMetadata"]["RequestId"]


@only_here
@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("create_adapter", {"AdapterName": "a", "FeatureTypes": ["QUERIES"]}),
        ("create_adapter_version", {"AdapterId": NO_ADAPTER, "DatasetConfig": {}, "OutputConfig": {"S3Bucket": "abc"}}),
    ],
)
def test_no_adapter_can_be_made_here(textract, method: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="an adapter is a model trained by Amazon") as caught:
        getattr(textract, method)(**parameters)
    assert caught.value.response["Error"]["Code"] == "UnsupportedOperationException"
