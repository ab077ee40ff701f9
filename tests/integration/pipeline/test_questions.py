"""The questions of a key prefix are asked of every page, by both APIs, and the answers that were found are told."""

import csv
import io
import json
from dataclasses import replace

import pytest

from tests.integration.conftest import PNG, Cloud
from tests.integration.flow import completion, plenty_of_time, process, put_part, start, submit
from tests.support.responses import query, two_field_form
from textract_pipeline import pipeline

HOUSE, SALE = "What is the house number?", "When was the house sold?"


@pytest.fixture
def asking(cloud: Cloud) -> Cloud:
    """The pipeline with questions on everything under `deeds/`."""
    register = cloud.register._replace(
        features={"": ["text"], "deeds/": ["text", "forms", "queries"]},
        queries={"deeds/": [HOUSE, SALE]},
    )
    return replace(cloud, register=register)


def answers(cloud: Cloud, prefix: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(cloud.read(prefix + "queries.csv"))))[1:]


def test_a_job_asks_every_page(asking: Cloud) -> None:
    start(asking, "deeds/house.pdf")
    ((operation, request),) = asking.textract.calls
    assert operation == "start_document_analysis"
    assert request["FeatureTypes"] == ["FORMS", "QUERIES"]
    assert request["QueriesConfig"] == {
        "Queries": [{"Text": HOUSE, "Pages": ["*"]}, {"Text": SALE, "Pages": ["*"]}],
    }


def test_an_image_has_one_page_and_no_page_is_named(asking: Cloud) -> None:
    asking.textract.answer = with_answers(two_field_form(), 1, house="12")
    document = process(asking, submit(asking, "deeds/house.png", PNG))
    ((operation, request),) = asking.textract.calls
    assert operation == "analyze_document"
    assert request["FeatureTypes"] == ["FORMS", "QUERIES"]
    assert request["QueriesConfig"] == {"Queries": [{"Text": HOUSE}, {"Text": SALE}]}
    assert answers(asking, document.output_prefix) == [["1", HOUSE, "12", "91.0"], ["1", SALE, "", "0.0"]]


def test_without_questions_none_are_asked(asking: Cloud) -> None:
    start(asking, "letters/house.pdf")
    process(asking, submit(asking, "letters/house.png", PNG))
    assert [operation for operation, _ in asking.textract.calls] == [
        "start_document_text_detection",
        "detect_document_text",
    ]
    assert not any("QueriesConfig" in request for _, request in asking.textract.calls)


def test_the_answers_of_all_pages_are_told_and_paid_for(asking: Cloud) -> None:
    document = start(asking, "deeds/house.pdf")
    put_part(document, 1, page=1, **with_answers(two_field_form(1), 1))
    put_part(document, 2, page=2, **with_answers(two_field_form(2), 2, house="12"))
    put_part(document, 3, page=3, **with_answers(two_field_form(3), 3, house="14"))
    collect = asking.collect._replace(outputs=["queries.csv", "summary.json", "document.md"])
    pipeline.collect_results(completion(document), collect, plenty_of_time)
    assert answers(asking, document.output_prefix) == [
        ["1", SALE, "", "0.0"],
        ["2", HOUSE, "12", "91.0"],
        ["3", HOUSE, "14", "91.0"],
    ]
    summary = json.loads(asking.read(document.output_prefix + "summary.json"))
    assert (summary["pages"], summary["price"]) == (3, pytest.approx(3 * (0.05 + 0.015)))
    assert asking.read(document.output_prefix + "document.md").count(SALE) == 1


def with_answers(response: dict[str, object], page: int, **found: str) -> dict[str, object]:
    blocks = response["Blocks"]
    assert isinstance(blocks, list)
    asked = [*query(f"q{page}-1", HOUSE, found.get("house"), page), *query(f"q{page}-2", SALE, found.get("sale"), page)]
    return {**response, "Blocks": [*blocks, *asked]}
