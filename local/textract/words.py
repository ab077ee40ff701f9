"""The recogniser's words as Textract would say them: split, in ASCII punctuation, boxes tight around the ink."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from local.textract.page import Box, Image, Line, Word

# The models know Chinese too, and at times take a Latin sign for its full-width twin.
_ASCII = str.maketrans("，。：；！？（）【】％＋－／＝“”‘’、·", ",.:;!?()[]%+-/=\"\"'',.")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_FORM_RULE = re.compile(r"_+")
_RUN_TOGETHER = re.compile(r"(?<=[A-Za-z)]:)(?=[^\s\d/\\])|(?<=[A-Za-z]{2}:)(?=[\d$(])|(?<=[a-z])(?=[A-Z][a-z]{2,})")
_MIN_INK = 40  # how much darker or lighter than its paper ink is, of 255


def clean_line(words: Sequence[Word], image: Image) -> Line | None:
    """The line of these words; None where nothing of them is text."""
    cleaned = [
        replace(part, box=_tight(part.box, image))
        for word in words
        for part in _split(replace(word, text=word.text.translate(_ASCII).translate(_FULL_WIDTH)))
    ]
    return Line(tuple(cleaned)) if cleaned else None


def _split(word: Word) -> Iterator[Word]:
    """Split off the rules of a form, and what was read as one word but is two: `Address:_same`, `Number:555`."""
    start = 0
    for end, next_start in [*_cuts(word.text), (len(word.text), len(word.text))]:
        if end > start:
            yield word.part(start, end)
        start = next_start


def _cuts(text: str) -> list[tuple[int, int]]:
    cuts = [match.span() for match in _FORM_RULE.finditer(text)] if set(text) != {"_"} else [(0, len(text))]
    return sorted(cuts + [match.span() for match in _RUN_TOGETHER.finditer(text)])


def _tight(box: Box, image: Image) -> Box:
    """The box drawn in to the ink inside it, which is what differs from the paper at its edge."""
    left, top = max(0, int(box.left)), max(0, int(box.top))
    patch = image[top : int(np.ceil(box.bottom)), left : int(np.ceil(box.right))]
    if not patch.size:
        return box
    gray = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY).astype(np.int16)
    paper = np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    ink = np.abs(gray - paper) > _MIN_INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size or not columns.size:
        return box
    return Box(float(left + columns[0]), float(top + rows[0]), float(left + columns[-1] + 1), float(top + rows[-1] + 1))
