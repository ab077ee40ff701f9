"""The whole of recognition: from a document's bytes to Textract's blocks, one page at a time."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from local.textract.recognition.deskew import Skew
from local.textract.recognition.documents.formats import open_document
from local.textract.recognition.documents.open_document import OpenDocument
from local.textract.recognition.ocr.engine import OcrEngine
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.words import Reading
from local.textract.recognition.page_content import PageContent, blocks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef, QueryTypeDef

PAGES_REMEMBERED = 128  # what the OCR read on each, about 100 kB


class Recognizer:
    """Recognizes documents; thread-safe."""

    def __init__(self, engine: OcrEngine, pages_remembered: int = PAGES_REMEMBERED) -> None:
        self._engine = engine
        self._pages_remembered = pages_remembered
        self._readings: OrderedDict[tuple[bytes, tuple[int, ...]], Reading] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, data: bytes, seconds_left: Callable[[], float] = lambda: math.inf) -> OpenDocument:
        """Open a document, to be closed by its `with`; raises BadDocumentError, UnsupportedDocumentError, and so on.

        Once no seconds are left, every use of it raises OutOfTimeError.
        """
        return open_document(data, seconds_left, blocks_of)

    def blocks(
        self,
        document: OpenDocument,
        page_number: int,
        feature_types: frozenset[str],
        queries: "Sequence[QueryTypeDef]",
    ) -> "list[BlockTypeDef]":
        """One page's blocks, counting from 1; without `feature_types`, only text. Raises TextractError."""
        page = document.page(page_number)
        image = page.render() if feature_types or page.text_layer is None else None
        reading = page.text_layer or (Reading(()) if image is None else self._read(image))
        skew = Skew.of(reading.degrees, reading.quarters, page.width, page.height)
        content = PageContent(reading.words, skew, image if feature_types else None)
        return document.made_of_page(
            page_number, blocks_of, content, feature_types, queries, document.digest, page_number
        )

    def _read(self, image: PageImage) -> Reading:
        """What the engine reads on a page; the same pixels, in any document, are read only once while cached."""
        key = hashlib.sha256(image.tobytes()).digest(), image.shape
        with self._lock:
            if key in self._readings:
                self._readings.move_to_end(key)
                return self._readings[key]
        reading = self._engine.read(image)
        with self._lock:
            self._readings[key] = reading
            if len(self._readings) > self._pages_remembered:
                self._readings.popitem(last=False)
        return reading
