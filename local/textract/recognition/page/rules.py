"""The straight rules drawn on a page, which make its tables and boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.page.geometry import Box, GrayImage, PageImage
from local.textract.recognition.page.words import Word

NEIGHBORHOOD = 25  # pixels; ink is darker than the paper within them
CONTRAST = 6  # gray levels (0–255) darker than its neighborhood; table rules are often pale
NOISE_CONTRAST = 5.0  # times the paper's noise: the minimum contrast
SHORTEST_SHARE = 1 / 40  # of the page's longer side; shorter strokes are parts of letters
SHORTEST = 18  # pixels
BRIDGED = 5  # pixels; a gap this wide, for example from a bad scan, does not end a rule
THICKEST = 16  # pixels; thicker bars are fills or pictures
LETTER_SHARE = 0.5  # of a stroke's length; with this much inside words, it is part of their letters


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page, each as the box around its stroke."""

    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]


def find_rules(ink: GrayImage, words: Sequence[Word]) -> Rules:
    """Every rule on the page and the edges of fills, but no strokes of letters and no underlines."""
    shortest = max(SHORTEST, round(max(ink.shape) * SHORTEST_SHARE))
    boxes = [word.box for word in words]
    horizontal = _strokes(ink, shortest, boxes)
    vertical = _strokes(np.asarray(cv2.transpose(ink), dtype=np.uint8), shortest, [_turned(box) for box in boxes])
    return Rules(tuple(horizontal), tuple(_turned(rule) for rule in vertical))


def ink_mask(image: PageImage) -> GrayImage:
    """A mask of the pixels that are darker than the paper around them."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    noise = _median(np.asarray(cv2.absdiff(gray, cv2.medianBlur(gray, 3)), dtype=np.uint8))
    contrast = max(CONTRAST, NOISE_CONTRAST * noise)
    mask = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, NEIGHBORHOOD, contrast)
    return np.asarray(mask, dtype=np.uint8)


def _median(image: GrayImage) -> int:
    """The median of the pixels; NumPy takes ten times as long."""
    counts = np.cumsum(cv2.calcHist([image], [0], None, [256], [0, 256]), dtype=np.float64)
    return int(np.searchsorted(counts, counts[-1] / 2))


def pieces_of(mask: GrayImage) -> list[tuple[int, int, int, int]]:
    """The connected pieces of a mask: left, top, width, and height of each, from the top down.

    Contours take a fifth of the time that labeling every pixel takes.
    """
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outlines = (
        contour
        for contour, (_, _, _, parent) in zip(contours, hierarchy[0].tolist() if contours else (), strict=True)
        if parent < 0
    )
    boxes = [(left, top, width, height) for left, top, width, height in map(cv2.boundingRect, outlines)]
    return sorted(boxes, key=lambda box: (box[1], box[0]))


def _strokes(ink: GrayImage, shortest: int, words: Sequence[Box]) -> list[Box]:
    """The horizontal strokes of at least this length outside words, joined where they continue each other."""
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, BRIDGED), np.uint8))
    strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    joined = cv2.dilate(strokes, np.ones((3, 1), np.uint8))  # bridges one-pixel steps of slightly skewed rules
    boxes = [
        Box(float(left), float(top + 1), float(left + width), float(top + height - 1))
        for left, top, width, height in pieces_of(np.asarray(joined, dtype=np.uint8))
        if height - 2 <= THICKEST
    ]
    sides = np.array([(word.left, word.top, word.right, word.bottom) for word in words]).reshape(-1, 4).T
    return [box for box in boxes if not _is_of_letters(box, sides)]


def _is_of_letters(stroke: Box, words: NDArray[np.float64]) -> bool:
    """Whether much of a stroke is inside words, given as four rows: lefts, tops, rights, and bottoms."""
    lefts, tops, rights, bottoms = words
    middle = stroke.center[1]
    shared = np.minimum(rights, stroke.right) - np.maximum(lefts, stroke.left)
    return bool(shared[(tops <= middle) & (middle <= bottoms) & (shared > 0)].sum() >= LETTER_SHARE * stroke.width)


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)
