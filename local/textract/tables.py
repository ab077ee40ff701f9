"""Step 3 of recognition: ruled tables, from the rules drawn on the page and the words between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from local.textract.page import Box, Image, Word

_MIN_RULE = 40  # pixels; letters' strokes are shorter
_SAME_RULE = 12  # pixels within which two strokes are one rule
_DRAWN_SHARE = 0.6  # of an edge of a cell, for it to count as drawn
_WHOLE = 0.9  # of the lowest row, which the rule between two columns spans; letters add up to less
_MIN_CELL = 8  # pixels
_THIN = 0.5  # of the typical row or column that holds words

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: where it is in the grid (rows and columns from 1) and on the page, and the words in it."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; cells row by row."""

    box: Box
    cells: tuple[Cell, ...]


def find_tables(image: Image, words: Sequence[Word]) -> list[Table]:
    """The ruled tables of at least two cells that hold words, from top to bottom."""
    horizontal, vertical = _rules(image)
    tables = [
        table
        for frame in _frames(horizontal | vertical)
        if (table := _table(frame, horizontal, vertical, words)) is not None
    ]
    return sorted(tables, key=lambda table: table.box.top)


def _rules(image: Image) -> tuple[Mask, Mask]:
    """Where a horizontal and where a vertical rule is, as masks of 0 and 255."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    across = cv2.getStructuringElement(cv2.MORPH_RECT, (_MIN_RULE, 1))
    down = cv2.getStructuringElement(cv2.MORPH_RECT, (1, _MIN_RULE // 2))
    horizontal = cv2.morphologyEx(ink, cv2.MORPH_OPEN, across)
    vertical = cv2.morphologyEx(ink, cv2.MORPH_OPEN, down)
    bridge = np.ones((3, 3), np.uint8)
    return cv2.dilate(horizontal, bridge).astype(np.uint8), cv2.dilate(vertical, bridge).astype(np.uint8)


def _frames(rules: Mask) -> Iterator[Box]:
    """The extent of each set of rules that touch each other."""
    count, _, statistics, _ = cv2.connectedComponentsWithStats(rules)
    for left, top, width, height, _ in statistics[1:count]:
        if width > _MIN_RULE and height > 2 * _MIN_CELL:
            yield Box(float(left), float(top), float(left + width), float(top + height))


def _table(frame: Box, horizontal: Mask, vertical: Mask, words: Sequence[Word]) -> Table | None:
    window = np.s_[int(frame.top) : int(frame.bottom), int(frame.left) : int(frame.right)]
    ys = [frame.top + y for y in _positions(horizontal[window].sum(axis=1, dtype=np.int64), _MIN_RULE)]
    lowest_row = min((lower - upper for upper, lower in pairwise(ys)), default=0.0)
    xs = [frame.left + x for x in _positions(vertical[window].sum(axis=0, dtype=np.int64), _WHOLE * lowest_row)]
    centers = [word.box.center for word in words if frame.contains(*word.box.center)]
    ys = _without_gaps(ys, [y for _, y in centers])
    xs = _without_gaps(xs, [x for x, _ in centers])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:  # noqa: PLR2004 - one cell is a frame, not a table
        return None
    cells = tuple(_cells(xs, ys, horizontal, vertical, words))
    return Table(frame, cells) if sum(bool(cell.words) for cell in cells) > 1 else None


def _positions(ink: npt.NDArray[np.int64], min_length: float) -> list[float]:
    """The middle of each rule of at least this length, from how much (times 255) is drawn at each position across."""
    groups: list[list[int]] = []
    for position in np.flatnonzero(ink):
        if groups and position - groups[-1][-1] <= _SAME_RULE:
            groups[-1].append(int(position))
        else:
            groups.append([int(position)])
    long_enough = [group for group in groups if ink[group].max() >= 255 * min_length]
    return [float(np.average(group, weights=ink[group])) for group in long_enough]


def _without_gaps(positions: list[float], centers: Sequence[float]) -> list[float]:
    """The rules less those that only make a thin empty strip: the second line of a double rule, or of a frame."""
    strips = list(pairwise(positions))
    filled = [end - start for start, end in strips if any(start < center < end for center in centers)]
    if not filled:
        return positions
    kept = positions[:1]
    for start, end in strips:
        is_empty = not any(start < center < end for center in centers)
        if not is_empty or end - start >= _THIN * median(filled):
            kept.append(end)
        elif len(kept) == 1:
            kept = [end]
    return kept


def _cells(xs: list[float], ys: list[float], horizontal: Mask, vertical: Mask, words: Sequence[Word]) -> Iterator[Cell]:
    """The cells of the grid; those between which no rule is drawn are one."""
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            last_column = column
            while last_column + 2 < len(xs) and not _is_drawn_down(vertical, xs[last_column + 1], ys[row], ys[row + 1]):
                last_column += 1
            last_row, left, right = row, xs[column], xs[last_column + 1]
            while last_row + 2 < len(ys) and not _is_drawn_across(horizontal, ys[last_row + 1], left, right):
                last_row += 1
            covered = {(r, c) for r in range(row, last_row + 1) for c in range(column, last_column + 1)}
            taken |= covered
            box = Box(left, ys[row], right, ys[last_row + 1])
            inside = tuple(word for word in words if box.contains(*word.box.center))
            yield Cell(row + 1, column + 1, last_row - row + 1, last_column - column + 1, box, inside)


def _is_drawn_down(vertical: Mask, x: float, top: float, bottom: float) -> bool:
    strip = vertical[int(top) + 2 : int(bottom) - 1, max(0, int(x) - _SAME_RULE) : int(x) + _SAME_RULE]
    return bool(strip.any(axis=1).mean() > _DRAWN_SHARE) if strip.size else True


def _is_drawn_across(horizontal: Mask, y: float, left: float, right: float) -> bool:
    strip = horizontal[max(0, int(y) - _SAME_RULE) : int(y) + _SAME_RULE, int(left) + 2 : int(right) - 1]
    return bool(strip.any(axis=0).mean() > _DRAWN_SHARE) if strip.size else True
