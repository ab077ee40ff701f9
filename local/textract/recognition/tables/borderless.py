"""Find tables without rules, from text that is aligned in rows and columns.

Two adjacent lines above two others that are aligned with them are the seed of a table; seeds that share lines grow
together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line, Shelf, lines_of, widest_blank
from local.textract.recognition.page.rules import Rules
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.columns import column_edges, filled_columns, is_numeric, row_edges, rows_of_cells

LEVEL = 0.5  # fraction of the lower line's height shared within a row
ALIGNED = 0.7  # line heights, between left edges, right edges, or middles within a column
OVERLAP = 0.6  # of the narrower line; with this much above the other, they are in one column, too
NEXT_ROW = 3.0  # line heights, from one row of a table to the next
NEXT_NUMBER = 6.0  # line heights, to the next number in a column: texts next to it may have several lines
NEXT_LOOSE_ROW = 1.6  # line heights, to a row that is not in a seed
MOST_WORDS = 7  # in a cell; if all lines are longer, it is prose in columns
NUMERIC_SHARE = 0.5  # of a column's texts, from the second row on
SAME_SIZE = 1.6  # the higher line ÷ the lower, within a column
WIDEST_GAP = 16.0  # line heights, between words in a row
MARGIN = 0.3  # line heights around the text of a table
LEAST_ROWS_OF_TWO = 3  # with only two columns
NARROWEST_GUTTER, WIDEST_GUTTER = 8.0, 60.0  # pixels
GUTTER_SHARE = 0.8  # of the height of the areas next to it
SAME_LEVEL = 3.0  # pixels
RULED_SHARE = 0.6  # of a table's width
TEXT_COLUMNS = 4  # this many columns make a table even with only words


@dataclass(frozen=True, slots=True)
class BorderlessGrid:
    """The edges of rows and columns, in pixels, inferred from the text alone."""

    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]


def find_borderless(words: Sequence[Word], rules: Rules) -> Iterator[BorderlessGrid]:
    """The tables in these words, which are outside all ruled tables."""
    lines = lines_of(words)
    gutters = [*_gutters(rules), *_gutters_under_heads(rules, lines)]
    blank = widest_blank(words)
    for seed in _seeds(lines, gutters):
        rows = _with_loose_rows(_rows_of(seed, lines), lines, blank)
        grid = _grid(rows, blank, rules)
        if grid:
            yield grid


def _gutters(rules: Rules) -> Iterator[Box]:
    """The gaps between two shaded areas side by side: they separate two tables."""
    for left in rules.vertical:
        for right in rules.vertical:
            gap, shared = right.left - left.right, left.shared_height(right)
            if NARROWEST_GUTTER <= gap <= WIDEST_GUTTER and shared >= GUTTER_SHARE * max(left.height, right.height):
                yield Box(left.right, max(left.top, right.top), right.left, min(left.bottom, right.bottom))


def _gutters_under_heads(rules: Rules, lines: Sequence[Line]) -> Iterator[Box]:
    """The gaps between the header rules of two tables side by side, down to what crosses the gap."""
    for left in rules.horizontal:
        for right in rules.horizontal:
            is_gap = NARROWEST_GUTTER <= right.left - left.right <= WIDEST_GUTTER
            if is_gap and abs(left.center[1] - right.center[1]) <= SAME_LEVEL:
                heads = [_standing_on(rule, lines) for rule in (left, right)]
                if all(len(each) > 1 for each in heads):  # a rule under every single header belongs to one table
                    middle = (left.right + right.left) / 2
                    below = [line.box for line in lines if line.box.top > left.top]
                    crossing = [box.top for box in below if box.left < middle < box.right]
                    end = min(crossing, default=max((box.bottom for box in below), default=left.bottom))
                    yield Box(left.right, min(line.box.top for each in heads for line in each), right.left, end)


def _standing_on(rule: Box, lines: Sequence[Line]) -> list[Line]:
    """The lines right above a rule."""
    return [
        line
        for line in lines
        if rule.left <= line.box.center[0] <= rule.right
        and -LEVEL * line.box.height <= rule.top - line.box.bottom <= line.box.height
    ]


def _seeds(lines: Sequence[Line], gutters: Sequence[Box]) -> Iterator[list[Line]]:
    """Groups of lines connected by pairs above pairs."""
    shelf = Shelf(lines)
    under = {line: below for line in lines if (below := _below(line, shelf)) and _line_up(line.box, below.box)}
    over = {below: line for line, below in under.items()}
    groups = {line: [line] for line in lines}
    for pair in _neighbors(lines, shelf, gutters):
        for left, right in (pair, (over.get(pair[0]), over.get(pair[1]))):
            if left is None or right is None or left not in under or right not in under:
                continue
            four = (left, right, under[left], under[right])
            if _is_level(four[2].box, four[3].box) and any(len(line.words) <= MOST_WORDS for line in four):
                for line in four[1:]:
                    _join(groups, left, line)
    seen: set[Line] = set()
    for line, group in groups.items():
        if len(group) > 1 and line not in seen:
            seen.update(group)
            yield sorted(group, key=lambda line: (line.box.top, line.box.left))


def _join(groups: dict[Line, list[Line]], one: Line, other: Line) -> None:
    """Put the groups of the two lines into one, the smaller into the larger."""
    smaller, larger = sorted((groups[one], groups[other]), key=len)
    if smaller is not larger:
        larger += smaller
        groups.update(dict.fromkeys(smaller, larger))


def _below(line: Line, shelf: Shelf) -> Line | None:
    """The nearest line below; may be farther away if both are numbers."""
    box = line.box
    farthest = NEXT_NUMBER if is_numeric(line.words) else NEXT_ROW
    under = [
        other
        for other in shelf.between(box.top, box.bottom + farthest * box.height)
        if other.box.shared_width(box) > 0 and -LEVEL * box.height < other.box.top - box.bottom <= farthest * box.height
    ]
    nearest = min(under, key=lambda other: other.box.top, default=None)
    if nearest and nearest.box.top - box.bottom > NEXT_ROW * box.height and not is_numeric(nearest.words):
        return None
    return nearest


def _line_up(box: Box, other: Box) -> bool:
    lower, higher = sorted((box.height, other.height))
    offsets = (box.left - other.left, box.right - other.right, box.center[0] - other.center[0])
    is_aligned = min(abs(offset) for offset in offsets) <= ALIGNED * lower
    is_over = box.shared_width(other) >= OVERLAP * min(box.width, other.width)
    return higher <= SAME_SIZE * lower and (is_aligned or is_over)


def _neighbors(lines: Sequence[Line], shelf: Shelf, gutters: Sequence[Box]) -> Iterator[tuple[Line, Line]]:
    """Adjacent lines in a row, across any gap before a number, but only a limited gap before a word."""
    for line in lines:
        level = [
            other
            for other in shelf.between(line.box.top, line.box.bottom)
            if other.box.left >= line.box.right and _is_level(line.box, other.box)
        ]
        nearest = min(level, key=lambda other: other.box.left, default=None)
        if nearest is None or any(_parts(gutter, line.box, nearest.box) for gutter in gutters):
            continue
        if nearest.box.left - line.box.right <= WIDEST_GAP * line.box.height or is_numeric(nearest.words):
            yield line, nearest


def _parts(gutter: Box, left: Box, right: Box) -> bool:
    return left.center[0] < gutter.center[0] < right.center[0] and gutter.shared_height(left) > 0


def _is_level(box: Box, other: Box) -> bool:
    return box.shared_height(other) >= LEVEL * min(box.height, other.height) and box.shared_width(other) <= 0


def _rows_of(seed: Sequence[Line], lines: Sequence[Line]) -> list[list[Word]]:
    """The rows of a seed, from the top, with everything between its outermost lines."""
    area = Box.around(line.box for line in seed)
    inside = [line for line in lines if area.holds_center_of(line.box)]
    rows: list[list[Word]] = []
    for line in sorted(inside, key=lambda line: line.box.center[1]):
        if rows and _stands_in(line, rows[-1]):
            rows[-1] += line.words
        else:
            rows.append(list(line.words))
    return rows


def _stands_in(line: Line, row: Sequence[Word]) -> bool:
    box = Box.around(word.box for word in row)
    return line.box.shared_height(box) >= LEVEL * min(line.box.height, box.height)


def _with_loose_rows(rows: list[list[Word]], lines: Sequence[Line], blank: float) -> list[list[Word]]:
    """The rows, plus those close above and below that have several cells but are not aligned."""
    area = Box.around(word.box for row in rows for word in row)
    height = median(word.print_height for row in rows for word in row)
    columns = column_edges(rows, blank)
    while True:
        wide = Box(area.left - height, area.top - NEXT_LOOSE_ROW * height, area.right + height, area.top)
        above = _row_within(wide, lines, columns)
        if not above:
            break
        rows, area = [above, *rows], Box.around([area, *(word.box for word in above)])
    while True:
        wide = Box(area.left - height, area.bottom, area.right + height, area.bottom + NEXT_LOOSE_ROW * height)
        below = _row_within(wide, lines, columns)
        if not below:
            return rows
        rows, area = [*rows, below], Box.around([area, *(word.box for word in below)])


def _row_within(area: Box, lines: Sequence[Line], columns: Sequence[float]) -> list[Word]:
    """The words of a row in this area, if they are in at least two columns."""
    inside = [
        word
        for line in lines
        for word in line.words
        if area.holds_center_of(line.box) and area.left <= line.box.left and line.box.right <= area.right
    ]
    is_row = len(filled_columns(inside, columns)) > 1 and len(lines_of(inside)) > 1
    return inside if is_row else []


def _grid(rows: Sequence[Sequence[Word]], blank: float, rules: Rules) -> BorderlessGrid | None:
    """The table of these rows, or None if they are not a table."""
    columns = column_edges(rows, blank)
    joined = rows_of_cells(rows, columns)
    if len(columns) < 3 or len(joined) < 2 or not _is_table(joined, columns, rules):  # noqa: PLR2004 - edges; two of each
        return None
    height = median(word.print_height for row in rows for word in row)
    top = min(word.box.top for word in joined[0]) - MARGIN * height
    bottom = max(word.box.bottom for word in joined[-1]) + MARGIN * height
    return BorderlessGrid(row_edges(joined, top, bottom), columns)


def _is_table(rows: Sequence[Sequence[Word]], columns: Sequence[float], rules: Rules) -> bool:
    """Whether a column has numbers, a rule separates the rows, or there are too many columns for prose."""
    count = len(columns) - 1
    if count == 2 and len(rows) < LEAST_ROWS_OF_TWO:  # noqa: PLR2004 - columns
        return False
    if _are_filled_in(rows, rules):
        return False
    has_numbers = any(_holds_numbers(rows, left, right) for left, right in pairwise(columns[1:]))
    return has_numbers or count >= TEXT_COLUMNS or (count > 2 and _are_ruled(rows, columns, rules))  # noqa: PLR2004


def _are_filled_in(rows: Sequence[Sequence[Word]], rules: Rules) -> bool:
    """Whether most rows are on short rules, like text written into a form."""
    area = Box.around(word.box for row in rows for word in row)
    height = median(word.print_height for row in rows for word in row)
    short = [rule for rule in rules.horizontal if rule.shared_width(area) > 0 and rule.width < RULED_SHARE * area.width]
    feet = [median(word.box.bottom for word in row) for row in rows]
    return sum(any(abs(rule.center[1] - foot) <= LEVEL * height for rule in short) for foot in feet) > len(rows) / 2


def _are_ruled(rows: Sequence[Sequence[Word]], columns: Sequence[float], rules: Rules) -> bool:
    """Whether a rule across most of the columns is between the rows."""
    area = Box.around(word.box for row in rows for word in row)
    return any(
        area.top < rule.center[1] < area.bottom and rule.shared_width(area) >= RULED_SHARE * (columns[-1] - columns[0])
        for rule in rules.horizontal
    )


def _holds_numbers(rows: Sequence[Sequence[Word]], left: float, right: float) -> bool:
    cells = [cell for row in rows[1:] if (cell := [word for word in row if left <= word.box.center[0] < right])]
    return bool(cells) and sum(is_numeric(cell) for cell in cells) >= NUMERIC_SHARE * len(cells)
