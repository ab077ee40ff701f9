"""The words in a page's text layer, their positions, and how they are turned.

A page may be turned by its file, its content may be turned on the page, and single words may be turned once more. What
counts is how most of the text runs on the page as it is seen.
"""

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.words import Reading, Word, plain, without_form_rules

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

CONFIDENCE = 99.9  # the file itself contains the text
LEGIBLE_SHARE = 0.98  # of the characters in a text layer; a font without a character map yields noise
UNPRINTABLE = {"Cc", "Cn", "Co", "Cs"}
MAX_SLANT = 10  # degrees; diagonal text is a watermark, which Textract does not read either
SUBPIXELS = 16  # PDFium returns whole pixels only, so they are made smaller


class _Found(NamedTuple):
    """A word as it is seen, turned by quarters clockwise, and the degrees by which it then falls to the right."""

    word: Word
    degrees: float


def text_layer(page: "PdfPage", width: int, height: int) -> Reading | None:
    """The page's words, with positions in pixels of an image of this size; None if it has no usable text layer."""
    to_pixels = _pixel_transform(page, width, height)
    with closing(page.get_textpage()) as text_page:
        words = [_word(text_page, indexes, to_pixels) for indexes in _word_indexes(text_page)]
    found = [word for word in words if word is not None]
    return _upright(found, width, height) if is_legible("".join(word.text for word, _ in found)) else None


def is_legible(text: str) -> bool:
    """Whether these are normal characters."""
    printable = sum(unicodedata.category(character) not in UNPRINTABLE for character in text)
    return bool(text) and "\ufffd" not in text and printable >= LEGIBLE_SHARE * len(text)


def _upright(found: Sequence[_Found], width: int, height: int) -> Reading:
    """The words after the quarter turns that make most of the text upright."""
    letters = [0] * 4
    for word, _ in found:
        letters[word.turn] += len(word.text)
    quarters = letters.index(max(letters))
    words = tuple(
        replace(word, box=word.box.turned_on(width, height, quarters), turn=(word.turn - quarters) % 4)
        for word, _ in found
    )
    return Reading(words, median(degrees for word, degrees in found if word.turn == quarters), quarters)


def _word_indexes(text_page: "PdfTextPage") -> Iterator[list[int]]:
    """The characters of each word, by index; words are separated by spaces, which PDFium adds at gaps."""
    indexes = range(text_page.count_chars())
    text = without_form_rules("".join(_character(text_page, index) for index in indexes))
    for is_blank, group in groupby(indexes, key=lambda index: text[index].isspace()):
        if not is_blank:
            yield list(group)


def _word(text_page: "PdfTextPage", indexes: Sequence[int], to_pixels: NDArray[np.float64]) -> _Found | None:
    """The word of these characters; None if it is invisible or a watermark."""
    text = plain("".join(_character(text_page, index) for index in indexes))
    angle = raw.FPDFText_GetCharAngle(text_page, indexes[0])
    right, down = np.array([math.cos(angle), -math.sin(angle)]) @ to_pixels[:2]
    quarters = math.atan2(down, right) / (math.pi / 2)
    turn = round(quarters)
    slant = (quarters - turn) * 90
    boxes = np.array([text_page.get_charbox(index) for index in indexes])
    seen = boxes[(boxes[:, 2] > boxes[:, 0]) | (boxes[:, 3] > boxes[:, 1])]
    if not text.strip() or not seen.size or abs(slant) > MAX_SLANT:
        return None
    (left, bottom), (right, top) = seen[:, :2].min(axis=0), seen[:, 2:].max(axis=0)
    corners = np.array([[left, bottom, 1], [right, top, 1]]) @ to_pixels
    (x_min, y_min), (x_max, y_max) = corners.min(axis=0), corners.max(axis=0)
    box = Box(float(x_min), float(y_min), float(x_max), float(y_max))
    return _Found(Word(text, box, CONFIDENCE, turn % 4), slant)


def _character(text_page: "PdfTextPage", index: int) -> str:
    return chr(raw.FPDFText_GetUnicode(text_page, index))


def _pixel_transform(page: "PdfPage", width: int, height: int) -> NDArray[np.float64]:
    """The 3 × 2 matrix from the page's points to its image's pixels, for any rotation and crop box."""
    corners = [(0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)]
    pixels = []
    for x, y in corners:
        pixel_x, pixel_y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width * SUBPIXELS, height * SUBPIXELS, 0, x, y, pixel_x, pixel_y)
        pixels.append((pixel_x.value / SUBPIXELS, pixel_y.value / SUBPIXELS))
    return np.linalg.solve(np.array([[x, y, 1.0] for x, y in corners]), np.array(pixels))
