"""The results of lending analysis for analyzed pages."""

from typing import Any

import pytest

from local.textract.extraction.lending import lending_result, lending_summary
from tests.support.responses import Block, field, line, word


def page(*rows: str) -> list[Block]:
    lines = [line(f"l{number}", text, 0.1, 0.1 + 0.05 * number) for number, text in enumerate(rows)]
    return [{"BlockType": "PAGE", "Id": "page"}, *lines]


def kind_of(result: Any) -> str:
    return str(result["PageClassification"]["PageType"][0]["Value"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Form W-2 Wage and Tax Statement 2025", "W_2"),
        ("EARNINGS STATEMENT", "PAYSLIPS"),
        ("Uniform Residential Loan Application", "1003"),
        ("Invoice 17", "INVOICES"),
        ("Cashier: Ann", "RECEIPTS"),
        ("DRIVER'S LICENSE", "IDENTITY_DOCUMENT"),
        ("Dear Ms Baker", "UNCLASSIFIED"),
        ("invoiced", "UNCLASSIFIED"),
    ],
)
def test_a_page_is_of_the_kind_that_its_print_names(text: str, kind: str) -> None:
    assert kind_of(lending_result(page(text), 1)) == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "extracted"),
    [
        ("Invoice 17", ["ExpenseDocument"]),
        ("Passport", ["IdentityDocument"]),
        ("Net pay", ["LendingDocument"]),
        ("Dear Ms Baker", []),
    ],
)
def test_what_is_extracted_depends_on_the_kind(text: str, extracted: list[str]) -> None:
    extractions = lending_result(page(text), 1)["Extractions"]  # type: ignore[arg-type]
    assert [name for one in extractions for name in one] == extracted


def test_a_lending_documents_fields_are_those_of_the_form() -> None:
    form = field("f", ["w1"], ["w2"])
    for block in form:
        block["Geometry"] = {"BoundingBox": {"Left": 0.1, "Top": 0.5, "Width": 0.2, "Height": 0.02}}
    blocks = [*page("Net pay"), word("w1", "Employer's name:"), word("w2", "Meadow"), *form]
    document = lending_result(blocks, 1)["Extractions"][0]["LendingDocument"]  # type: ignore[arg-type]
    (found,) = document["LendingFields"]
    assert (found["Type"], found["KeyDetection"]["Text"]) == ("EMPLOYER_S_NAME", "Employer's name:")
    assert [value["Text"] for value in found["ValueDetections"]] == ["Meadow"]


def test_pages_of_a_kind_that_follow_each_other_are_one_document() -> None:
    texts = ["Net pay", "Net pay", "Invoice 1", "Net pay", "Dear Ms Baker"]
    results = [lending_result(page(text), number) for number, text in enumerate(texts, start=1)]  # type: ignore[arg-type]
    summary = lending_summary(results)
    groups = {group["Type"]: [one["Pages"] for one in group["SplitDocuments"]] for group in summary["DocumentGroups"]}
    assert groups == {"PAYSLIPS": [[1, 2], [4]], "INVOICES": [[3]], "UNCLASSIFIED": [[5]]}
    assert "W_2" in summary["UndetectedDocumentTypes"]
    assert not set(groups) & set(summary["UndetectedDocumentTypes"])
