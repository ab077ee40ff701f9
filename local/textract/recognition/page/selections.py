"""Find checkboxes and radio buttons: a page's small squares and rings, and the ink inside them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.page.geometry import Box, GrayImage
from local.textract.recognition.page.rules import pieces_of
from local.textract.recognition.page.words import Word

SMALLEST_SHARE, LARGEST_SHARE = 1 / 200, 1 / 28  # of the page's longer side
SMALLEST = 9  # pixels
SQUARE = 1.25  # the longer side ÷ the shorter
SIDE_SHARE = 0.85  # of each side of the square that must be drawn
BORDER_SHARE = 0.2  # of the square's size, on each side, which its border may take
ROUND_BORDER = 0.3  # of a ring's size, on each side, to exclude the ring from its inside
MARKED_SHARE = 0.05  # of the inside: more ink is a tick or a cross
SOLID_SHARE = 0.9  # of the inside: more ink is a bullet, unless there are checkboxes of its size
ALIKE = 0.15  # of the size
APART, CLOSE_APART = 0.25, 0.1  # of a checkbox's width: the blank between it and a word
PARTED = 2.0  # letters: how much farther from the checkbox a possible word end may be than another
ON_CHECKBOX = 0.5  # of a word's area; with this much on a checkbox, the word is the OCR's reading of it
SYMBOLS = frozenset("□☐☑☒✓✔○●◯◎⊙■")
READ_AS = SYMBOLS | frozenset("OoXxDVv0[]")  # what OCR reads for a checkbox; around any other text it is a letter
SQUARE_CAPITALS = frozenset("BDGHOQR08")  # which have four sides in small or bold text
SQUARE_LETTERS = SQUARE_CAPITALS | frozenset("acegmnopqrsuvwxyzäöü69%&@#$€")
NARROW_LETTERS = "Iijlt1.,:;'|"  # with one of these before it, a letter is still at the word's edge
HIGH_LETTERS = frozenset("bdfhkl")  # as high as a capital
ROUND = 1.15  # the longer side ÷ the shorter, of a radio button
ROUND_SHARE = 0.85  # of the area of the circle with its perimeter; an O is narrower
ABOVE_LETTERS = 1.1  # times the height of the word next to it; a lower square may be one of its letters
AS_HIGH_AS_PRINT = 1.05  # times the text's height; anything lower is a letter O
CONFIDENCE = 90.0


@dataclass(frozen=True, slots=True)
class Selection:
    """A checkbox. Confidence is 0–100."""

    box: Box
    is_selected: bool
    confidence: float


def find_selections(ink: GrayImage, words: Sequence[Word]) -> list[Selection]:
    """The page's checkboxes and radio buttons, from the top down."""
    height = float(np.median([word.print_height for word in words])) if words else 0.0
    squares = _squares(ink)
    rings = list(_rings(ink, AS_HIGH_AS_PRINT * height))
    found = [(square, True) for square in squares]
    found += [(ring, False) for ring in rings if not any(square.shared_area(ring) for square in squares)]
    sides = (
        np.array([(word.box.left, word.box.top, word.box.right, word.box.bottom) for word in words]).reshape(-1, 4).T
    )
    free = [
        box
        for box, is_square in found
        if not any(_is_letter_of(words[at], box, ink, may_stand_close=is_square) for at in _holding(sides, box))
    ]
    shares = {box: _inside_share(_cut(ink, box), ROUND_BORDER if box in rings else BORDER_SHARE) for box in free}
    sizes = [box.width for box, share in shares.items() if share < SOLID_SHARE]
    return [
        Selection(box, share > MARKED_SHARE, CONFIDENCE)
        for box, share in sorted(shares.items(), key=lambda item: item[0].top)
        if share < SOLID_SHARE or box in rings or any(abs(size - box.width) <= ALIKE * size for size in sizes)
    ]


def _holding(sides: NDArray[np.float64], box: Box) -> list[int]:
    """Which words contain the box's middle; the words are four rows: lefts, tops, rights, and bottoms."""
    (lefts, tops, rights, bottoms), (x, y) = sides, box.center
    return np.flatnonzero((lefts <= x) & (x < rights) & (tops <= y) & (y < bottoms)).tolist()


