"""Step 5 of recognition: checkboxes, ticked or not, and the words that say what for."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from local.textract.page import Box, Image, Line, Word

_MIN_SIDE, _MAX_SIDE = 10, 60  # pixels, at 100 to 300 dpi
_SQUARE = 0.25  # how much the sides may differ, of the longer
_FRAME_SHARE = 0.2  # of the side, which the frame itself takes
_TICKED_SHARE = 0.08  # of the inside that ink covers
_LABEL_GAP = 2.5  # of the box's side, to the words behind it


@dataclass(frozen=True, slots=True)
class Selection:
    """A checkbox; its label may be empty."""

    box: Box
    selected: bool
    label: tuple[Word, ...]
    confidence: float


def find_selections(image: Image, lines: Sequence[Line]) -> list[Selection]:
    """The checkboxes of a page, from top to bottom."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes: list[Box] = []
    for contour in contours:
        box = _as_checkbox(contour)
        if box and not any(_is_same(box, other) for other in boxes) and not _is_letter(box, lines):
            boxes.append(box)
    selections = [_selection(box, ink, lines) for box in boxes]
    return sorted(selections, key=lambda found: (found.box.top, found.box.left))


def _as_checkbox(contour: "cv2.typing.MatLike") -> Box | None:
    left, top, width, height = cv2.boundingRect(contour)
    if not (_MIN_SIDE <= width <= _MAX_SIDE and _MIN_SIDE <= height <= _MAX_SIDE):
        return None
    corners = cv2.approxPolyDP(contour, 0.06 * cv2.arcLength(contour, closed=True), closed=True)
    is_square = abs(width - height) <= _SQUARE * max(width, height)
    is_filled_out = cv2.contourArea(contour) > 0.75 * width * height
    if len(corners) != 4 or not is_square or not is_filled_out:  # noqa: PLR2004 - the corners of a square
        return None
    return Box(float(left), float(top), float(left + width), float(top + height))


def _is_same(box: Box, other: Box) -> bool:
    return box.contains(*other.center) and other.contains(*box.center)


def _is_letter(box: Box, lines: Sequence[Line]) -> bool:
    """Whether the square is part of a word, such as an O or a D."""
    return any(
        word.box.contains(*box.center) and word.box.width > 1.6 * box.width for line in lines for word in line.words
    )


def _selection(box: Box, ink: "cv2.typing.MatLike", lines: Sequence[Line]) -> Selection:
    margin = max(2, int(_FRAME_SHARE * box.width))
    inside = ink[int(box.top) + margin : int(box.bottom) - margin, int(box.left) + margin : int(box.right) - margin]
    share = float((inside > 0).mean()) if inside.size else 0.0
    confidence = 60 + 35 * min(1.0, abs(share - _TICKED_SHARE) / _TICKED_SHARE)
    return Selection(box, share > _TICKED_SHARE, _label(box, lines), confidence)


def _label(box: Box, lines: Sequence[Line]) -> tuple[Word, ...]:
    """The words right behind the checkbox, on its line, up to a wide gap."""
    words = sorted(
        (
            word
            for line in lines
            for word in line.words
            if box.top - box.height / 2 < word.box.center[1] < box.bottom + box.height / 2
            and word.box.left >= box.right - 2
        ),
        key=lambda word: word.box.left,
    )
    label: list[Word] = []
    edge = box.right
    for word in words:
        gap = _LABEL_GAP * box.width if not label else box.width
        if word.box.left - edge > gap:
            break
        label.append(word)
        edge = word.box.right
    return tuple(label)
