"""From what was read on a page, and its pixels, to its blocks.

A page may be full of what is looked for, so that this would take hours: it is done in the document's worker.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2

from local.textract.recognition.analysis import Analysis, analyze
from local.textract.recognition.blocks import page_blocks
from local.textract.recognition.deskew import Skew
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef, QueryTypeDef


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's words, how they are askew, and its pixels if they matter."""

    words: tuple[Word, ...]
    skew: Skew
    image: PageImage | None


def blocks_of(
    content: PageContent,
    feature_types: frozenset[str],
    queries: "Sequence[QueryTypeDef]",
    digest: str,
    page_number: int,
) -> "list[BlockTypeDef]":
    """The page's blocks, counting from 1; only text for content without pixels."""
    cv2.setNumThreads(1)  # each thread takes some of the worker's address space
    skew = content.skew
    words = skew.straight_words(content.words)
    if content.image is None:
        analysis = Analysis(tuple(lines_of(words)))
    else:
        questions = [query["Text"] for query in queries]
        analysis = analyze(words, skew.straight_image(content.image), feature_types, questions)
    return page_blocks(analysis, skew, queries, digest, page_number)
