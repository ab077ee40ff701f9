"""`summary.json`: figures about what was read, the requested features, and what Textract charges for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from textract_pipeline.document import Document
from textract_pipeline.names import Feature
from textract_pipeline.prices import charged, price
from textract_pipeline.response.page import Page

VERSION = 1
LOW_CONFIDENCE = 80.0  # words below it should be checked


@dataclass(frozen=True, slots=True)
class Done:
    """What has been rendered so far: the number of pages, the last page's number, and totals of their content.

    Confidences are those of words, 0–100.
    """

    pages: int = 0
    last_page: int = 0
    lines: int = 0
    words: int = 0
    handwritten_words: int = 0
    low_confidence_words: int = 0
    confidence_sum: float = 0.0
    lowest_confidence: float = 100.0
    fields: int = 0
    tables: int = 0
    signatures: int = 0

    def plus(self, page: Page) -> "Done":
        """With one more page."""
        words = [word for line in page.lines for word in line.words]
        confidences = [word.confidence for word in words]
        return Done(
            pages=self.pages + 1,
            last_page=page.number,
            lines=self.lines + len(page.lines),
            words=self.words + len(words),
            handwritten_words=self.handwritten_words + sum(word.is_handwritten for word in words),
            low_confidence_words=self.low_confidence_words + sum(each < LOW_CONFIDENCE for each in confidences),
            confidence_sum=self.confidence_sum + sum(confidences),
            lowest_confidence=min([self.lowest_confidence, *confidences]),
            fields=self.fields + len(page.fields),
            tables=self.tables + len(page.tables),
            signatures=self.signatures + len(page.signatures),
        )


def summary(document: Document, done: Done, now: datetime, prices: Mapping[Feature, float]) -> str:
    """The summary of a document whose outputs are complete, as JSON; prices are in dollars per page."""
    figures = {
        "version": VERSION,
        "documentId": document.document_id,
        "bucket": document.bucket,
        "key": document.key,
        "run": document.run_number,
        "features": list(document.features),
        "pages": done.pages,
        "lines": done.lines,
        "words": done.words,
        "handwrittenWords": done.handwritten_words,
        "meanConfidence": round(done.confidence_sum / done.words, 1) if done.words else None,
        "lowestConfidence": round(done.lowest_confidence, 1) if done.words else None,
        "lowConfidenceWords": done.low_confidence_words,
        "fields": done.fields,
        "tables": done.tables,
        "signatures": done.signatures,
        "pagesBilled": dict.fromkeys(charged(document.features), done.pages),
        "price": round(price(document.features, done.pages, prices), 6),
        "submittedAt": document.submitted_at.isoformat(timespec="milliseconds"),
        "renderedAt": now.isoformat(timespec="milliseconds"),
        "seconds": round((now - document.submitted_at).total_seconds(), 3),
    }
    return json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
