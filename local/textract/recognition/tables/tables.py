"""All tables of a page, ruled and borderless, with the words in their cells."""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import lines_of, rows_of
from local.textract.recognition.page.rules import Rules
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.borderless import BorderlessGrid, find_borderless
from local.textract.recognition.tables.columns import are_records, row_edges, rows_of_cells
from local.textract.recognition.tables.ruled import Grid, find_ruled

DRAWN_CONFIDENCE = 95.0  # when all of a table's sides are drawn
ALIGNED_CONFIDENCE = 75.0  # when none is
SUMMARY = re.compile(
    r"((grand|sub) ?)?totals?\b|(balance|amount|total) due\b|(net|gross) (pay|amount)\b", re.IGNORECASE
)
LEAST_LISTED, LISTED_SHARE = 3, 0.75  # rows that a cell spans, and the share of them with their own line of text
THINNEST_ROW = 0.9  # of the usual height of a word


@dataclass(frozen=True, slots=True)
class Cell:
    """One or more positions of a table's grid that no rule separates; rows and columns count from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def is_merged(self) -> bool:
        """Whether it covers several positions."""
        return self.row_span * self.column_span > 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table, ruled or borderless. The edges of its rows and columns are in pixels; `header_row` is 0 without one."""

    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]
    cells: tuple[Cell, ...]
    header_row: int
    confidence: float  # 0–100: how much of its grid is drawn; fixed if it is borderless

    @property
    def box(self) -> Box:
        """Around all cells."""
        return Box(self.column_edges[0], self.row_edges[0], self.column_edges[-1], self.row_edges[-1])

    @property
    def column_count(self) -> int:
        """Columns of the grid."""
        return len(self.column_edges) - 1

    def box_at(self, row: int, column: int) -> Box:
        """One position of the grid."""
        (left, right), (top, bottom) = self.column_edges[column - 1 : column + 1], self.row_edges[row - 1 : row + 1]
        return Box(left, top, right, bottom)

    def sides(self) -> Iterator[Box]:
        """The left and right sides of the cells, which separate their words."""
        for cell in self.cells:
            for x in (cell.box.left, cell.box.right):
                yield Box(x, cell.box.top, x, cell.box.bottom)

    @property
    def summary_rows(self) -> set[int]:
        """The rows that sum up others."""
        first = [next((cell for cell in row if cell.words), None) for row in self.rows()]
        return {cell.row for cell in first if cell and SUMMARY.match(cell.text)}

    def rows(self) -> Iterator[list[Cell]]:
        """The cells that start in each row, from the left."""
        for row in range(1, len(self.row_edges)):
            yield [cell for cell in self.cells if cell.row == row]


def find_tables(rules: Rules, words: Sequence[Word], marks: Sequence[Box] = ()) -> list[Table]:
    """The tables with text in them, from the top down, with at least two rows and two columns.

    `marks` are things other than text that are alone in cells: checkboxes.
    """
    tables = []
    for ruled in find_ruled(rules):
        grid = _with_listed_rows(_with_written_rows(_without_thin_rows(ruled, words), words), words)
        if len(grid.row_edges) > 2 and len(grid.column_edges) > 2:  # noqa: PLR2004 - edges, of which there is one more
            cells = tuple(_cells(grid, words))
            if sum(bool(cell.words) for cell in cells) > 1:
                confidence = DRAWN_CONFIDENCE * _drawn_share(grid)
                tables.append(Table(grid.row_edges, grid.column_edges, cells, _header_row(cells), confidence))
    free = [word for word in words if not any(table.box.holds_center_of(word.box) for table in tables)]
    standing_in = [Word("0", box, 0.0) for box in marks if not any(table.box.holds_center_of(box) for table in tables)]
    tables += [_aligned_table(grid, free) for grid in find_borderless([*free, *standing_in], rules)]
    return sorted(tables, key=lambda table: table.box.top)


def find_boxes(rules: Rules) -> Iterator[Box]:
    """The areas enclosed by rules on all sides, each compartment separately, including those of tables."""
    for grid in find_ruled(rules):
        for row, column, row_span, column_span in grid.spans():
            yield _box_of(grid, row, column, row_span, column_span)


def _without_thin_rows(grid: Grid, words: Sequence[Word]) -> Grid:
    """The grid without rows that are too low for text, as between the two edges of a thick rule or a fill."""
    least = THINNEST_ROW * median(word.print_height for word in words) if words else 0.0
    edges = [grid.row_edges[0]]
    for edge in grid.row_edges[1:]:
        if edge - edges[-1] >= least:
            edges.append(edge)
    return Grid(grid.rules, tuple(edges), grid.column_edges)


