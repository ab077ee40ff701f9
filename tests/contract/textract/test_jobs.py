"""The asynchronous operations of the local Textract, called with boto3: jobs, their results and what they tell."""

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from local.textract.api.limits import ASYNC_IMAGE_MAX_BYTES
from local.textract.exceptions import InvalidParameterError
from local.textract.jobs.notifications import Notifier
from local.textract.jobs.result_files import ItemFiles
from tests.support.textract import BUCKET, ROLE, document, ended, error_of, start

WEEK = 7 * 24 * 60 * 60


def objects(s3: Any, prefix: str) -> dict[str, bytes]:
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
    return {key.removeprefix(prefix): s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def test_a_text_detection_job_gives_the_blocks_of_every_page(textract, put) -> None:
    job_id = start(textract, put(document(pages=3, blocks=2)))
    reply = ended(textract.get_document_text_detection, job_id)
    assert reply["JobStatus"] == "SUCCEEDED"
    assert reply["DocumentMetadata"] == {"Pages": 3}
    assert [block["Id"] for block in reply["Blocks"]] == ["p1", "l1-1", "p2", "l2-1", "p3", "l3-1"]
    assert [block["Page"] for block in reply["Blocks"]] == [1, 1, 2, 2, 3, 3]
    assert reply["DetectDocumentTextModelVersion"] == "1.0"
    assert "NextToken" not in reply
    assert "StatusMessage" not in reply


def test_an_analysis_job_sends_each_question_to_the_pages_it_names(textract, put, recognizer) -> None:
    questions = [{"Text": "First?"}, {"Text": "Every?", "Pages": ["*"]}, {"Text": "End?", "Pages": ["3", "4-*"]}]
    job_id = textract.start_document_analysis(
        DocumentLocation={"S3Object": put(document(pages=4))},
        FeatureTypes=["QUERIES", "TABLES"],
        QueriesConfig={"Queries": questions},
    )["JobId"]
    reply = ended(textract.get_document_analysis, job_id)
    assert reply["AnalyzeDocumentModelVersion"] == "1.0"
    assert [asked for _, _, asked in recognizer.asked] == [
        ["First?", "Every?"],
        ["Every?"],
        ["Every?", "End?"],
        ["Every?", "End?"],
    ]
    assert {features for _, features, _ in recognizer.asked} == {frozenset({"QUERIES", "TABLES"})}


def test_a_job_at_work_is_in_progress_and_has_no_blocks(textract, put, recognizer) -> None:
    recognizer.gate.clear()
    job_id = start(textract, put(document()))
    reply = textract.get_document_text_detection(JobId=job_id)
    recognizer.gate.set()
    assert reply["JobStatus"] == "IN_PROGRESS"
    assert "Blocks" not in reply


@pytest.mark.parametrize(("page_size", "pages"), [(1000, 3), (999, 3), (700, 4), (2500, 3)])
def test_results_come_in_pages_of_at_most_a_thousand_blocks(textract, put, page_size: int, pages: int) -> None:
    job_id = start(textract, put(document(pages=5, blocks=500)))
    ended(textract.get_document_text_detection, job_id)
    get = textract.get_document_text_detection
    replies = [get(JobId=job_id, MaxResults=page_size)]
    while token := replies[-1].get("NextToken"):
        replies.append(get(JobId=job_id, MaxResults=page_size, NextToken=token))
    ids = [block["Id"] for reply in replies for block in reply["Blocks"]]
    assert len(replies) == pages
    assert len(set(ids)) == len(ids) == 2500
    assert ids[0] == "p1"
    assert ids[-1] == "l5-499"
    assert {len(reply["Blocks"]) for reply in replies[:-1]} == {min(page_size, 1000)}
    assert {reply["DocumentMetadata"]["Pages"] for reply in replies} == {5}


def test_a_token_that_this_job_did_not_give_out_is_refused(textract, put) -> None:
    first, second = (start(textract, put(document(blocks=9))) for _ in range(2))
    get = textract.get_document_text_detection
    ended(get, second)
    others = ended(get, first, MaxResults=1)["NextToken"]
    assert error_of(get, JobId=second, NextToken=others)[0] == "InvalidParameterException"
    assert error_of(get, JobId=second, NextToken="made up")[0] == "InvalidParameterException"
    assert error_of(get, JobId=second, NextToken="AAAA")[0] == "InvalidParameterException"


def test_a_job_is_only_known_by_its_id_and_to_the_get_of_its_kind(textract, put) -> None:
    job_id = start(textract, put(document()))
    assert error_of(textract.get_document_analysis, JobId=job_id) == (
        "InvalidJobIdException",
        "Request has invalid Job Id",
    )
    assert error_of(textract.get_document_text_detection, JobId="f" * 64)[0] == "InvalidJobIdException"


def test_results_are_kept_for_seven_days(textract, put, clock, tmp_path) -> None:
    job_id = start(textract, put(document()))
    ended(textract.get_document_text_detection, job_id)
    clock.now += WEEK
    assert textract.get_document_text_detection(JobId=job_id)["Blocks"]
    clock.now += 1
    assert error_of(textract.get_document_text_detection, JobId=job_id)[0] == "InvalidJobIdException"
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_cannot_be_read_fails_its_job_with_the_reason(textract, put) -> None:
    for body, message in (
        (b"plain text", "UnsupportedDocumentException: Request has unsupported document format"),
        (document(pages=2, unreadable=[1, 2]), "BadDocumentException: page 1 is torn"),
        (document(pages=3001), "DocumentTooLargeException: 3,001 pages: the limit is 3,000"),
        (
            document(file_format="PNG").ljust(ASYNC_IMAGE_MAX_BYTES + 1, b"\0"),
            "DocumentTooLargeException: PNG image of 10,485,761 bytes: the limit is 10,485,760",
        ),
    ):
        reply = ended(textract.get_document_text_detection, start(textract, put(body)))
        assert (reply["JobStatus"], reply["StatusMessage"]) == ("FAILED", message)
        assert "Blocks" not in reply


def test_a_pdf_may_be_larger_than_an_image(textract, put) -> None:
    job_id = start(textract, put(document().ljust(ASYNC_IMAGE_MAX_BYTES + 1, b"\0")))
    assert ended(textract.get_document_text_detection, job_id)["JobStatus"] == "SUCCEEDED"


def test_pages_that_cannot_be_read_make_a_partial_success_with_a_warning(textract, put) -> None:
    job_id = start(textract, put(document(pages=4, blocks=1, unreadable=[2, 4])))
    reply = ended(textract.get_document_text_detection, job_id)
    assert reply["JobStatus"] == "PARTIAL_SUCCESS"
    assert reply["Warnings"] == [{"ErrorCode": "BadDocumentException", "Pages": [2, 4]}]
    assert [block["Page"] for block in reply["Blocks"]] == [1, 3]


def test_a_bug_fails_the_job_and_not_the_next_one(textract, put, recognizer, monkeypatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(recognizer, "open", lambda *_: 1 / 0)
        reply = ended(textract.get_document_text_detection, start(textract, put(document())))
    assert (reply["JobStatus"], reply["StatusMessage"].split(":")[0]) == ("FAILED", "InternalServerError")
    reply = ended(textract.get_document_text_detection, start(textract, put(document())))
    assert reply["JobStatus"] == "SUCCEEDED"


def test_a_failed_job_leaves_no_blocks_on_disk(textract, put, recognizer, monkeypatch, tmp_path) -> None:
    recognize = recognizer.blocks

    def break_on_the_second_page(opened: Any, page: int, *rest: Any) -> Any:
        return recognize(opened, page, *rest) if page == 1 else 1 / 0

    monkeypatch.setattr(recognizer, "blocks", break_on_the_second_page)
    job_id = start(textract, put(document(pages=2, blocks=1500)))
    assert ended(textract.get_document_text_detection, job_id)["JobStatus"] == "FAILED"
    assert list(tmp_path.glob("**/*")) == [tmp_path / f"{job_id}.json"]


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


def test_the_end_of_a_job_is_told_to_its_topic(textract, put, topic, clock) -> None:
    s3_object = put(document())
    job_id = start(textract, s3_object, NotificationChannel=topic.channel, JobTag="doc:1")
    assert topic() == {
        "JobId": job_id,
        "Status": "SUCCEEDED",
        "API": "StartDocumentTextDetection",
        "JobTag": "doc:1",
        "Timestamp": int(clock.now * 1000),
        "DocumentLocation": {"S3ObjectName": s3_object["Name"], "S3Bucket": s3_object["Bucket"]},
    }
    assert textract.get_document_text_detection(JobId=job_id)["JobStatus"] == "SUCCEEDED"


def test_the_end_of_a_failed_job_is_told_too(textract, put, topic) -> None:
    textract.start_document_analysis(
        DocumentLocation={"S3Object": put(b"plain text")}, FeatureTypes=["FORMS"], NotificationChannel=topic.channel
    )
    message = topic()
    assert (message["Status"], message["API"]) == ("FAILED", "StartDocumentAnalysis")
    assert "JobTag" not in message


def test_results_are_in_s3_before_the_end_is_told(textract, put, topic, s3) -> None:
    job_id = start(textract, put(document()), NotificationChannel=topic.channel, OutputConfig={"S3Bucket": BUCKET})
    topic()
    assert "1" in objects(s3, f"textract_output/{job_id}/")


def test_a_topic_that_is_gone_loses_the_notification_and_not_the_job(textract, put, topic) -> None:
    gone = topic.channel | {"SNSTopicArn": "arn:aws:sns:us-east-1:123456789012:gone"}
    job_id = start(textract, put(document()), NotificationChannel=gone)
    assert ended(textract.get_document_text_detection, job_id)["JobStatus"] == "SUCCEEDED"
    start(textract, put(document()), NotificationChannel=topic.channel)
    assert topic()["Status"] == "SUCCEEDED"


def test_a_role_that_textract_cannot_assume_is_refused(aws, clock) -> None:
    notifier = Notifier(aws, clock)
    with Stubber(notifier._sts) as sts:
        sts.add_client_error("assume_role", "AccessDenied")
        with pytest.raises(InvalidParameterError, match="Request has invalid parameters: Textract cannot assume"):
            notifier.check({"SNSTopicArn": "arn:aws:sns:us-east-1:123456789012:done", "RoleArn": ROLE})


def test_a_role_is_assumed_again_before_its_hour_is_over(aws, clock) -> None:
    notifier = Notifier(aws, clock)
    channel: Any = {"SNSTopicArn": "arn:aws:sns:us-east-1:123456789012:done", "RoleArn": ROLE}
    key: Any = {"AccessKeyId": "A" * 16, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2030-01-01"}
    with Stubber(notifier._sts) as sts:
        sts.add_response("assume_role", {"Credentials": key})
        notifier.check(channel)
        clock.now += 3000
        notifier.check(channel)
        sts.add_response("assume_role", {"Credentials": key})
        clock.now += 1
        notifier.check(channel)
        sts.assert_no_pending_responses()


def test_blocks_are_kept_in_files_of_a_thousand_and_read_across_them(tmp_path) -> None:
    files = ItemFiles(tmp_path / "job", most=1000)
    for page in range(7):
        files.append([{"Id": f"{page}-{number}"} for number in range(350)])
    files.close()
    assert sorted(path.name for path in (tmp_path / "job").iterdir()) == ["0.json", "1.json", "2.json"]
    assert files.count == 2450
    assert files.read(999, 2) == [{"Id": "2-299"}, {"Id": "2-300"}]
    assert len(files.read(2000, 1000)) == 450
    assert files.read(2450, 10) == []
