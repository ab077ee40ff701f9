"""Which features a request asks for, and which queries apply to which page.

Rules: the API reference of AnalyzeDocument, QueriesConfig and Query, and "Hard limits in Amazon Textract".
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from local.textract.exceptions import InvalidParameterError, UnsupportedOperationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import (
        AnalyzeDocumentRequestTypeDef,
        QueryTypeDef,
        StartDocumentAnalysisRequestTypeDef,
    )

PAGE_RANGE = re.compile(r"\*|[1-9]\d*(-([1-9]\d*|\*))?")  # `3`, `1-3`, `4-*`, `*`
EVERY_PAGE = "*"
FIRST_PAGE = ("1",)  # for queries that name no page


@dataclass(frozen=True, slots=True)
class Features:
    """What to analyze beyond text. `types` are Textract's FeatureTypes; without any, it is plain text detection."""

    types: frozenset[str] = frozenset()
    queries: tuple["QueryTypeDef", ...] = ()

    @classmethod
    def of(
        cls, request: "AnalyzeDocumentRequestTypeDef | StartDocumentAnalysisRequestTypeDef", max_queries: int
    ) -> Self:
        """Raise InvalidParameterError if features and queries do not match."""
        for unsupported in ("AdaptersConfig", "HumanLoopConfig"):
            if unsupported in request:
                raise UnsupportedOperationError(f"The local Textract does not have {unsupported}: leave it out")
        types = frozenset(request["FeatureTypes"])
        queries: tuple[QueryTypeDef, ...] = ()
        if "QueriesConfig" in request:
            queries = tuple(cast("Sequence[QueryTypeDef]", request["QueriesConfig"]["Queries"]))
        if not types:
            raise _invalid("FeatureTypes is empty")
        if ("QUERIES" in types) != bool(queries):
            raise _invalid("FeatureTypes has QUERIES when, and only when, QueriesConfig has questions")
        if len(queries) > max_queries:
            raise _invalid(f"{len(queries)} queries, more than the {max_queries} a page that this operation takes")
        for query in queries:
            _check_pages(query.get("Pages", FIRST_PAGE))
        return cls(types, queries)

    def check_pages(self, page_count: int) -> None:
        """Raise InvalidParameterError if a query names a page after the last of a document's."""
        for query in self.queries:
            for page_range in query.get("Pages", FIRST_PAGE):
                last = _last_page(page_range)
                if last > page_count:
                    raise _invalid(f"a query names page {last}, but the document has {page_count}")

    def queries_for(self, page: int, page_count: int) -> list["QueryTypeDef"]:
        """The queries for `page` (from 1) of a document with `page_count` pages."""
        return [
            query
            for query in self.queries
            if any(_holds(page_range, page, page_count) for page_range in query.get("Pages", FIRST_PAGE))
        ]


EXPENSE_FEATURES = Features(frozenset({"FORMS", "TABLES"}))
IDENTITY_FEATURES = Features(frozenset({"FORMS"}))
LENDING_FEATURES = Features(frozenset({"FORMS", "SIGNATURES", "TABLES"}))


def _check_pages(pages: "Sequence[str]") -> None:
    if EVERY_PAGE in pages and len(pages) > 1:
        raise _invalid("'*' is not the only element of a query's Pages")
    for page_range in pages:
        first, _, last = page_range.partition("-")
        if not PAGE_RANGE.fullmatch(page_range) or (last.isdigit() and int(last) < int(first)):
            raise _invalid(f"{page_range!r} is no page and no range of pages of a query")


def _last_page(page_range: str) -> int:
    """The last page that a range names by its number; 0 for `*`."""
    return max((int(page) for page in page_range.split("-") if page != "*"), default=0)


def _holds(page_range: str, page: int, page_count: int) -> bool:
    if page_range == EVERY_PAGE:
        return True
    first, _, last = page_range.partition("-")
    return int(first) <= page <= (page_count if last == "*" else int(last or first))


def _invalid(reason: str) -> InvalidParameterError:
    return InvalidParameterError(f"{InvalidParameterError.default}: {reason}")
