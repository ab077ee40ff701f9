"""Start- and GetLendingAnalysis of one page: its kind, recognized by typical words, and its fields.

Textract's models know 36 kinds of pages and the fields of each; here a page's kind follows from its text. The fields of
a lending document are those of its form, named by the page's labels in capitals, because Textract's own names for them
cannot be derived from the page.
"""

import re
from typing import TYPE_CHECKING, cast

from local.textract.extraction.expense import expense_document
from local.textract.extraction.identity import identity_document, is_identity_document
from local.textract.extraction.labeled import geometry
from textract_pipeline.response.page import Field, Page
from textract_pipeline.response.parser import read_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mypy_boto3_textract.literals import SelectionStatusType
    from mypy_boto3_textract.type_defs import (
        BlockTypeDef,
        ExtractionTypeDef,
        LendingDetectionTypeDef,
        LendingDocumentTypeDef,
        LendingFieldTypeDef,
        LendingResultTypeDef,
        LendingSummaryTypeDef,
    )

    from textract_pipeline.response.page_blocks import Block

UNCLASSIFIED = "UNCLASSIFIED"
IDENTITY, INVOICES, RECEIPTS = "IDENTITY_DOCUMENT", "INVOICES", "RECEIPTS"
BY_WORDS, UNSURE = 60.0, 50.0
_KNOWN_BY = {  # the first whose words are on the page wins; "Analyze Lending Response Objects", 2026-11
    "1003": r"uniform residential loan application",
    "1005": r"request for verification of employment",
    "1008": r"uniform underwriting and transmittal summary",
    "1040_SCHEDULE_C": r"profit or loss from business",
    "1040_SCHEDULE_D": r"capital gains and losses",
    "1040_SCHEDULE_E": r"supplemental income and loss",
    "1040": r"u\.?s\.? individual income tax return",
    "1065": r"u\.?s\.? return of partnership income",
    "1120_S": r"income tax return for an s corporation",
    "1120": r"u\.?s\.? corporation income tax return",
    "1099_DIV": r"1099-div",
    "1099_G": r"1099-g",
    "1099_INT": r"1099-int",
    "1099_MISC": r"1099-misc",
    "1099_NEC": r"1099-nec",
    "1099_R": r"1099-r",
    "1099_SSA": r"ssa-1099|social security benefit statement",
    "SSA_89": r"ssa-89|authorization for the social security administration",
    "W_2": r"wage and tax statement",
    "W_9": r"request for taxpayer identification number",
    "DEMOGRAPHIC_ADDENDUM": r"demographic information addendum",
    "HUD_92900_B": r"hud-92900-b",
    "VBA_26_0551": r"va form 26-0551|debt questionnaire",
    "MORTGAGE_STATEMENT": r"mortgage statement",
    "HOA_STATEMENT": r"home ?owners'? association",
    "PAYOFF_STATEMENT": r"payoff (statement|amount)",
    "INVESTMENT_STATEMENT": r"(investment|brokerage) (account )?statement",
    "CREDIT_CARD_STATEMENT": r"credit card statement|minimum payment due",
    "BANK_STATEMENT": r"(bank|account|checking) statement|statement of account|ending balance",
    "UTILITY_BILLS": r"(utility|electric(ity)?|gas|water) bill|kwh",
    "PAYSLIPS": r"earnings statement|pay ?(slip|stub)|net pay",
    "CHECKS": r"pay to the order of",
    INVOICES: r"invoice",
    RECEIPTS: r"receipt|cashier|thank you for (shopping|your purchase)",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KNOWN_BY.items()}
KINDS = (*_KNOWN_BY, IDENTITY, UNCLASSIFIED)


def lending_result(blocks: "Sequence[BlockTypeDef]", page_number: int) -> "LendingResultTypeDef":
    """The lending result of the blocks of a page analyzed for FORMS, TABLES, and SIGNATURES."""
    page = next(read_pages(cast("Sequence[Block]", blocks)), Page(page_number, ()))
    kind = _kind_of(page)
    return {
        "Page": page_number,
        "PageClassification": {
            "PageType": [{"Value": kind, "Confidence": UNSURE if kind == UNCLASSIFIED else BY_WORDS}],
            "PageNumber": [{"Value": "undetected", "Confidence": UNSURE}],
        },
        "Extractions": list(_extractions(kind, page, blocks)),
    }


def lending_summary(results: "Iterable[LendingResultTypeDef]") -> "LendingSummaryTypeDef":
    """The pages of all results by kind; consecutive pages of one kind are one document."""
    pages: dict[str, list[list[int]]] = {}
    signed: dict[str, list[int]] = {}
    for result in results:
        kind, page = result["PageClassification"]["PageType"][0]["Value"], result["Page"]
        documents = pages.setdefault(kind, [])
        if documents and documents[-1][-1] == page - 1:
            documents[-1].append(page)
        else:
            documents.append([page])
        if any(one.get("LendingDocument", {}).get("SignatureDetections") for one in result["Extractions"]):
            signed.setdefault(kind, []).append(page)
    return {
        "DocumentGroups": [
            {
                "Type": kind,
                "SplitDocuments": [{"Index": index, "Pages": each} for index, each in enumerate(documents, start=1)],
                "DetectedSignatures": [{"Page": page} for page in signed.get(kind, [])],
                "UndetectedSignatures": [],
            }
            for kind, documents in pages.items()
        ],
        "UndetectedDocumentTypes": [kind for kind in KINDS if kind not in pages],
    }


def _kind_of(page: Page) -> str:
    text = "\n".join(line.text for line in page.lines)
    if is_identity_document(page):
        return IDENTITY
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(text)), UNCLASSIFIED)


def _extractions(kind: str, page: Page, blocks: "Sequence[BlockTypeDef]") -> "Iterator[ExtractionTypeDef]":
    """The fields found by the operation for this kind of page; empty if the kind is unknown."""
    if kind == IDENTITY:
        yield {"IdentityDocument": identity_document(blocks, 1)}
    elif kind in {INVOICES, RECEIPTS}:
        yield {"ExpenseDocument": expense_document(blocks, page.number, 1)}
    elif kind != UNCLASSIFIED:
        yield {"LendingDocument": _lending_document(page)}


def _lending_document(page: Page) -> "LendingDocumentTypeDef":
    return {
        "LendingFields": [_lending_field(field) for field in page.fields],
        "SignatureDetections": [
            {"Confidence": signature.confidence, "Geometry": geometry(signature.box)} for signature in page.signatures
        ],
    }


def _lending_field(field: Field) -> "LendingFieldTypeDef":
    found: LendingFieldTypeDef = {
        "Type": re.sub(r"[^A-Z0-9]+", "_", field.key.upper()).strip("_"),
        "KeyDetection": {
            "Text": field.key,
            "Geometry": geometry(field.key_box),
            "Confidence": field.key_confidence,
        },
        "ValueDetections": [],
    }
    if field.value and field.value_box:
        value: LendingDetectionTypeDef = {
            "Geometry": geometry(field.value_box),
            "Confidence": min(UNSURE, field.value_confidence),
        }
        if field.value in {"SELECTED", "NOT_SELECTED"}:
            value["SelectionStatus"] = cast("SelectionStatusType", field.value)
        else:
            value["Text"] = field.value
        found["ValueDetections"] = [value]
    return found
