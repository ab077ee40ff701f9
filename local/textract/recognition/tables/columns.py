"""The columns and rows of a table, from the positions of its words.

Columns are separated where almost all rows leave a corridor blank; lines that only continue cells are not rows.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.words import Word

CORRIDOR = 0.35  # line heights; the narrowest blank between columns
CLEAR_GAP = 0.9  # line heights; the blank between columns is this wide at least once
CONTINUED = 0.75  # of the usual gap between rows; closer lines are in one row
CROSSED = 0.2  # of the rows may cross a corridor, as a merged cell does
PARTED = 0.4  # of the rows have text on both sides of a corridor
NUMBER = re.compile(r"[-+($€£¥#]*\d[\d.,:/%\-)*]*[A-Z%]?|[$€£¥-]")
MARGIN = 0.3  # line heights around the text of a table


def is_number(text: str) -> bool:
    """Whether a word is a number, an amount, a date, or the sign before one."""
    return bool(NUMBER.fullmatch(text))


def is_numeric(words: Sequence[Word]) -> bool:
    """Whether at least half of the words are numbers, as in `January 25, 2016` or `$19.99 each`."""
    return 2 * sum(is_number(word.text) for word in words) >= len(words)


def _is_number_alone(words: Sequence[Word]) -> bool:
    """Whether most words are numbers: `14 Other` is a name."""
    return 2 * sum(is_number(word.text) for word in words) > len(words)


def column_edges(rows: Sequence[Sequence[Word]], blank: float) -> tuple[float, ...]:
    """The outer edges, and the middle of each corridor between columns; `blank` is the widest gap within a cell."""
    boxes = [[word.box for word in sorted(row, key=lambda word: word.box.left)] for row in rows]
    every = Box.around(box for row in boxes for box in row)
    height = median(box.height for row in boxes for box in row)
    inner = [(start + end) / 2 for start, end in _corridors(boxes, height)]
    edges = [every.left - MARGIN * height, *inner, every.right + MARGIN * height]
    return tuple(_without_halves(edges, boxes, blank))


def _without_halves(edges: list[float], rows: Sequence[Sequence[Box]], blank: float) -> list[float]:
    """The edges, without those of columns that never have separate text."""
    for column in range(len(edges) - 1):
        joins = [_joined_sides(row, edges[column], edges[column + 1], blank) for row in rows]
        sides = [side for side in joins if side is not None]
        if sides and all(left or right for left, right in sides):
            to_left = sum(left for left, _ in sides) > sum(right for _, right in sides)
            edge = column if to_left else column + 1
            if 0 < edge < len(edges) - 1:
                return _without_halves(edges[:edge] + edges[edge + 1 :], rows, blank)
    return edges


def _joined_sides(row: Sequence[Box], left: float, right: float, blank: float) -> tuple[bool, bool] | None:
    """Whether a row's text in a column is joined to the text to its left and right; None if it has none."""
    inside = [box for box in row if left <= box.center[0] < right]
    if not inside:
        return None
    start, end = inside[0].left, inside[-1].right
    before = max((box.right for box in row if box.center[0] < left), default=float("-inf"))
    after = min((box.left for box in row if box.center[0] >= right), default=float("inf"))
    return start - before < blank, after - end < blank


def _corridors(rows: Sequence[Sequence[Box]], height: float) -> list[tuple[float, float]]:
    """The horizontal ranges that are blank in almost all rows and separate text in enough of them."""
    edges = sorted({edge for row in rows for box in row for edge in (box.left, box.right)})
    blank = [
        (left, right)
        for left, right in pairwise(edges)
        if sum(any(box.left < right and left < box.right for box in row) for row in rows) <= CROSSED * len(rows)
    ]
    merged: list[tuple[float, float]] = []
    for left, right in blank:
        if merged and merged[-1][1] == left:
            merged[-1] = (merged[-1][0], right)
        else:
            merged.append((left, right))
    clear = (part for corridor in merged for part in _around_contents(corridor, rows))
    return [corridor for corridor in clear if _parts_columns(corridor, rows, height)]


