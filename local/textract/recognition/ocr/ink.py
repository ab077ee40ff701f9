"""Find the ink of a line of text, so that boxes fit words as tightly as Textract's."""

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.page.geometry import GrayImage

HALF = 127.5
BROADEST_STROKE = 0.5  # line heights; anything wider is a shadow or picture
RULE_LENGTH = 1.6  # line heights: a stroke longer than any letter's is a rule, not text
BLANK_ROWS = 0.14  # line heights: the largest blank between a letter and its dot
BLANK_PITCHES = 0.6  # ink farther away is not part of the word, for example a checkbox before it
EDGE_PITCHES = 2.5  # character pitches: how far a character's ink may be from its middle


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to `end`, in pixels."""

    start: float
    end: float


def ink_of(crop: GrayImage) -> GrayImage:
    """A mask of the text in a crop of one line, dark on light or light on dark, without the rules around it."""
    _, dark = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    strokes = cv2.MORPH_TOPHAT if dark.mean() > HALF else cv2.MORPH_BLACKHAT  # the paper is most of a crop
    size = max(3, round(crop.shape[0] * BROADEST_STROKE))
    level = cv2.morphologyEx(crop, strokes, np.ones((size, size), np.uint8))  # evens out shadows on the paper
    _, found = cv2.threshold(level, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    mask = np.asarray(found, dtype=np.uint8)
    height, width = mask.shape
    mask = _without(mask, (max(3, round(height * RULE_LENGTH)), 1), width)
    return _without(mask, (1, max(3, height - 1)), height)


def _without(mask: GrayImage, stroke: tuple[int, int], room: int) -> GrayImage:
    """The mask without strokes at least as long as this one (width, height), and the blur next to them."""
    if max(stroke) > room:
        return mask
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(stroke[::-1], np.uint8))
    beside = (3, 1) if stroke[0] > stroke[1] else (1, 3)
    return np.asarray(cv2.subtract(mask, cv2.dilate(strokes, np.ones(beside, np.uint8))), dtype=np.uint8)


def word_spans(ink: GrayImage, centers: list[NDArray[np.float64]]) -> list[Span]:
    """Where each word starts and ends, in pixels, given the middles of its characters from left to right."""
    width, inked = ink.shape[1], columns_of(ink)
    pitch = _pitch(centers, width)
    spans = []
    for number, center in enumerate(centers):
        start = 0.0 if number == 0 else _gap(inked, centers[number - 1][-1], center[0]).end
        end = float(width) if number == len(centers) - 1 else _gap(inked, center[-1], centers[number + 1][0]).start
        reach = Span(max(start, center[0] - pitch * EDGE_PITCHES), min(end, center[-1] + pitch * EDGE_PITCHES))
        core = Span(max(start, center[0] - pitch / 2), min(end, center[-1] + pitch / 2))
        spans.append(_inked(inked, reach, core, pitch * BLANK_PITCHES) or reach)
    return spans


def columns_of(ink: GrayImage) -> bytes:
    """One byte per column: 1 if it has ink, else 0."""
    return ink.any(axis=0).tobytes()


def widest_blank(inked: bytes, left: float, right: float) -> float:
    """The width of the widest blank between two columns, in pixels, given the columns with ink."""
    gap = _gap(inked, left, right)
    return gap.end - gap.start


def vertical_span(ink: GrayImage, columns: Span) -> Span:
    """The rows of the ink in these columns that is connected to the middle of the line."""
    height = ink.shape[0]
    inked = ink[:, int(columns.start) : max(int(columns.end), int(columns.start) + 1)].any(axis=1)
    rows = np.flatnonzero(inked)
    if rows.size == 0:
        return Span(0.0, float(height))
    groups = _hanging_together(rows, height * BLANK_ROWS)
    middle = max(groups, key=lambda group: _overlap(group, height))
    return Span(float(middle[0]), float(middle[-1] + 1))


def _hanging_together(places: NDArray[np.intp], blank: float) -> list[NDArray[np.intp]]:
    """The places in order, split where the gap is more than a blank."""
    cuts = np.flatnonzero(places[1:] - places[:-1] > max(2.0, blank)) + 1
    return [places[start:end] for start, end in pairwise([0, *cuts.tolist(), len(places)])]


def _overlap(rows: NDArray[np.intp], height: int) -> int:
    """How many of these rows are in the line's middle half, or, as a tie-break below any, how many there are."""
    central = np.count_nonzero((rows >= height * 0.25) & (rows < height * 0.75))
    return int(central) * height + int(rows.size)


def _pitch(centers: list[NDArray[np.float64]], width: int) -> float:
    """The usual distance between the middles of two characters."""
    steps = np.concatenate([center[1:] - center[:-1] for center in centers])
    return float(np.median(steps)) if steps.size else float(width)


def _gap(inked: bytes, left: float, right: float) -> Span:
    """The widest blank between two columns; if there is none, the middle between them."""
    between = inked[int(left) : int(right) + 1]
    widest = max(between.split(b"\x01"), key=len)
    if not widest:
        return Span((left + right) / 2, (left + right) / 2)
    start = int(left) + between.index(widest)
    return Span(float(start), float(start + len(widest)))


def _inked(inked: bytes, reach: Span, core: Span, widest_blank: float) -> Span | None:
    """The columns of ink within reach that are connected to the core, where the characters' middles are."""
    start = int(reach.start)
    columns = np.flatnonzero(np.frombuffer(inked[start : math.ceil(reach.end)], np.bool_)) + start
    groups = _hanging_together(columns, widest_blank)
    held = [group for group in groups if group.size and group[-1] >= core.start and group[0] <= core.end]
    return Span(float(held[0][0]), float(held[-1][-1] + 1)) if held else None
