"""Put the marks of a page's checkboxes, `[x]` and `[ ]`, among its lines in reading order. Pure.

Textract's lines consist of words alone. A checkbox belongs to the nearest word beside it, before or after the word as
it stands on the page. One that is far from all words, or alone in its cell, becomes a part of their row; those without
words beside them become a row.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from textract_pipeline.response.page import Box, Cell, Line, Selection, Word
from textract_pipeline.response.reading_order import TEXT, Region, Row

_BESIDE = 0.6  # of the higher one's height, by which the middles of a checkbox and a word may differ
_NEAR = 3.0  # widths of a checkbox
_BEFORE = 2.0  # a word before a checkbox counts as so much farther, as most forms have the label after it


def with_checkboxes(regions: Sequence[Region], selections: Iterable[Selection]) -> list[Region]:
    """The regions with the marks of these checkboxes in their lines."""
    found = sorted(selections, key=lambda selection: (selection.box.top, selection.box.left))
    if not found:
        return list(regions)
    rows = _Rows(regions)
    for selection in found:
        rows.place(selection)
    return rows.regions()


class _Spot(NamedTuple):
    """A word, or a line without words, with the row, the line in it, and the word in the line."""

    middle: float  # from the top, on the upright page
    box: Box
    angle: int
    row: int
    line: int
    word: int


class _Rows:
    """The rows of all regions, to which checkboxes are added."""

    def __init__(self, regions: Sequence[Region]) -> None:
        self._regions = regions
        self._alone = {id(mark) for cell in _cells(regions) if not cell.words for mark in cell.selections}
        self._rows = [row for region in regions for row in region.rows]
        self._places = [place for region in regions for place in _places(region)]
        self._in_lines: dict[tuple[int, int], list[tuple[int, Selection]]] = {}  # before which word
        self._in_rows: dict[int, list[tuple[int, Selection]]] = {}  # before which line
        self._after_rows: dict[int, list[Row]] = {}
        self._spots: dict[int, list[_Spot]] = {}  # by angle
        for number, row in enumerate(self._rows):
            for at, line in enumerate(row):
                self._spots.setdefault(line.angle, []).extend(_spots(line, number, at))
        self._highest = {angle: max(spot.box.height for spot in spots) for angle, spots in self._spots.items()}
        for spots in self._spots.values():
            spots.sort(key=itemgetter(0))

    def place(self, selection: Selection) -> None:
        """Add a checkbox to the line, the row, or the rows that it belongs to."""
        spot = self._nearest(selection)
        if spot is None:
            self._add_row(selection)
            return
        box = selection.box.turned_upright(spot.angle)
        is_after = box.left + box.width / 2 > spot.box.left + spot.box.width / 2
        if id(selection) not in self._alone and _gap(box, spot.box) <= _NEAR * box.width:
            self._in_lines.setdefault((spot.row, spot.line), []).append((spot.word + is_after, selection))
        else:
            self._in_rows.setdefault(spot.row, []).append((spot.line + is_after, selection))

    def regions(self) -> list[Region]:
        """The regions with their checkboxes."""
        first = self._after_rows.get(-1, [])
        marked: list[Region] = []
        number = 0
        for region in self._regions:
            rows: list[Row] = []
            for _ in region.rows:
                rows.append(self._marked(number))
                rows += self._after_rows.get(number, [])
                number += 1
            marked.append(region._replace(rows=rows))
        return [Region(TEXT, first), *marked] if first else marked

    def _marked(self, number: int) -> Row:
        row = [_with_marks(line, self._in_lines.get((number, at), ())) for at, line in enumerate(self._rows[number])]
        for at, selection in sorted(self._in_rows.get(number, ()), key=_place, reverse=True):
            row.insert(at, _alone(selection))
        return row

    def _add_row(self, selection: Selection) -> None:
        """Add a checkbox to a row of checkboxes."""
        rows = self._after_rows.setdefault(self._row_above(selection), [])
        for row in rows:
            if _are_beside(row[0].box, selection.box):
                row.append(_alone(selection))
                row.sort(key=lambda line: line.box.left)
                return
        rows.append([_alone(selection)])

    def _nearest(self, selection: Selection) -> _Spot | None:
        """The nearest word beside a checkbox, of those that run in any direction."""
        beside: list[tuple[float, _Spot]] = []
        for angle, spots in self._spots.items():
            box = selection.box.turned_upright(angle)
            middle = box.top + box.height / 2
            reach = _BESIDE * max(box.height, self._highest[angle])
            start = bisect_left(spots, middle - reach, key=itemgetter(0))
            end = bisect_right(spots, middle + reach, key=itemgetter(0))
            beside += [
                (_gap(box, spot.box) * (_BEFORE if spot.box.left < box.left else 1), spot)
                for spot in spots[start:end]
                if _are_beside(spot.box, box)
            ]
        return min(beside, default=(0.0, None), key=itemgetter(0))[1]

    def _row_above(self, selection: Selection) -> int:
        """The number of the lowest row above a checkbox, preferably in a region around it; -1 if there is none."""
        box = selection.box
        above = [
            (region.left < box.right and box.left < region.right, bottom, number)
            for number, (region, bottom) in enumerate(self._places)
            if bottom <= box.bottom
        ]
        return max(above)[2] if above else -1


def _spots(line: Line, row: int, at: int) -> Iterable[_Spot]:
    parts: Sequence[Word | Line] = line.words or (line,)
    for number, part in enumerate(parts):
        box = part.box.turned_upright(line.angle)
        yield _Spot(box.top + box.height / 2, box, line.angle, row, at, number)


def _cells(regions: Iterable[Region]) -> Iterable[Cell]:
    return (cell for region in regions if region.table for cell in region.table.cells)


def _places(region: Region) -> list[tuple[Box, float]]:
    """For each row, the box of the region, and the row's bottom."""
    whole = Box.around(line.box for row in region.rows for line in row)
    return [(whole, max(line.box.bottom for line in row)) for row in region.rows]


def _are_beside(first: Box, second: Box) -> bool:
    middles = first.top + first.height / 2, second.top + second.height / 2
    return abs(middles[0] - middles[1]) <= _BESIDE * max(first.height, second.height)


def _gap(first: Box, second: Box) -> float:
    """How far apart two boxes are, from left to right."""
    return max(first.left - second.right, second.left - first.right, 0.0)


def _place(placed: tuple[int, Selection]) -> tuple[int, float, float]:
    at, selection = placed
    return at, selection.box.left, selection.box.top


def _with_marks(line: Line, placed: Sequence[tuple[int, Selection]]) -> Line:
    """The line with marks before these words; around its text, if the text has more than the words."""
    if not placed:
        return line
    texts = [word.text for word in line.words]
    whole = " ".join(texts) == line.text
    if not whole:
        texts = [line.text]
    for at, selection in sorted(placed, key=_place, reverse=True):
        texts.insert(at if whole else min(at, 1), selection.mark)
    return line._replace(
        text=" ".join(texts), selections=tuple(selection for _, selection in sorted(placed, key=_place))
    )


def _alone(selection: Selection) -> Line:
    return Line(selection.mark, selection.box, selection.confidence, selections=(selection,))
