"""All form fields, with keys marked by a sign, by something drawn, or by a table's rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from local.textract.recognition.fields.drawn_fields import fields_in_boxes, fields_on_rules, is_form
from local.textract.recognition.fields.field import Field, are_level
from local.textract.recognition.fields.table_fields import table_fields
from local.textract.recognition.fields.written_fields import FARTHEST_RIGHT, lone_pairs, written_fields
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line
from local.textract.recognition.page.selections import Selection
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.tables import Table

FARTHEST_LABEL = 3.0  # checkbox widths
LABEL = 85.0  # confidence


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn on a page outside tables: rules to write on and boxes to write in."""

    rules: tuple[Box, ...] = ()
    boxes: tuple[Box, ...] = ()


def find_fields(
    lines: Sequence[Line],
    tables: Sequence[Table],
    selections: Sequence[Selection],
    drawn: Drawn,
    page_width: float,
) -> list[Field]:
    """The page's fields, in the order of its lines. No word is in two fields; the most reliable finder goes first.

    Turned words are in no fields but those of tables.
    """
    order = {word: number for number, word in enumerate(word for line in lines for word in line.words)}
    lines = [line for line in lines if not line.turn]
    forms = [table for table in tables if is_form(table, lines)]
    finders: tuple[Callable[[Sequence[Line]], Iterable[Field]], ...] = (
        lambda _: _labeled_selections(lines, selections),
        lambda free: written_fields(free, tables, page_width),
        lambda free: fields_in_boxes([*drawn.boxes, *(cell.box for table in forms for cell in table.cells)], free),
        lambda _: fields_on_rules(drawn.rules, lines),
        lambda _: table_fields([table for table in tables if table not in forms]),
        lambda free: lone_pairs(free, FARTHEST_RIGHT * page_width),
    )
    fields: list[Field] = []
    for find in finders:
        taken = {word for field in fields for word in (*field.key, *field.value)}
        free = [line for line in lines if taken.isdisjoint(line.words)]
        fields += [field for field in find(free) if taken.isdisjoint((*field.key, *field.value))]
    return sorted(fields, key=lambda field: order[field.key[0]])


def _labeled_selections(lines: Sequence[Line], selections: Sequence[Selection]) -> Iterator[Field]:
    """Each checkbox with the words to its right, up to the next one; to its left if the last in the row has none."""
    for selection in selections:
        row = [other.box for other in selections if are_level(other.box, selection.box)]
        last = max(row, key=lambda box: box.right)
        right, left = _words_right(selection.box, row, lines), _words_left(selection.box, row, lines)
        key = (right or left) if _words_right(last, row, lines) else (left or right)
        if key:
            yield Field(key, (), selection, LABEL)


def _words_right(box: Box, row: Sequence[Box], lines: Sequence[Line]) -> tuple[Word, ...]:
    """The words near a checkbox on its right; the first may overlap the checkbox's border."""
    end = min((other.left for other in row if other.left > box.left), default=float("inf")) + box.width / 2
    words = (word for line in lines for word in line.words if are_level(word.box, box))
    return _reachable([word for word in words if box.center[0] <= word.box.left and word.box.right <= end], box, lines)


def _words_left(box: Box, row: Sequence[Box], lines: Sequence[Line]) -> tuple[Word, ...]:
    start = max((other.right for other in row if other.right < box.right), default=float("-inf")) - box.width / 2
    words = (word for line in lines for word in line.words if are_level(word.box, box))
    return _reachable(
        [word for word in words if start <= word.box.left and word.box.right <= box.center[0]], box, lines
    )


def _reachable(words: Sequence[Word], box: Box, lines: Sequence[Line]) -> tuple[Word, ...]:
    """The words that are in the line nearest to the checkbox, if that is close."""
    if not words:
        return ()
    nearest = max(words, key=lambda word: word.box.shared_width(box))
    if -nearest.box.shared_width(box) > FARTHEST_LABEL * box.width:
        return ()
    line = next(line for line in lines if nearest in line.words)
    return tuple(word for word in line.words if word in words)
