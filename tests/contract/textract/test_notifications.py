"""The end of a job is published to its topic."""

from typing import Any

import pytest
from botocore.stub import Stubber

from local.textract.exceptions import InvalidParameterError
from local.textract.jobs.notifications import Notifier
from tests.support.textract import BUCKET, ROLE, document, ended, objects, start


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
