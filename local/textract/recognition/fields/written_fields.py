"""Fields whose key is marked by a colon, a number sign, or a dash."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from local.textract.recognition.fields.field import MOST_KEY_WORDS, Field, are_level, is_name
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line, Shelf
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.columns import is_number, is_numeric
from local.textract.recognition.tables.tables import Table

KEY_END = ":"
KEY_SIGNS = ("#", "No.", "no.", "Nº", "N°")  # before a number
DASH = "-"  # between a key and a number
FARTHEST_RIGHT = 0.25  # of the page's width, from a key to its value
FARTHEST_BELOW = 2.0  # line heights, from a key to the first line of its value
NEXT_LINE = 1.3  # line heights, from one line of a value to the next
ALIGNED = 1.0  # line heights, between the left edges of a key and a value below it
BESIDE, RIGHT, BELOW, EMPTY = 95.0, 90.0, 75.0, 60.0  # confidences, by where a value is
ALONE = 65.0  # confidence of a number next to a name without a sign


def written_fields(lines: Sequence[Line], tables: Sequence[Table], page_width: float) -> Iterator[Field]:
    """Fields whose key ends with a sign."""
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


def lone_pairs(lines: Sequence[Line], farthest: float) -> Iterator[Field]:
    """A name and a number that are alone in their row."""
    shelf = Shelf(lines)
    for line in lines:
        row = [other for other in shelf.between(line.box.top, line.box.bottom) if are_level(other.box, line.box)]
        right = [other for other in row if other.box.left >= line.box.right]
        if len(row) == 2 and len(right) == 1 and is_name(line.words) and is_numeric(right[0].words):  # noqa: PLR2004
            is_name_only = not any(is_number(word.text) for word in line.words)
            if is_name_only and right[0].box.left - line.box.right <= farthest and not _parts(right[0].words):
                yield Field(line.words, right[0].words, None, ALONE)


def _parts(words: Sequence[Word]) -> list[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """A line's keys, each with the words up to the next key, which starts at the widest gap."""
    ends = [index for index in range(len(words)) if _ends_key(words, index)]
    starts = [0]
    for previous, end in pairwise(ends):
        gaps = {at: words[at].box.left - words[at - 1].box.right for at in range(previous + 1, end + 1)}
        starts.append(max(gaps, key=lambda at: gaps[at]))
    stops = [*starts[1:], len(words)]
    return [
        (tuple(words[start : end + 1]), tuple(words[end + 1 : stop]))
        for start, end, stop in zip(starts, ends, stops, strict=False)
    ]


def _ends_key(words: Sequence[Word], index: int) -> bool:
    text, follows = words[index].text, words[index + 1 : index + 2]
    if text.endswith(KEY_END):
        return bool(index) or text != KEY_END
    has_number_next = bool(follows) and any(character.isdigit() for character in follows[0].text)
    if text.endswith(KEY_SIGNS):
        return (bool(index) or text not in KEY_SIGNS) and (has_number_next or not follows)
    return text == DASH and index > 0 and has_number_next and not any(is_number(word.text) for word in words[:index])


def _has_key(line: Line) -> bool:
    return bool(_parts(line.words))


def _value_right(key: Line, lines: Sequence[Line], farthest: float) -> tuple[Word, ...]:
    """The nearest line to the right, unless it has its own key."""
    level = [line for line in lines if line.box.left >= key.box.right and are_level(line.box, key.box)]
    nearest = min(level, key=lambda line: line.box.left, default=None)
    if nearest is None or _has_key(nearest) or nearest.box.left - key.box.right > farthest:
        return ()
    return nearest.words


def _value_below(key: Line, lines: Sequence[Line], tables: Sequence[Table]) -> tuple[Word, ...]:
    """The lines below, as long as they are close together and start where the key starts."""
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
    return [cell.holds_center_of(box) for cell in cells] == [cell.holds_center_of(other) for cell in cells]
