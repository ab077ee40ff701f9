"""The order in which a person reads the lines and tables of a page, from geometry alone. Pure.

A page is cut at its gutters: vertical strips that hardly any line crosses, with running text on both sides. The lines
that do cross one (a title, a table) divide the page into bands; in each band, the left column comes before the right.
Without a gutter, as in forms, lines are read row by row; a table is one piece, read after what is to its left.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from textract_pipeline.response.page import Box, Line, Table

_STEPS = 200  # positions across the page where a gutter is searched
_MIN_LINES_A_SIDE = 4
_MAX_CROSSING_SHARE = 0.2
_MIN_CHARACTERS = 18  # a column's typical line is running text, a form's or table's is not
_MIN_FILL = 0.6  # and nearly as long as the longest
_SAME_ROW = 0.5  # of the lower line's height
_MARGIN = 0.08  # of the page's height: headers are in the top margin, footers in the bottom one
_MARGIN_GAP = 1.0  # minimum line heights between a header or footer and the text


@dataclass(slots=True, eq=False)
class Piece:
    """A line or table, with its position on the upright page."""

    content: Line | Table
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Its vertical middle."""
        return (self.top + self.bottom) / 2

    @classmethod
    def at(cls, box: Box, content: Line | Table) -> "Piece":
        """The piece for a line or table that is here on the upright page."""
        return cls(content, box.left, box.top, box.left + box.width, box.top + box.height)


def read_pieces(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces, each once, in reading order; lines that are side by side, as in forms, make one row."""
    gutter = _find_gutter(pieces)
    if gutter is None:
        return _around_tables(pieces)
    header, body, footer = _without_margins(pieces)
    ordered = _row_by_row(header)
    band: list[Piece] = []
    for piece in sorted(body, key=lambda piece: (piece.top, piece.left)):
        if piece.left < gutter < piece.right:
            ordered += _column_by_column(band, gutter)
            ordered.append([piece])
            band = []
        else:
            band.append(piece)
    return ordered + _column_by_column(band, gutter) + _row_by_row(footer)


def is_beside(first: Piece, second: Piece) -> bool:
    """Whether two lines are in the same row."""
    overlap = min(first.bottom, second.bottom) - max(first.top, second.top)
    return overlap > _SAME_ROW * min(first.bottom - first.top, second.bottom - second.top)


def _column_by_column(pieces: Sequence[Piece], gutter: float) -> list[list[Piece]]:
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.right > gutter]
    return read_pieces(left) + read_pieces(right)


def _find_gutter(pieces: Sequence[Piece]) -> float | None:
    """The position (0–1) of the widest strip that separates two columns, or None."""
    if len(pieces) < 2 * _MIN_LINES_A_SIDE:
        return None
    left = _Side(sorted(pieces, key=lambda piece: piece.right))
    right = _Side(sorted(pieces, key=lambda piece: -piece.left))
    lefts, rights = [-piece.left for piece in right.pieces], [piece.right for piece in left.pieces]
    best, best_width = None, 0
    run: list[float] = []
    for step in range(1, _STEPS + 1):
        position = step / _STEPS
        counts = bisect_right(rights, position), bisect_right(lefts, -position)
        crossing = len(pieces) - sum(counts)
        is_gutter = min(counts) >= _MIN_LINES_A_SIDE and crossing <= _MAX_CROSSING_SHARE * len(pieces)
        if step < _STEPS and is_gutter and left.is_running_text(counts[0]) and right.is_running_text(counts[1]):
            run.append(position)
            continue
        if len(run) > best_width:
            best, best_width = run[len(run) // 2], len(run)
        run = []
    return best


class _Side:
    """What is left or right of a gutter at any position, sorted from the page's edge inward."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self._long = list(accumulate(map(_is_long, pieces), initial=0))
        self._known: dict[int, bool] = {}

    def is_running_text(self, count: int) -> bool:
        """Whether the first `count` pieces are running text: most are long, and most nearly as long as the longest."""
        if 2 * self._long[count] < count:
            return False
        if count not in self._known:
            widths = [piece.right - piece.left for piece in self.pieces[:count]]
            self._known[count] = median(widths) >= _MIN_FILL * max(widths)
        return self._known[count]


def _is_long(piece: Piece) -> bool:
    return isinstance(piece.content, Table) or len(piece.content.text) >= _MIN_CHARACTERS


def _without_margins(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """The pieces of the header, the body, and the footer; a margin that the text runs into has neither."""
    gap = _MARGIN_GAP * median(piece.bottom - piece.top for piece in pieces)
    header = [piece for piece in pieces if piece.bottom <= _MARGIN]
    footer = [piece for piece in pieces if piece.top >= 1 - _MARGIN]
    body = [piece for piece in pieces if piece.bottom > _MARGIN and piece.top < 1 - _MARGIN]
    if header and min((piece.top for piece in body), default=1.0) - max(piece.bottom for piece in header) < gap:
        body, header = header + body, []
    if footer and min(piece.top for piece in footer) - max((piece.bottom for piece in body), default=0.0) < gap:
        body, footer = body + footer, []
    return header, body, footer


def _around_tables(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Row by row; what is to the left of a table is read before it, what is to the right after it."""
    tables = [piece for piece in pieces if isinstance(piece.content, Table)]
    if not tables:
        return _row_by_row(pieces)
    table = min(tables, key=lambda piece: piece.top)
    others = [piece for piece in pieces if piece is not table]
    above = [piece for piece in others if piece.middle < table.top]
    below = [piece for piece in others if piece.middle >= max(table.bottom, table.top)]
    beside = [piece for piece in others if table.top <= piece.middle < max(table.bottom, table.top)]
    middle = (table.left + table.right) / 2
    left = [piece for piece in beside if (piece.left + piece.right) / 2 < middle]
    right = [piece for piece in beside if (piece.left + piece.right) / 2 >= middle]
    return [
        *_row_by_row(above),
        *_around_tables(left),
        [table],
        *_around_tables(right),
        *_around_tables(below),
    ]


def _row_by_row(pieces: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top + piece.bottom):
        if rows and is_beside(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]