def stands_alone(selection: Selection, words: Sequence[Word]) -> bool:
    """Whether no word is close to the checkbox in its row, as in a table of answers."""
    room = selection.box.grown(selection.box.width)
    return not any(word.box.shared_area(room) for word in words)


def parted_at_mark(word: Word, selections: Sequence[Selection]) -> list[Word]:
    """The word in two, if the OCR joined the words before and after a checkbox: `terms:Prepaid`."""
    box, text = word.box, word.text
    for mark in (selection.box for selection in selections):
        is_within = box.left + mark.width / 2 < mark.left and mark.right < box.right - mark.width / 2
        if is_within and box.holds_center_of(mark) and len(text) > 1:
            guess = len(text) * (mark.left - box.left) / (box.width - mark.width)
            at = min(range(1, len(text)), key=lambda place: abs(place - guess) - PARTED * _may_part(text, place))
            before = replace(word, text=text[:at], box=Box(box.left, box.top, mark.left, box.bottom))
            after = replace(word, text=text[at:], box=Box(mark.right, box.top, box.right, box.bottom))
            return [before, *parted_at_mark(after, selections)]
    return [word]


def _may_part(text: str, place: int) -> bool:
    """Whether one word may end before this letter and another start with it."""
    before, after = text[place - 1], text[place]
    return not before.isalnum() or (before.islower() and after.isupper())


def without_mark(word: Word, selections: Sequence[Selection]) -> Word | None:
    """The word without what the OCR read for a checkbox next to or in it; None if nothing is left."""
    on = [selection.box for selection in selections if selection.box.shared_area(word.box) > 0]
    if sum(box.shared_area(word.box) for box in on) >= ON_CHECKBOX * word.box.area:
        return None
    text, left, right = word.text, word.box.left, word.box.right
    for box in on:
        if box.center[0] < word.box.center[0]:
            left = max(left, box.right)
            text = text[1:] if _begins_with_mark(text) else text
        else:
            right = min(right, box.left)
            text = text[:-1] if text[-1] in SYMBOLS else text
    return replace(word, text=text, box=Box(left, word.box.top, right, word.box.bottom))


def _squares(ink: GrayImage) -> list[Box]:
    """Areas the size of a checkbox with four straight sides."""
    smallest = max(SMALLEST, round(max(ink.shape) * SMALLEST_SHARE))
    largest = max(ink.shape) * LARGEST_SHARE
    stroke = max(3, smallest - 2)
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((stroke, 1), np.uint8))
    straight = np.asarray(cv2.bitwise_or(level, upright), dtype=np.uint8)  # ticks and crosses are not, squares are
    pieces = np.array(pieces_of(straight), np.intp).reshape(-1, 4)
    shorter, longer = pieces[:, 2:].min(axis=1), pieces[:, 2:].max(axis=1)
    pieces = pieces[(shorter >= smallest) & (longer <= np.minimum(largest, SQUARE * shorter))]
    pieces[:, 2:] += pieces[:, :2]
    return [Box(*map(float, piece)) for piece in pieces[_with_four_sides(straight, pieces)].tolist()]


def _rings(ink: GrayImage, least: float) -> Iterator[Box]:
    """Round hollow shapes the size of a radio button, at least this many pixels high and wide."""
    smallest = max(SMALLEST, round(max(ink.shape) * SMALLEST_SHARE), least)
    largest = max(ink.shape) * LARGEST_SHARE
    contours, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, hole, parent) in zip(contours, hierarchy[0].tolist() if contours else (), strict=True):
        if parent >= 0 or hole < 0:
            continue
        left, top, width, height = cv2.boundingRect(contour)
        shorter, longer = sorted((width, height))
        if shorter < smallest or longer > min(largest, ROUND * shorter):
            continue
        perimeter = cv2.arcLength(contour, closed=True)
        if cv2.contourArea(contour) >= ROUND_SHARE * perimeter**2 / (4 * math.pi):
            yield Box(left, top, left + width, top + height)


def _cut(image: GrayImage, box: Box) -> GrayImage:
    return image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