def _with_written_rows(grid: Grid, words: Sequence[Word]) -> Grid:
    """The grid with its rows split where several rows of text are between two rules."""
    edges, added = grid.column_edges, list[Box]()
    for top, bottom in pairwise(grid.row_edges):
        area = Box(edges[0], top, edges[-1], bottom)
        inside = [word for word in words if area.holds_center_of(word.box)]
        rows = rows_of_cells(rows_of(inside), edges) if inside else []
        if len(rows) > 1 and are_records(rows, edges):
            added += [Box(area.left, y, area.right, y) for y in row_edges(rows, top, bottom)[1:-1]]
    if not added:
        return grid
    rules = Rules((*grid.rules.horizontal, *added), grid.rules.vertical)
    return Grid(rules, tuple(sorted([*grid.row_edges, *(rule.top for rule in added)])), edges)


def _with_listed_rows(grid: Grid, words: Sequence[Word]) -> Grid:
    """The grid with rows split on an open side where nearly each has a line of text, such as names before boxes."""
    added = list[Box]()
    for row, column, row_span, column_span in grid.spans():
        is_open = not (grid.is_closed_beside(row, column - 1) and grid.is_closed_beside(row, column + column_span - 1))
        if row_span >= LEAST_LISTED and is_open:
            area = _box_of(grid, row, column, row_span, column_span)
            edges = grid.row_edges[row : row + row_span + 1]
            lines = rows_of([word for word in words if area.holds_center_of(word.box)])
            centers = [Box.around(word.box for word in line).center[1] for line in lines]
            places = sum(any(top <= y < bottom for y in centers) for top, bottom in pairwise(edges))
            if len(lines) == places >= LISTED_SHARE * row_span:
                added += [Box(area.left, y, area.right, y) for y in edges[1:-1]]
    rules = Rules((*grid.rules.horizontal, *added), grid.rules.vertical)
    return Grid(rules, grid.row_edges, grid.column_edges) if added else grid


def _aligned_table(grid: BorderlessGrid, words: Sequence[Word]) -> Table:
    cells = []
    for row, (top, bottom) in enumerate(pairwise(grid.row_edges), start=1):
        level = [word for word in words if top <= word.box.center[1] < bottom]
        for column, (left, right) in enumerate(pairwise(grid.column_edges), start=1):
            box = Box(left, top, right, bottom)
            inside = in_reading_order(word for word in level if box.holds_center_of(word.box))
            cells.append(Cell(row, column, 1, 1, box, inside))
    return Table(grid.row_edges, grid.column_edges, tuple(cells), _header_row(cells), ALIGNED_CONFIDENCE)


def _cells(grid: Grid, words: Sequence[Word]) -> Iterator[Cell]:
    by_row = defaultdict[int, list[Word]](list)
    for word in words:
        by_row[bisect(grid.row_edges, word.box.center[1]) - 1].append(word)
    for row, column, row_span, column_span in grid.spans():
        box = _box_of(grid, row, column, row_span, column_span)
        near = (word for at in range(row, row + row_span) for word in by_row[at])
        inside = in_reading_order(word for word in near if box.holds_center_of(word.box))
        yield Cell(row + 1, column + 1, row_span, column_span, box, inside)


def _box_of(grid: Grid, row: int, column: int, row_span: int, column_span: int) -> Box:
    left, right = grid.column_edges[column], grid.column_edges[column + column_span]
    return Box(left, grid.row_edges[row], right, grid.row_edges[row + row_span])


def in_reading_order(words: Iterable[Word]) -> tuple[Word, ...]:
    """The words line by line."""
    return tuple(word for line in lines_of(words) for word in line.words)


def _header_row(cells: Sequence[Cell]) -> int:
    """The first row without merged cells in which all cells are names, with numbers below; else 0.

    With three columns or more, names may contain numbers, as in `Cell 1`.
    """
    merged = {cell.row for cell in cells if cell.is_merged}
    first = min((cell.row for cell in cells if cell.row not in merged), default=0)
    heads = [cell.text for cell in cells if cell.row == first]
    below = [cell.text for cell in cells if cell.row > first]
    is_wide = len(heads) > 2  # noqa: PLR2004 - names and values
    named = all(text and (text[0].isalpha() if is_wide else not _has_digit(text)) for text in heads)
    return first if named and any(_has_digit(text) for text in below) else 0


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _drawn_share(grid: Grid) -> float:
    """The drawn share (0–1) of the cells' sides; merged cells count as one."""
    shares = []
    last_row, last_column = len(grid.row_edges) - 2, len(grid.column_edges) - 2
    for row, column, row_span, column_span in grid.spans():
        bottom, right = row + row_span - 1, column + column_span - 1
        if bottom < last_row:
            shares += [grid.drawn_below(bottom, at) for at in range(column, right + 1)]
        if right < last_column:
            shares += [grid.drawn_beside(at, right) for at in range(row, bottom + 1)]
    return min(1.0, sum(shares) / len(shares)) if shares else 0.0
