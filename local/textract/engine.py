"""Step 2 of recognition: a page's image into lines of words. Two engines: a real one, and one that takes no time."""

import threading
from typing import Any, Protocol

import numpy as np

from local.textract.page import Box, Image, Line, Word
from local.textract.words import clean_line


class OcrEngine(Protocol):
    """What reads the text of an image."""

    def read(self, image: Image) -> list[Line]:
        """The lines of the image, in no particular order."""
        ...


class RapidOcrEngine:
    """PP-OCRv6 by RapidOCR, whose models ship inside its wheel: nothing is fetched. Reads one image at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ocr: Any = None  # the edge: RapidOCR is not typed, and loaded when first needed

    def read(self, image: Image) -> list[Line]:
        """The lines of the image; about a second a page on two cores."""
        with self._lock:
            if self._ocr is None:
                self._ocr = _load()
            found = self._ocr(np.ascontiguousarray(image[:, :, ::-1]), use_cls=False, return_word_box=True)
        if found.boxes is None:
            return []
        lines = [
            [Word(text, _box(corners), score * 100) for text, score, corners in words if text.strip()]
            for words in found.word_results
        ]
        return [line for words in lines if (line := clean_line(words, image))]


class InstantEngine:
    """Reads the same two lines on every page, for tests and for load runs."""

    def read(self, image: Image) -> list[Line]:
        """Two lines, wherever the image is not blank."""
        height, width = image.shape[:2]
        if image.min() == image.max():
            return []
        return [
            _evenly("Instant page of", Box(0.1 * width, 0.1 * height, 0.5 * width, 0.13 * height)),
            _evenly(f"{width} by {height} pixels", Box(0.1 * width, 0.2 * height, 0.6 * width, 0.23 * height)),
        ]


def _load() -> Any:  # noqa: ANN401 - the edge
    from rapidocr import RapidOCR  # noqa: PLC0415 - two seconds and 200 MB that only a real page needs

    return RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.inter_op_num_threads": 1})


def _box(corners: list[list[float]]) -> Box:
    xs, ys = zip(*corners, strict=True)
    return Box(float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys)))


def _evenly(text: str, box: Box) -> Line:
    whole = Word(text, box, 99.0)
    words, start = [], 0
    for part in text.split(" "):
        words.append(whole.part(start, start + len(part)))
        start += len(part) + 1
    return Line(tuple(words))
