"""A job's results: their pages, how long they are kept, and what fails."""

from typing import Any

import pytest

from local.textract.api.limits import ASYNC_IMAGE_MAX_BYTES
from local.textract.jobs.result_files import ItemFiles
from tests.support.textract import WEEK, document, ended, error_of, start


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


@pytest.mark.parametrize("pages", [["5"], ["1-5"], ["5-*"], ["1", "3-9"]])
def test_a_job_whose_question_names_a_page_after_the_last_fails(textract, put, recognizer, pages: list[str]) -> None:
    job_id = textract.start_document_analysis(
        DocumentLocation={"S3Object": put(document(pages=4))},
        FeatureTypes=["QUERIES"],
        QueriesConfig={"Queries": [{"Text": "Who?", "Pages": pages}]},
    )["JobId"]
    reply = ended(textract.get_document_analysis, job_id)
    assert reply["JobStatus"] == "FAILED"
    assert reply["StatusMessage"].startswith("InvalidParameterException: Request has invalid parameters: a query names")
    assert recognizer.asked == []


@pytest.mark.parametrize("pages", [["*", "1"], ["2-1"], ["0"], ["01"], ["-3"], ["*-3"]])
def test_pages_that_are_none_start_no_job(textract, put, pages: list[str]) -> None:
    code, _ = error_of(
        textract.start_document_analysis,
        DocumentLocation={"S3Object": put(document(pages=4))},
        FeatureTypes=["QUERIES"],
        QueriesConfig={"Queries": [{"Text": "Who?", "Pages": pages}]},
    )
    assert code == "InvalidParameterException"


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
