"""A ClientRequestToken starts one job; a refused Start starts none."""

from tests.support.textract import BUCKET, WEEK, document, ended, error_of, start


def test_a_start_for_a_document_that_is_not_there_is_refused(textract, put) -> None:
    missing = put(document()) | {"Name": "elsewhere.pdf"}
    assert error_of(textract.start_document_text_detection, DocumentLocation={"S3Object": missing}) == (
        "InvalidS3ObjectException",
        "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    )


def test_the_same_token_starts_one_job(textract, put) -> None:
    s3_object = put(document())
    first = start(textract, s3_object, ClientRequestToken="run-1")
    assert start(textract, s3_object, ClientRequestToken="run-1") == first
    assert start(textract, s3_object, ClientRequestToken="run-2") != first
    analysis = textract.start_document_analysis(
        DocumentLocation={"S3Object": s3_object}, FeatureTypes=["FORMS"], ClientRequestToken="run-1"
    )
    assert analysis["JobId"] != first


def test_a_token_with_other_parameters_is_a_mismatch(textract, put) -> None:
    s3_object = put(document())
    start(textract, s3_object, ClientRequestToken="run-1", JobTag="a")
    code, _ = error_of(
        textract.start_document_text_detection,
        DocumentLocation={"S3Object": s3_object},
        ClientRequestToken="run-1",
        JobTag="b",
    )
    assert code == "IdempotentParameterMismatchException"


def test_a_refused_start_does_not_use_up_its_token(textract, put) -> None:
    missing = {"DocumentLocation": {"S3Object": {"Bucket": BUCKET, "Name": "late.pdf"}}, "ClientRequestToken": "run-1"}
    put(document(), "early.pdf")
    assert error_of(textract.start_document_text_detection, **missing)[0] == "InvalidS3ObjectException"
    put(document(), "late.pdf")
    assert textract.start_document_text_detection(**missing)["JobId"]


def test_a_token_is_forgotten_with_its_job(textract, put, clock) -> None:
    s3_object = put(document())
    first = start(textract, s3_object, ClientRequestToken="run-1")
    ended(textract.get_document_text_detection, first)
    clock.now += WEEK + 1
    assert start(textract, s3_object, ClientRequestToken="run-1") != first
