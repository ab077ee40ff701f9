"""Step 7 of recognition: form fields. `Key: value`, a row of a table of names and values, a checkbox and its label."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from local.textract.geometry import Box
from local.textract.lines import Line
from local.textract.selections import Selection
from local.textract.tables import Table
from local.textract.words import Word

KEY_END = ":"
MOST_KEY_WORDS = 6  # more is a sentence that announces something
SAME_ROW = 0.5  # of the lower line's height
FARTHEST_RIGHT = 0.25  # of the page's width, from a key to its value
FARTHEST_BELOW = 2.0  # line heights, from a key to the first line of its value
NEXT_LINE = 1.3  # line heights, from one line of a value to the next
ALIGNED = 1.0  # line heights, between the left edges of a key and a value below it
FARTHEST_LABEL = 3.0  # checkbox widths
BESIDE, RIGHT, BELOW, TABLE_ROW, LABEL, EMPTY = 95.0, 90.0, 75.0, 80.0, 85.0, 60.0  # confidences, by where a value is


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value: words, a checkbox, or neither where the field was left empty. Confidence is 0–100."""

    key: tuple[Word, ...]
    value: tuple[Word, ...]
    selection: Selection | None
    confidence: float

    @property
    def key_box(self) -> Box:
        """Around the key's words."""
        return Box.around(word.box for word in self.key)

    @property
    def value_box(self) -> Box:
        """Around the value; for an empty one, as much room as the key takes, right of it."""
        boxes = [word.box for word in self.value] + ([self.selection.box] if self.selection else [])
        key = self.key_box
        return Box.around(boxes) if boxes else Box(key.right, key.top, key.right + key.width, key.bottom)


def find_fields(
    lines: Sequence[Line], tables: Sequence[Table], selections: Sequence[Selection], page_width: float
) -> list[Field]:
    """The page's fields, in the order of its lines."""
    labelled = list(_labelled_selections(lines, selections))
    taken = {word for field in labelled for word in field.key}
    written = list(_written_fields([line for line in lines if not taken & set(line.words)], tables, page_width))
    taken |= {word for field in written for word in field.key + field.value}
    tabled = [field for field in _table_rows(tables) if not taken & set(field.key + field.value)]
    order = {word: number for number, word in enumerate(word for line in lines for word in line.words)}
    return sorted(labelled + written + tabled, key=lambda field: order[field.key[0]])


def _labelled_selections(lines: Sequence[Line], selections: Sequence[Selection]) -> Iterator[Field]:
    """Each checkbox with the words right of it, up to the next checkbox; else with the words left of it."""
    for selection in selections:
        box = selection.box
        row = [word for line in lines for word in line.words if _are_level(word.box, box)]
        others = [other.box for other in selections if other is not selection and _are_level(other.box, box)]
        end = min((other.left for other in others if other.left > box.left), default=float("inf"))
        start = max((other.right for other in others if other.right < box.right), default=float("-inf"))
        middle, _ = box.centre  # a word next to a checkbox may take some of its border in
        right = [word for word in row if middle <= word.box.left and word.box.right <= end + box.width / 2]
        left = [word for word in row if start - box.width / 2 <= word.box.left and word.box.right <= middle]
        key = _reachable(right, box, lines) or _reachable(left, box, lines)
        if key:
            yield Field(key, (), selection, LABEL)


def _reachable(words: Sequence[Word], box: Box, lines: Sequence[Line]) -> tuple[Word, ...]:
    """Those of the words that are in the line nearest to the checkbox, if it is near."""
    if not words:
        return ()
    nearest = max(words, key=lambda word: word.box.shared_width(box))
    if -nearest.box.shared_width(box) > FARTHEST_LABEL * box.width:
        return ()
    line = next(line for line in lines if nearest in line.words)
    return tuple(word for word in line.words if word in words)


def _written_fields(lines: Sequence[Line], tables: Sequence[Table], page_width: float) -> Iterator[Field]:
    """Fields whose key ends with a colon."""
    for line in lines:
        parts = _parts(line.words)
        for number, (key, value) in enumerate(parts):
            if len(key) > MOST_KEY_WORDS:
                continue
            if value:
                yield Field(key, value, None, BESIDE)
                continue
            is_last = number == len(parts) - 1
            right = _value_right(line, lines, FARTHEST_RIGHT * page_width) if is_last else ()
            below = _value_below(line, lines, tables) if is_last and not right and len(parts) == 1 else ()
            yield Field(key, right or below, None, RIGHT if right else BELOW if below else EMPTY)


def _parts(words: Sequence[Word]) -> list[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """A line's keys, each with the words up to the next key. Where that begins, the widest gap shows."""
    ends = [
        index for index, word in enumerate(words) if word.text.endswith(KEY_END) and (index or word.text != KEY_END)
    ]
    starts = [0]
    for previous, end in pairwise(ends):
        gaps = {at: words[at].box.left - words[at - 1].box.right for at in range(previous + 1, end + 1)}
        starts.append(max(gaps, key=lambda at: gaps[at]))
    stops = [*starts[1:], len(words)]
    return [
        (tuple(words[start : end + 1]), tuple(words[end + 1 : stop]))
        for start, end, stop in zip(starts, ends, stops, strict=False)
    ]


def _has_key(line: Line) -> bool:
    return bool(_parts(line.words))


def _value_right(key: Line, lines: Sequence[Line], farthest: float) -> tuple[Word, ...]:
    """The nearest line to the right, unless that has a key of its own."""
    level = [line for line in lines if line.box.left >= key.box.right and _are_level(line.box, key.box)]
    nearest = min(level, key=lambda line: line.box.left, default=None)
    if nearest is None or _has_key(nearest) or nearest.box.left - key.box.right > farthest:
        return ()
    return nearest.words


def _value_below(key: Line, lines: Sequence[Line], tables: Sequence[Table]) -> tuple[Word, ...]:
    """The lines below, as long as they follow each other closely and begin where the key does."""
    height, words, bottom = key.box.height, list[Word](), key.box.bottom
    reach = FARTHEST_BELOW * height
    for line in lines:
        is_under = abs(line.box.left - key.box.left) <= ALIGNED * height and line.box.top >= bottom - 0.3 * height
        if not is_under:
            continue
        if _has_key(line) or line.box.top - bottom > reach or not _share_cell(key.box, line.box, tables):
            break
        words += line.words
        bottom, reach = line.box.bottom, NEXT_LINE * height
    return tuple(words)


def _share_cell(box: Box, other: Box, tables: Sequence[Table]) -> bool:
    """Whether no rule of a table is between the two."""
    cells = [cell.box for table in tables for cell in table.cells]
    return [cell.holds_centre_of(box) for cell in cells] == [cell.holds_centre_of(other) for cell in cells]


def _table_rows(tables: Sequence[Table]) -> Iterator[Field]:
    """The rows of tables of two columns, where the left one names what the right one says."""
    for table in tables:
        if table.column_count != 2 or table.header_row:  # noqa: PLR2004 - a name and a value
            continue
        for row in table.rows():
            if len(row) == 2 and row[1].words and _is_name(row[0].words):  # noqa: PLR2004 - as above
                yield Field(row[0].words, row[1].words, None, TABLE_ROW)


def _is_name(words: Sequence[Word]) -> bool:
    return 0 < len(words) <= MOST_KEY_WORDS and any(letter.isalpha() for word in words for letter in word.text)


def _are_level(box: Box, other: Box) -> bool:
    return box.shared_height(other) >= SAME_ROW * min(box.height, other.height)
