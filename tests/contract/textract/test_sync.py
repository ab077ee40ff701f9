"""DetectDocumentText and AnalyzeDocument of the local Textract, called with boto3."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.textract.api.limits import SYNC_CALLS_IN_HAND, SYNC_MAX_BYTES
from tests.support.textract import document, error_of

QUERIES = {"Queries": [{"Text": "Who?"}, {"Text": "All?", "Pages": ["*"]}, {"Text": "On?", "Pages": ["1-*"]}]}


def test_detect_document_text_reads_bytes(textract) -> None:
    reply = textract.detect_document_text(Document={"Bytes": document(blocks=3)})
    assert [block["BlockType"] for block in reply["Blocks"]] == ["PAGE", "LINE", "LINE"]
    assert reply["DocumentMetadata"] == {"Pages": 1}
    assert reply["DetectDocumentTextModelVersion"] == "1.0"


def test_pages_are_numbered_in_jobs_only(textract) -> None:
    reply = textract.detect_document_text(Document={"Bytes": document()})
    assert not any("Page" in block for block in reply["Blocks"])


def test_detect_document_text_reads_an_s3_object(textract, put) -> None:
    reply = textract.detect_document_text(Document={"S3Object": put(document(blocks=2))})
    assert len(reply["Blocks"]) == 2


def test_a_version_of_an_s3_object_can_be_named(textract, s3, put) -> None:
    s3.put_bucket_versioning(Bucket="documents", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="documents", Key="a.pdf", Body=document(blocks=2))["VersionId"]
    latest = put(document(blocks=7), "a.pdf")
    assert len(textract.detect_document_text(Document={"S3Object": latest | {"Version": first}})["Blocks"]) == 2
    assert len(textract.detect_document_text(Document={"S3Object": latest})["Blocks"]) == 7


def test_analyze_document_asks_for_the_features_and_the_questions_of_its_page(textract, recognizer) -> None:
    reply = textract.analyze_document(
        Document={"Bytes": document()}, FeatureTypes=["FORMS", "QUERIES"], QueriesConfig=QUERIES
    )
    assert recognizer.asked == [(1, frozenset({"FORMS", "QUERIES"}), ["Who?", "All?", "On?"])]
    assert reply["AnalyzeDocumentModelVersion"] == "1.0"


def test_detect_document_text_asks_for_no_features(textract, recognizer) -> None:
    textract.detect_document_text(Document={"Bytes": document()})
    assert recognizer.asked == [(1, frozenset(), [])]


def test_more_than_one_page_is_for_jobs(textract) -> None:
    assert error_of(textract.detect_document_text, Document={"Bytes": document(pages=2)}) == (
        "UnsupportedDocumentException",
        "Request has unsupported document format: 2 pages; synchronous calls accept one",
    )


def test_a_page_that_cannot_be_read_is_a_bad_document(textract) -> None:
    assert error_of(textract.detect_document_text, Document={"Bytes": document(unreadable=[1])}) == (
        "BadDocumentException",
        "page 1 is torn",
    )


def test_ten_megabytes_are_the_most(textract, put) -> None:
    largest = document().ljust(SYNC_MAX_BYTES, b"\0")
    textract.detect_document_text(Document={"S3Object": put(largest)})
    code, message = error_of(textract.detect_document_text, Document={"S3Object": put(largest + b"\0")})
    assert code == "DocumentTooLargeException"
    assert "10,485,761 bytes; the limit is 10,485,760" in message
    code, message = error_of(textract.detect_document_text, Document={"Bytes": largest + b"\0"})
    assert code == "InvalidParameterException"
    assert "at 'document.bytes'" in message


@pytest.mark.parametrize("missing", [{"Bucket": "documents", "Name": "no.pdf"}, {"Bucket": "nobody", "Name": "a.pdf"}])
def test_a_document_that_is_not_there_is_an_invalid_s3_object(textract, put, missing) -> None:
    put(document(), "a.pdf")
    assert error_of(textract.detect_document_text, Document={"S3Object": missing}) == (
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    )


@pytest.mark.parametrize(
    "nowhere",
    [{}, {"S3Object": {"Bucket": "documents"}}, {"S3Object": {}}, {"Bytes": b"x", "S3Object": {"Name": "a.pdf"}}],
)
def test_a_document_is_either_bytes_or_an_s3_object(textract, nowhere) -> None:
    assert error_of(textract.detect_document_text, Document=nowhere)[0] == "InvalidParameterException"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"FeatureTypes": []}, "FeatureTypes is empty"),
        ({"FeatureTypes": ["QUERIES"]}, "FeatureTypes has QUERIES when, and only when, QueriesConfig has questions"),
        (
            {"FeatureTypes": ["FORMS"], "QueriesConfig": QUERIES},
            "FeatureTypes has QUERIES when, and only when, QueriesConfig has questions",
        ),
        (
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "Who?"}] * 16}},
            "16 queries, more than the 15 a page that this operation takes",
        ),
        (
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "Who?", "Pages": ["0-2"]}]}},
            "'0-2' is no page and no range of pages of a query",
        ),
        (
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "Who?", "Pages": ["7-4"]}]}},
            "'7-4' is no page and no range of pages of a query",
        ),
        (
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "Who?", "Pages": ["1", "*"]}]}},
            "'*' is not the only element of a query's Pages",
        ),
        (
            {"FeatureTypes": ["QUERIES"], "QueriesConfig": {"Queries": [{"Text": "Who?", "Pages": ["1", "2-3"]}]}},
            "a query names page 3, but the document has 1",
        ),
    ],
)
def test_features_and_questions_must_go_together(textract, parameters, reason) -> None:
    assert error_of(textract.analyze_document, Document={"Bytes": document()}, **parameters) == (
        "InvalidParameterException",
        f"Request has invalid parameters: {reason}",
    )


def test_what_textract_has_and_this_has_not_is_said(textract) -> None:
    adapters = {"Adapters": [{"AdapterId": "a" * 12, "Version": "1"}]}
    code, message = error_of(
        textract.analyze_document, Document={"Bytes": document()}, FeatureTypes=["FORMS"], AdaptersConfig=adapters
    )
    assert code == "UnsupportedOperationException"
    assert "AdaptersConfig" in message


def test_callers_beyond_what_the_engine_can_take_are_throttled(textract, recognizer) -> None:
    recognizer.gate.clear()
    with ThreadPoolExecutor(SYNC_CALLS_IN_HAND) as callers:
        calls = [
            callers.submit(textract.detect_document_text, Document={"Bytes": document()})
            for _ in range(SYNC_CALLS_IN_HAND)
        ]
        assert all(recognizer.entered.acquire(timeout=10) for _ in calls)
        assert error_of(textract.detect_document_text, Document={"Bytes": document()}) == (
            "ThrottlingException",
            "Rate exceeded",
        )
        recognizer.gate.set()
    assert all(call.result()["Blocks"] for call in calls)
