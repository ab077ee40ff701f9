"""The synchronous operations: fetch the document and recognize it at once, unless AWS's answer is recorded."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from local.textract.api.features import EXPENSE_FEATURES, IDENTITY_FEATURES, Features
from local.textract.api.limits import SYNC_CALLS_IN_HAND, SYNC_MAX_BYTES, SYNC_MAX_QUERIES
from local.textract.api.recordings import Recordings
from local.textract.exceptions import (
    DocumentTooLargeError,
    InvalidParameterError,
    ThrottlingError,
    UnsupportedDocumentError,
)
from local.textract.extraction.expense import expense_document
from local.textract.extraction.identity import identity_document
from local.textract.jobs.job import MODEL_VERSION
from local.textract.jobs.storage import S3Object, Storage

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import (
        AnalyzeDocumentRequestTypeDef,
        AnalyzeExpenseRequestTypeDef,
        AnalyzeIDRequestTypeDef,
        BlockTypeDef,
        DetectDocumentTextRequestTypeDef,
        DocumentMetadataTypeDef,
        DocumentTypeDef,
        ExpenseDocumentTypeDef,
        IdentityDocumentTypeDef,
    )

    from local.textract.recognition.recognizer import Recognizer


SYNC_OPERATIONS = ("DetectDocumentText", "AnalyzeDocument", "AnalyzeExpense", "AnalyzeID")


class SyncResult(TypedDict):
    """The reply of a synchronous operation."""

    DocumentMetadata: "DocumentMetadataTypeDef"
    Blocks: NotRequired[list["BlockTypeDef"]]
    ExpenseDocuments: NotRequired[list["ExpenseDocumentTypeDef"]]
    IdentityDocuments: NotRequired[list["IdentityDocumentTypeDef"]]
    DetectDocumentTextModelVersion: NotRequired[str]
    AnalyzeDocumentModelVersion: NotRequired[str]
    AnalyzeIDModelVersion: NotRequired[str]


class SyncOperations:
    """DetectDocumentText, AnalyzeDocument, AnalyzeExpense, AnalyzeID. Parameters have been validated."""

    def __init__(self, recognizer: "Recognizer", storage: Storage, recordings: Recordings | None) -> None:
        self._recognizer = recognizer
        self._storage = storage
        self._recordings = recordings
        self._slots = threading.BoundedSemaphore(SYNC_CALLS_IN_HAND)
        self._handlers: Mapping[str, Callable[[Any], SyncResult]] = {
            "DetectDocumentText": self.detect_document_text,
            "AnalyzeDocument": self.analyze_document,
            "AnalyzeExpense": self.analyze_expense,
            "AnalyzeID": self.analyze_id,
        }

    def handle(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, object]:
        """The reply of one of SYNC_OPERATIONS."""
        with self._slot():
            fetched = self._fetched(request)
            recorded = self._recordings.reply(operation, fetched) if self._recordings else None
            return recorded or cast("Mapping[str, object]", self._handlers[operation](fetched))

    def detect_document_text(self, request: "DetectDocumentTextRequestTypeDef") -> SyncResult:
        """The page's text."""
        blocks = self._recognize(request["Document"], Features())
        return {
            "DocumentMetadata": {"Pages": 1},
            "Blocks": blocks,
            "DetectDocumentTextModelVersion": MODEL_VERSION,
        }

    def analyze_document(self, request: "AnalyzeDocumentRequestTypeDef") -> SyncResult:
        """The page's text and features."""
        blocks = self._recognize(request["Document"], Features.of(request, SYNC_MAX_QUERIES))
        return {
            "DocumentMetadata": {"Pages": 1},
            "Blocks": blocks,
            "AnalyzeDocumentModelVersion": MODEL_VERSION,
        }

    def analyze_expense(self, request: "AnalyzeExpenseRequestTypeDef") -> SyncResult:
        """The data of the invoice or receipt."""
        blocks = self._recognize(request["Document"], EXPENSE_FEATURES)
        return {"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": [expense_document(blocks, 1, 1)]}

    def analyze_id(self, request: "AnalyzeIDRequestTypeDef") -> SyncResult:
        """The personal data on each page."""
        pages = [self._recognize(document, IDENTITY_FEATURES) for document in request["DocumentPages"]]
        return {
            "DocumentMetadata": {"Pages": len(pages)},
            "IdentityDocuments": [identity_document(blocks, index) for index, blocks in enumerate(pages, start=1)],
            "AnalyzeIDModelVersion": MODEL_VERSION,
        }

    def _recognize(self, document: "DocumentTypeDef", features: Features) -> "list[BlockTypeDef]":
        with self._recognizer.open(cast("bytes", document["Bytes"])) as opened:
            if opened.page_count > 1:
                raise UnsupportedDocumentError(
                    f"{UnsupportedDocumentError.default}: {opened.page_count} pages; synchronous calls accept one"
                )
            features.check_pages(1)
            blocks = self._recognizer.blocks(opened, 1, features.types, features.queries_for(1, 1))
        for block in blocks:
            block.pop("Page", None)  # Textract numbers pages in the results of jobs only
        return blocks

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Raise ThrottlingError if too many callers already wait for the engine."""
        if not self._slots.acquire(blocking=False):
            raise ThrottlingError
        try:
            yield
        finally:
            self._slots.release()

    def _fetched(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The request with its documents' Bytes in place of their S3Object."""
        fetched = dict(request)
        if "Document" in request:
            fetched["Document"] = {"Bytes": self._document_bytes(request["Document"])}
        if "DocumentPages" in request:
            fetched["DocumentPages"] = [{"Bytes": self._document_bytes(page)} for page in request["DocumentPages"]]
        return fetched

    def _document_bytes(self, document: "DocumentTypeDef") -> bytes:
        if ("Bytes" in document) == ("S3Object" in document):
            raise InvalidParameterError(f"{InvalidParameterError.default}: Document needs either Bytes or S3Object")
        if "Bytes" in document:
            return cast("bytes", document["Bytes"])
        location = S3Object.of(document["S3Object"])
        DocumentTooLargeError.check(self._storage.size(location), SYNC_MAX_BYTES)
        return self._storage.read(location)