def _around_contents(corridor: tuple[float, float], rows: Sequence[Sequence[Box]]) -> Iterator[tuple[float, float]]:
    """The corridor, split by the text that a few rows have in it: a mostly empty column."""
    start, end = corridor
    for box in sorted((box for row in rows for box in row), key=lambda box: box.left):
        if corridor[0] <= box.left and box.right <= corridor[1]:
            if box.left > start:
                yield start, box.left
            start = max(start, box.right)
    yield start, end


def _parts_columns(corridor: tuple[float, float], rows: Sequence[Sequence[Box]], height: float) -> bool:
    middle = sum(corridor) / 2
    if corridor[1] - corridor[0] < CORRIDOR * height:
        return False
    gaps = [
        min(box.left for box in row if box.left >= middle) - max(box.right for box in row if box.right <= middle)
        for row in rows
        if any(box.left >= middle for box in row) and any(box.right <= middle for box in row)
    ]
    return len(gaps) >= PARTED * len(rows) and max(gaps) >= CLEAR_GAP * height


def row_edges(rows: Sequence[Sequence[Word]], top: float, bottom: float) -> tuple[float, ...]:
    """The edges from `top` to `bottom`, with one halfway between each two rows."""
    boxes = [Box.around(word.box for word in row) for row in rows]
    return (top, *((above.bottom + below.top) / 2 for above, below in pairwise(boxes)), bottom)


def rows_of_cells(rows: Sequence[Sequence[Word]], edges: Sequence[float]) -> list[list[Word]]:
    """The rows, each with the lines that continue its cells: these are closer, and fill fewer cells without numbers.

    A header may start above: a first line with fewer cells than the second belongs to it.
    """
    closest = _usual_gap(rows, edges)
    joined: list[list[Word]] = []
    for row in rows:
        is_close = bool(joined) and _gap(joined[-1], row) < closest
        if is_close and _is_text(row, edges) and filled_columns(row, edges) < filled_columns(joined[-1], edges):
            joined[-1] += row
        elif is_close and len(joined) == 1 and _is_upper_part(joined[0], row, edges):
            joined[0] += row
        else:
            joined.append(list(row))
    return joined


def are_records(rows: Sequence[Sequence[Word]], edges: Sequence[float]) -> bool:
    """Whether each row fills several columns, and all rows share one column of numbers."""
    cells = [_cells(row, edges) for row in rows]
    numbers = [{column for column, words in row.items() if _is_number_alone(words)} for row in cells]
    return all(len(row) > 1 for row in cells) and bool(set.intersection(*numbers))


def _usual_gap(rows: Sequence[Sequence[Word]], edges: Sequence[float]) -> float:
    """The smallest gap between the table's rows: slightly less than above the rows with several cells."""
    gaps = [_gap(above, row) for above, row in pairwise(rows) if len(filled_columns(row, edges)) > 1]
    height = median(word.print_height for row in rows for word in row)
    return min(CLEAR_GAP * height, CONTINUED * median(gaps[1:] or gaps)) if gaps else CLEAR_GAP * height


def _gap(above: Sequence[Word], row: Sequence[Word]) -> float:
    return median(word.box.top for word in row) - median(word.box.bottom for word in above)


def _has_number(words: Iterable[Word]) -> bool:
    return any(is_number(word.text) for word in words)


def _is_text(row: Sequence[Word], edges: Sequence[float]) -> bool:
    """Whether a line has no numbers, or only within the text of one cell other than the first, which names the row."""
    return not _has_number(row) or (
        not is_numeric(row) and len(columns := filled_columns(row, edges)) == 1 and 0 not in columns
    )


def _is_upper_part(above: Sequence[Word], row: Sequence[Word], edges: Sequence[float]) -> bool:
    """Whether a header's first line is above the second, which has more cells and no numbers."""
    return filled_columns(above, edges) < filled_columns(row, edges) and not _has_number([*above, *row])


def filled_columns(row: Iterable[Word], edges: Sequence[float]) -> set[int]:
    """The columns, from 0, in which a row has text."""
    return set(_cells(row, edges))


def _cells(row: Iterable[Word], edges: Sequence[float]) -> dict[int, list[Word]]:
    """The words of a row by their column, from 0."""
    cells = defaultdict[int, list[Word]](list)
    for word in row:
        for column, (left, right) in enumerate(pairwise(edges)):
            if left <= word.box.center[0] < right:
                cells[column].append(word)
    return cells
