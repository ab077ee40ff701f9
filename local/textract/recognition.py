"""The whole of recognition: a document's bytes to Textract's blocks, one page at a time.

Step 1, documents.py: the bytes to pages. Step 2, engine.py: a page's image to words, unless it has a text layer.
Step 3, lines.py: words to lines. Steps 4 to 8, analysis.py: tables, checkboxes, fields and the rest. Step 9, blocks.py.
"""

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from local.textract.analysis import Analysis, analyse
from local.textract.blocks import page_blocks
from local.textract.documents import OpenDocument, open_document
from local.textract.engine import OcrEngine
from local.textract.lines import lines_of
from local.textract.pages import Page
from local.textract.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef, QueryTypeDef

PAGES_REMEMBERED = 128  # what the OCR read on each, about 100 kB


class Recogniser:
    """Recognises documents; may be used by several threads."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._read_pages: OrderedDict[tuple[str, int], tuple[Word, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, data: bytes) -> OpenDocument:
        """Open a document, to be closed by its `with`; raises BadDocumentError, UnsupportedDocumentError and so on."""
        return open_document(data)

    def blocks(
        self,
        document: OpenDocument,
        page_number: int,
        feature_types: frozenset[str],
        queries: "Sequence[QueryTypeDef]",
    ) -> "list[BlockTypeDef]":
        """One page's blocks, pages counting from 1; without `feature_types`, text alone. Raises TextractError."""
        page = document.page(page_number)
        words = page.text_layer if page.text_layer is not None else self._read(document.digest, page_number, page)
        if feature_types:
            analysis = analyse(words, page.render(), feature_types, [query["Text"] for query in queries])
        else:
            analysis = Analysis(page.width, page.height, tuple(lines_of(words)))
        return page_blocks(analysis, queries, document.digest, page_number)

    def _read(self, digest: str, page_number: int, page: Page) -> tuple[Word, ...]:
        """What the engine reads on the page; the same page of the same content is read once, as long as it is known."""
        key = digest, page_number
        with self._lock:
            if key in self._read_pages:
                self._read_pages.move_to_end(key)
                return self._read_pages[key]
        words = tuple(dict.fromkeys(self._engine.read(page.render())))
        with self._lock:
            self._read_pages[key] = words
            if len(self._read_pages) > PAGES_REMEMBERED:
                self._read_pages.popitem(last=False)
        return words