def _is_letter_of(word: Word, box: Box, ink: GrayImage, *, may_stand_close: bool) -> bool:
    """Whether the box is part of the word, not a checkbox that the OCR took for one of its letters."""
    if READ_AS.issuperset(word.text):
        return False
    is_first = box.left <= word.box.left + box.width / 2
    is_last = box.right >= word.box.right - box.width / 2
    is_higher = box.height >= ABOVE_LETTERS * (_height_beside(ink, box, word.box) or box.height)
    letters = _letters_at(word, box)
    is_other = SQUARE_LETTERS.isdisjoint(letters) or (is_higher and not _may_be_capital(letters, word.text))
    is_large = may_stand_close and is_other
    apart = box.width * (CLOSE_APART if is_large else APART)
    is_free_after = _is_blank(ink, box, box.right + 1, min(word.box.right, box.right + 1 + apart))
    is_free_before = _is_blank(ink, box, max(word.box.left, box.left - 1 - apart), box.left - 1)
    if is_first or is_last:
        before = is_first and (is_large or _begins_with_mark(word.text))
        after = is_last and (is_large or word.text[-1] in SYMBOLS)
        return not ((before and is_free_after) or (after and is_free_before))
    sides = (Box(word.box.left, box.top, box.left, box.bottom), Box(box.right, box.top, word.box.right, box.bottom))
    is_between = is_free_before and is_free_after and all(_cut(ink, side).any() for side in sides)
    return not (is_large and is_between)


def _letters_at(word: Word, box: Box) -> str:
    """What was read at the box: the first or last broad letter, or three letters around its position."""
    if box.left <= word.box.left + box.width / 2:
        return word.text.lstrip(NARROW_LETTERS)[:1]
    if box.right >= word.box.right - box.width / 2:
        return word.text.rstrip(NARROW_LETTERS)[-1:]
    place = int(len(word.text) * (box.center[0] - word.box.left) / word.box.width)
    return word.text[max(0, place - 1) : place + 2]


def _may_be_capital(letters: str, text: str) -> bool:
    """Whether the letters include a square capital, and no other letter of the word is as high."""
    return not SQUARE_CAPITALS.isdisjoint(letters) and HIGH_LETTERS.isdisjoint(text)


def _begins_with_mark(text: str) -> bool:
    """Whether the text may be a checkbox and a word run together: `□Yes`, `OYes`, but not `Only`."""
    return text[0] in SYMBOLS or (len(text) > 1 and text[0] in READ_AS and not text[1].islower())


def _height_beside(ink: GrayImage, box: Box, word: Box) -> int:
    """In how many of the box's rows the word has ink outside the box."""
    area = _cut(ink, Box(word.left, box.top, word.right, box.bottom)).copy()
    area[:, max(0, int(box.left - word.left) - 1) : max(0, int(box.right - word.left) + 2)] = 0
    return int(np.count_nonzero(area.any(axis=1)))


def _is_blank(ink: GrayImage, box: Box, left: float, right: float) -> bool:
    """Whether the area next to a box, between these columns, is blank."""
    return not _cut(ink, Box(left, box.top, right, box.bottom)).any()


def _with_four_sides(drawn: GrayImage, boxes: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each box (left, top, right, bottom): whether a line runs along each of its sides."""
    sums = cv2.integral(drawn & 1)  # for thousands of letters, one by one takes four times as long
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    border = np.maximum(1, np.round(np.minimum(width, height) * BORDER_SHARE))
    has_side = np.zeros((4, len(boxes)), bool)
    for depth in range(int(border.max(initial=0))):
        rows, columns = (top + depth, bottom - depth - 1), (left + depth, right - depth - 1)
        lines = [
            *(
                (sums[row + 1, right] - sums[row + 1, left] - sums[row, right] + sums[row, left]) / width
                for row in rows
            ),
            *((sums[bottom, at + 1] - sums[top, at + 1] - sums[bottom, at] + sums[top, at]) / height for at in columns),
        ]
        has_side |= (np.array(lines) >= SIDE_SHARE) & (depth < border)
    return np.asarray(has_side.all(axis=0))


def _inside_share(square: GrayImage, border_share: float) -> float:
    """The share of ink inside the border (0–1)."""
    border = max(2, round(min(square.shape) * border_share))
    inside = square[border:-border, border:-border]
    return float((inside > 0).mean()) if inside.size else 0.0
