"""Results in the caller's bucket (OutputConfig, KMSKeyId)."""

import json

from tests.support.textract import BUCKET, document, ended, error_of, objects, start


def test_output_config_has_the_pages_of_results_in_s3(textract, put, s3) -> None:
    s3_object = put(document(pages=11, blocks=1000))
    job_id = start(textract, s3_object, OutputConfig={"S3Bucket": BUCKET, "S3Prefix": "out/a folder"})
    reply = ended(textract.get_document_text_detection, job_id)
    parts = objects(s3, f"out/a folder/{job_id}/")
    assert parts.pop(".s3_access_check") == b""
    assert set(parts) == {str(number) for number in range(1, 12)}
    del reply["ResponseMetadata"]
    assert json.loads(parts["1"]) == reply
    last = json.loads(parts["11"])
    assert len(last["Blocks"]) == 1000
    assert "NextToken" not in last
    assert last["DocumentMetadata"] == {"Pages": 11}


def test_output_config_without_a_prefix_uses_textracts(textract, put, s3) -> None:
    job_id = start(textract, put(document()), OutputConfig={"S3Bucket": BUCKET})
    ended(textract.get_document_text_detection, job_id)
    assert set(objects(s3, f"textract_output/{job_id}/")) == {".s3_access_check", "1"}


def test_a_failed_job_leaves_no_results_in_s3(textract, put, s3) -> None:
    job_id = start(textract, put(b"plain text"), OutputConfig={"S3Bucket": BUCKET})
    ended(textract.get_document_text_detection, job_id)
    assert set(objects(s3, f"textract_output/{job_id}/")) == {".s3_access_check"}


def test_an_output_bucket_that_is_not_there_refuses_the_start(textract, put) -> None:
    location = {"S3Object": put(document())}
    output = {"S3Bucket": "nowhere"}
    code, message = error_of(textract.start_document_text_detection, DocumentLocation=location, OutputConfig=output)
    assert code == "InvalidS3ObjectException"
    assert "s3://nowhere/textract_output/" in message


def test_a_key_encrypts_results_and_nothing_else(textract, put, s3) -> None:
    s3_object, key = put(document()), "alias/results"
    job_id = start(textract, s3_object, OutputConfig={"S3Bucket": BUCKET}, KMSKeyId=key)
    ended(textract.get_document_text_detection, job_id)
    part = s3.head_object(Bucket=BUCKET, Key=f"textract_output/{job_id}/1")
    assert (part["ServerSideEncryption"], part["SSEKMSKeyId"].endswith(key)) == ("aws:kms", True)
    code, _ = error_of(textract.start_document_text_detection, DocumentLocation={"S3Object": s3_object}, KMSKeyId=key)
    assert code == "InvalidParameterException"
