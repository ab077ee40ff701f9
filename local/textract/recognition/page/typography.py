"""The size of a line's text, and which lines are bold."""

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from local.textract.recognition.page.geometry import GrayImage
from local.textract.recognition.page.lines import Line

SMALL, TALL, LOW = 0.52, 0.72, 0.21  # of a font's size: x-height, capital height, descender depth
LOW_LETTERS = frozenset("gjpqy,;()[]{}|$Q/@")
SMALL_LETTERS = frozenset("acemnorsuvwxz.,;:-_~+=*'\"") | LOW_LETTERS - frozenset("()[]{}|$Q/@")
BOLD = 1.2  # times the usual stroke
LEAST_LETTERS = 4  # with fewer, the stroke width is unknown


def print_size(line: Line) -> float:
    """The size of a line's text in pixels, inferred from the letters of its words."""
    return float(median(word.print_height / _extent(word.text) for word in line.words))


def _extent(text: str) -> float:
    letters = set(text)
    return (SMALL if letters <= SMALL_LETTERS else TALL) + (LOW if letters & LOW_LETTERS else 0.0)


def bold_lines(ink: GrayImage, lines: Sequence[Line]) -> set[Line]:
    """The lines whose strokes are wider than usual on the page, relative to their text size."""
    strokes = {
        line: _stroke(ink, line) / print_size(line)
        for line in lines
        if sum(map(str.isalpha, line.text)) >= LEAST_LETTERS
    }
    usual = median(strokes.values()) if strokes else 0.0
    return {line for line, stroke in strokes.items() if stroke >= BOLD * usual > 0}


def _stroke(ink: GrayImage, line: Line) -> float:
    """The stroke width of a line in pixels: twice the strokes' area divided by their outline's length."""
    box = line.box
    crop = ink[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
    if not crop.any():
        return 0.0
    outline = cv2.subtract(crop, cv2.erode(crop, np.ones((3, 3), np.uint8)))
    return 2 * float(np.count_nonzero(crop)) / float(np.count_nonzero(outline))
