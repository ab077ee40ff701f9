"""Find the rules that form a grid, and the cells that they separate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.rules import Rules

TOUCHING = 8.0  # pixels; rules this close meet, and parallel ones are one
LONG_SHARE = 0.5  # of the grid's widest rule; a level rule this long separates rows even if it meets only one upright
NARROWEST_COLUMN = 15.0  # pixels
DRAWN_SHARE = 0.6  # of the side of a cell; this much must be drawn to separate it from its neighbor


@dataclass(frozen=True, slots=True)
class Grid:
    """Rules that cross each other, and the edges of the rows and columns that they make, in pixels."""

    rules: Rules
    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]

    def drawn_below(self, row: int, column: int) -> float:
        """The share (0–1) of the lower side of a position that is drawn; rows and columns count from 0."""
        left, right = self.column_edges[column : column + 2]
        edge = self.row_edges[row + 1]
        near = [rule for rule in self.rules.horizontal if abs(rule.center[1] - edge) <= TOUCHING]
        return max((min(rule.right, right) - max(rule.left, left) for rule in near), default=0.0) / (right - left)

    def drawn_beside(self, row: int, column: int) -> float:
        """The share (0–1) of the right side of a position that is drawn; rows and columns count from 0."""
        top, bottom = self.row_edges[row : row + 2]
        edge = self.column_edges[column + 1]
        near = [rule for rule in self.rules.vertical if abs(rule.center[0] - edge) <= TOUCHING]
        return max((min(rule.bottom, bottom) - max(rule.top, top) for rule in near), default=0.0) / (bottom - top)

    def is_closed_beside(self, row: int, column: int) -> bool:
        """Whether the right side of a position is drawn; the grid's left side is that of column -1."""
        return self.drawn_beside(row, column) >= DRAWN_SHARE

    def spans(self) -> Iterator[tuple[int, int, int, int]]:
        """Row, column, row span, column span of each cell, from 0; positions without a rule between are one cell."""
        rows, columns = len(self.row_edges) - 1, len(self.column_edges) - 1
        taken: set[tuple[int, int]] = set()
        for row in range(rows):
            for column in range(columns):
                if (row, column) in taken:
                    continue
                right, bottom = column + 1, row + 1
                while right < columns and (row, right) not in taken and not self.is_closed_beside(row, right - 1):
                    right += 1
                while bottom < rows and all(self._is_open_below(bottom - 1, at) for at in range(column, right)):
                    bottom += 1
                taken |= {(y, x) for y in range(row, bottom) for x in range(column, right)}
                yield row, column, bottom - row, right - column

    def _is_open_below(self, row: int, column: int) -> bool:
        return self.drawn_below(row, column) < DRAWN_SHARE


def find_ruled(rules: Rules) -> Iterator[Grid]:
    """Every group of rules that cross."""
    for group in _groups(_without_loose_ends(rules)):
        row_edges = _positions(rule.center[1] for rule in group.horizontal)
        yield Grid(group, tuple(row_edges), tuple(_column_edges(group)))


def _without_loose_ends(rules: Rules) -> Rules:
    """The rules that separate something: uprights between level rules, and level rules that meet an upright."""
    while True:
        vertical = tuple(rule for rule in rules.vertical if _count_met(rule, rules.horizontal) > 1)
        horizontal = tuple(rule for rule in rules.horizontal if _count_met(rule, vertical) > 0)
        kept = Rules(horizontal, vertical)
        if kept == rules:
            return kept
        rules = kept


def _groups(rules: Rules) -> Iterator[Rules]:
    """The groups of connected rules."""
    left = list(rules.horizontal)
    while left:
        horizontal, vertical = [left.pop(0)], list[Box]()
        for rule in horizontal:  # grows during the loop
            for upright in rules.vertical:
                if upright not in vertical and _meet(rule, upright):
                    vertical.append(upright)
                    horizontal += [other for other in left if _meet(other, upright)]
                    left = [other for other in left if other not in horizontal]
        shortest = LONG_SHARE * max(rule.width for rule in horizontal)
        parting = [rule for rule in horizontal if rule.width >= shortest or _count_met(rule, vertical) > 1]
        yield Rules(tuple(parting), tuple(vertical))


def _count_met(rule: Box, others: Iterable[Box]) -> int:
    return sum(_meet(rule, other) for other in others)


def _meet(rule: Box, other: Box) -> bool:
    return rule.shared_width(other) > -TOUCHING and rule.shared_height(other) > -TOUCHING


def _positions(centers: Iterable[float]) -> list[float]:
    """The positions of the rules; those drawn as one count once."""
    clusters: list[list[float]] = []
    for center in sorted(centers):
        if clusters and center - clusters[-1][-1] <= TOUCHING:
            clusters[-1].append(center)
        else:
            clusters.append([center])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _column_edges(group: Rules) -> list[float]:
    """Where columns start and end; on a side without an upright, where the level rules end."""
    edges = _positions(rule.center[0] for rule in group.vertical)
    left, right = min(rule.left for rule in group.horizontal), max(rule.right for rule in group.horizontal)
    if edges[0] - left > NARROWEST_COLUMN:
        edges.insert(0, left)
    if right - edges[-1] > NARROWEST_COLUMN:
        edges.append(right)
    return edges
