"""The order in which a person reads the lines of a page, from their geometry alone. Pure.

A page is cut at its gutters: a vertical strip that hardly a line crosses, with running text on both sides. The lines
that do cross it (a title, a footer) divide the page into bands; in each, the left column comes before the right.
Where there is no gutter, as in forms and tables, lines are read row by row.
"""

from collections.abc import Sequence
from statistics import median

from textract_pipeline.blocks import Line

_STEPS = 200  # positions across the page at which a gutter is looked for
_MIN_LINES_A_SIDE = 4
_MAX_CROSSING_SHARE = 0.2
_MIN_CHARACTERS = 18  # a column's typical line holds running text, a form's or a table's does not
_MIN_FILL = 0.6  # and is nearly as long as the longest
_SAME_ROW = 0.5  # of the lower line's height


Row = list[Line]


def in_reading_order(lines: Sequence[Line]) -> list[Row]:
    """The lines, each once, in reading order; those that stand side by side, as a table's cells do, make one row."""
    gutter = _find_gutter(lines)
    if gutter is None:
        return _row_by_row(lines)
    ordered: list[Row] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: line.box.top):
        if _crosses(line, gutter):
            ordered += _column_by_column(band, gutter)
            ordered.append([line])
            band = []
        else:
            band.append(line)
    return ordered + _column_by_column(band, gutter)


def _column_by_column(lines: Sequence[Line], gutter: float) -> list[Row]:
    left = [line for line in lines if line.box.right <= gutter]
    right = [line for line in lines if line.box.right > gutter]
    return in_reading_order(left) + in_reading_order(right)


def _find_gutter(lines: Sequence[Line]) -> float | None:
    """The position (0–1) of the widest strip that separates two columns, or None."""
    if len(lines) < 2 * _MIN_LINES_A_SIDE:
        return None
    best, best_width = None, 0
    run: list[float] = []
    for step in range(1, _STEPS + 1):
        position = step / _STEPS
        if step < _STEPS and _separates_columns(lines, position):
            run.append(position)
            continue
        if len(run) > best_width:
            best, best_width = run[len(run) // 2], len(run)
        run = []
    return best


def _separates_columns(lines: Sequence[Line], position: float) -> bool:
    left = [line for line in lines if line.box.right <= position]
    right = [line for line in lines if line.box.left >= position]
    crossing = len(lines) - len(left) - len(right)
    return (
        min(len(left), len(right)) >= _MIN_LINES_A_SIDE
        and crossing <= _MAX_CROSSING_SHARE * len(lines)
        and _is_running_text(left)
        and _is_running_text(right)
    )


def _is_running_text(lines: Sequence[Line]) -> bool:
    widths = [line.box.width for line in lines]
    return median(len(line.text) for line in lines) >= _MIN_CHARACTERS and median(widths) >= _MIN_FILL * max(widths)


def _crosses(line: Line, position: float) -> bool:
    return line.box.left < position < line.box.right


def _row_by_row(lines: Sequence[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: line.box.top + line.box.height / 2):
        if rows and _on_same_row(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.left) for row in rows]


def _on_same_row(first: Line, line: Line) -> bool:
    overlap = min(first.box.bottom, line.box.bottom) - max(first.box.top, line.box.top)
    return overlap > _SAME_ROW * min(first.box.height, line.box.height)
