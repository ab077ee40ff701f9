"""Step 4 of recognition: the straight rules drawn on a page, which make its tables and boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from local.textract.geometry import Box, GreyImage, PageImage
from local.textract.words import Word

NEIGHBOURHOOD = 25  # pixels; ink is what is darker than the paper within
CONTRAST = 6  # grey levels (0–255) darker than its neighbourhood; table rules are often pale
NOISE_CONTRAST = 5.0  # times the paper's noise; so much darker it must be at least
SHORTEST_SHARE = 1 / 40  # of the page's longer side; shorter strokes are parts of letters
SHORTEST = 18  # pixels
BRIDGED = 5  # pixels; a gap this wide, as where a scan lost ink, does not end a rule
THICKEST = 16  # pixels; broader bars are fills or pictures
LETTER_SHARE = 0.5  # of a stroke's length; with so much of it within words, it is of their letters


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page, each as the box around its stroke."""

    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]


def find_rules(ink: GreyImage, words: Sequence[Word]) -> Rules:
    """Every rule on the page, also the edges of fills; not the strokes of the words' letters, nor lines under them."""
    shortest = max(SHORTEST, round(max(ink.shape) * SHORTEST_SHARE))
    boxes = [word.box for word in words]
    horizontal = _strokes(ink, shortest, boxes)
    vertical = _strokes(ink.T.copy(), shortest, [_turned(box) for box in boxes])
    return Rules(tuple(horizontal), tuple(_turned(rule) for rule in vertical))


def ink_mask(image: PageImage) -> GreyImage:
    """A mask of what is darker than the paper around it."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    noise = float(np.median(cv2.absdiff(grey, cv2.medianBlur(grey, 3))))
    contrast = max(CONTRAST, NOISE_CONTRAST * noise)
    mask = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, NEIGHBOURHOOD, contrast)
    return np.asarray(mask, dtype=np.uint8)


def _strokes(ink: GreyImage, shortest: int, words: Sequence[Box]) -> list[Box]:
    """The horizontal strokes of at least this length outside words, joined where they continue each other."""
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, BRIDGED), np.uint8))
    strokes = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    joined = cv2.dilate(strokes, np.ones((3, 1), np.uint8))  # steps of one pixel, where a rule is slightly askew
    _, _, found, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        Box(float(left), float(top + 1), float(left + width), float(top + height - 1))
        for left, top, width, height, _ in found[1:].tolist()
        if height - 2 <= THICKEST
    ]
    return [box for box in boxes if not _is_of_letters(box, words)]


def _is_of_letters(stroke: Box, words: Sequence[Box]) -> bool:
    within = (stroke.shared_width(word) for word in words if word.top <= stroke.centre[1] <= word.bottom)
    return sum(length for length in within if length > 0) >= LETTER_SHARE * stroke.width


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)
