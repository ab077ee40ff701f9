"""Find signatures by heuristics: strokes that are not text, where a line asks for a signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from local.textract.recognition.page.geometry import Box, GrayImage
from local.textract.recognition.page.lines import Line
from local.textract.recognition.page.rules import Rules

ASKS = re.compile(r"\b(signature|signed|sign here)\b", re.IGNORECASE)
MOST_WORDS = 6  # more is a sentence about signatures
SHORTEST_STROKE = 1 / 150  # of the page's longer side; anything smaller is a speck
SURE_WORD = 80.0  # 0–100; words with less confidence may be handwriting
REACH_RIGHT = 0.35  # of the page's width
REACH_UP, REACH_DOWN = 3.0, 0.7  # line heights
NARROWEST, LOWEST = 2.5, 0.8  # line heights; less ink is a stray mark
CONFIDENCE = 55.0


@dataclass(frozen=True, slots=True)
class Signature:
    """A probable signature. Confidence is 0–100."""

    box: Box
    confidence: float


def find_signatures(ink: GrayImage, lines: Sequence[Line], rules: Rules) -> list[Signature]:
    """At most one signature per line that asks for one: to its right, else above it."""
    ink = ink.copy()
    sure = [word.box for line in lines for word in line.words if word.confidence >= SURE_WORD]
    for box in [*sure, *(rule.grown(2) for rule in (*rules.horizontal, *rules.vertical))]:
        _region(ink, box)[:] = 0
    ink = _without_specks(ink)
    signatures = []
    for asking in (line.box for line in lines if len(line.words) <= MOST_WORDS and ASKS.search(line.text)):
        height, bottom = asking.height, asking.bottom + REACH_DOWN * asking.height
        top = asking.top - REACH_UP * height
        right = Box(asking.right, top, asking.right + REACH_RIGHT * ink.shape[1], bottom)
        above = Box(asking.left, top, asking.right + REACH_RIGHT * ink.shape[1], asking.top)
        found = _strokes(ink, right, height) or _strokes(ink, above, height)
        if found:
            signatures.append(Signature(found, CONFIDENCE))
    return signatures


def _without_specks(ink: GrayImage) -> GrayImage:
    """The mask without the specks of a bad scan."""
    _, labels, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longer = found[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_stroke = longer >= SHORTEST_STROKE * max(ink.shape)
    return np.where(is_stroke[labels], ink, 0).astype(np.uint8)


def _strokes(ink: GrayImage, region: Box, line_height: float) -> Box | None:
    """The box around the region's ink, if there is enough for a name."""
    rows, columns = np.nonzero(_region(ink, region))
    if not rows.size:
        return None
    left, top = max(0, int(region.left)), max(0, int(region.top))
    box = Box(
        float(left + columns.min()),
        float(top + rows.min()),
        float(left + columns.max() + 1),
        float(top + rows.max() + 1),
    )
    is_enough = box.width >= NARROWEST * line_height and box.height >= LOWEST * line_height
    return box if is_enough else None


def _region(ink: GrayImage, box: Box) -> GrayImage:
    """The part of the mask in this box, clipped to the page; a view, not a copy."""
    return ink[max(0, int(box.top)) : max(0, int(box.bottom) + 1), max(0, int(box.left)) : max(0, int(box.right) + 1)]
