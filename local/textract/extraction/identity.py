"""AnalyzeID of one page: convert its blocks to Textract's IdentityDocument, by heuristics.

A passport's machine-readable zone has all fields, with check digits (mrz.py). Otherwise a value has a type if its label
is one that driver's licenses use, such as DOB. Types that are not found have no text, as in Textract.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from local.textract.extraction.expense import text_blocks
from local.textract.extraction.labeled import Print, labeled
from local.textract.extraction.mrz import read_zone
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import BlockTypeDef, IdentityDocumentFieldTypeDef, IdentityDocumentTypeDef

    from textract_pipeline.response.page_blocks import Block

BY_NAME, FROM_ZONE = 70.0, 95.0  # maximum confidence, by how the type was found
TYPES = (  # "Identity Documentation Response Objects", docs.aws.amazon.com/textract/latest/dg, 2026-11
    "FIRST_NAME",
    "LAST_NAME",
    "MIDDLE_NAME",
    "SUFFIX",
    "CITY_IN_ADDRESS",
    "ZIP_CODE_IN_ADDRESS",
    "STATE_IN_ADDRESS",
    "STATE_NAME",
    "DOCUMENT_NUMBER",
    "EXPIRATION_DATE",
    "DATE_OF_BIRTH",
    "DATE_OF_ISSUE",
    "ID_TYPE",
    "ENDORSEMENTS",
    "VETERAN",
    "RESTRICTIONS",
    "CLASS",
    "ADDRESS",
    "COUNTY",
    "PLACE_OF_BIRTH",
    "MRZ_CODE",
)
_DATES = frozenset({"EXPIRATION_DATE", "DATE_OF_BIRTH", "DATE_OF_ISSUE"})
_DATE_FORMATS = ("%m/%d/%Y", "%m-%d-%Y", "%d %b %Y", "%Y-%m-%d")
_NAMES = {
    "FIRST_NAME": r"fn|first names?|given names?",
    "LAST_NAME": r"ln|last name|surname|family name",
    "MIDDLE_NAME": r"middle name",
    "DOCUMENT_NUMBER": r"dl|dln|lic(ense)?|(dl|dln|lic(ense)?|document|passport|id|card) ?(no|number|#)|passport no",
    "EXPIRATION_DATE": r"exp|expires( on)?|exp(iration)? date|date of expir(y|ation)|valid (until|thru)",
    "DATE_OF_BIRTH": r"dob|date of birth|birth ?date",
    "DATE_OF_ISSUE": r"iss|issued( on)?|date of issue|issue date",
    "CLASS": r"class",
    "RESTRICTIONS": r"rest|rstr|restrictions?",
    "ENDORSEMENTS": r"end|endorsements?",
    "ADDRESS": r"address|addr",
    "PLACE_OF_BIRTH": r"place of birth",
    "COUNTY": r"county",
}
_NAME = re.compile(  # licenses may number their fields: `4b EXP 08/31/2029`
    r"(?:\d{1,2}[a-d]?\.? *)?(?:"
    + "|".join(f"(?P<{kind}>{name})" for kind, name in _NAMES.items())
    + r")(?![a-z])[ .:#]*",
    re.IGNORECASE,
)
_ID_TYPES = {"PASSPORT": r"passport", "DRIVER LICENSE FRONT": r"driver'?s? licen[sc]e"}


def identity_document(blocks: "Sequence[BlockTypeDef]", index: int) -> "IdentityDocumentTypeDef":
    """The personal data in the blocks of a page analyzed for FORMS; `index` counts documents from 1."""
    page = next(read_pages(cast("Sequence[Block]", blocks)), Page(1, ()))
    found = dict(_found(page))
    return {
        "DocumentIndex": index,
        "IdentityDocumentFields": [_field(kind, *found.get(kind, ("", 0.0))) for kind in TYPES],
        "Blocks": text_blocks(blocks),
    }


def is_identity_document(page: Page) -> bool:
    """Whether the page is a passport or a driver's license, judging by its text."""
    return "ID_TYPE" in dict(_found(page))


def _found(page: Page) -> Iterator[tuple[str, tuple[str, float]]]:
    """Types with their text and confidence; a later value of a type overrides an earlier one."""
    for kind, name in _ID_TYPES.items():
        if any(re.search(name, line.text, re.IGNORECASE) for line in page.lines):
            yield "ID_TYPE", (kind, BY_NAME)
    for kind, value in _named(page):
        yield kind, (value.text, min(BY_NAME, value.confidence))
    for kind, text in read_zone([line.text for line in page.lines]).items():
        yield kind, (text, FROM_ZONE)


def _named(page: Page) -> Iterator[tuple[str, Print]]:
    for one in labeled(page):
        name = _NAME.fullmatch(one.label.text.strip())
        if name and name.lastgroup:
            yield name.lastgroup, one.value
    for line in page.lines:  # a label and its value in one line
        name = _NAME.match(line.text)
        if name and name.lastgroup and name[0][-1] in " .:#" and (rest := line.text[name.end() :]):
            yield name.lastgroup, Print(rest, line.box, line.confidence)


def _field(kind: str, text: str, confidence: float) -> "IdentityDocumentFieldTypeDef":
    field: IdentityDocumentFieldTypeDef = {
        "Type": {"Text": kind},
        "ValueDetection": {"Text": text, "Confidence": confidence},
    }
    if kind in _DATES and (date := _normalized(text)):
        field["ValueDetection"]["NormalizedValue"] = {"Value": date, "ValueType": "DATE"}
    return field


def _normalized(date: str) -> str | None:
    """The date as Textract normalizes it, 1990-01-31T00:00:00; None if its format is unknown."""
    for date_format in _DATE_FORMATS:
        try:
            return datetime.strptime(date.strip(), date_format).isoformat()  # noqa: DTZ007 - a day, nowhere in particular
        except ValueError:
            continue
    return None
