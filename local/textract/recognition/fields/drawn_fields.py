"""Fields with a drawn space: a rule to write on or a box to write in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.textract.recognition.fields.field import Field, are_level, is_name
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line, Shelf
from local.textract.recognition.page.typography import print_size
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.tables import Table

SHORTEST_RULE = 3.0  # line heights
ON_RULE_ABOVE, ON_RULE_BELOW = 0.7, 0.5  # line heights, from the bottom of text on a rule to the rule
KEY_BEFORE = 2.0  # line heights, from a key to its rule
KEY_UNDER = 1.0  # line heights, from a rule to the key below
KEY_OVER, KEY_OVER_NOTHING = 3.2, 2.0  # line heights, from a key to the rule below, with a value between or without
LARGER_VALUE = 1.15  # times the size of its key
BESIDE = 3.0  # pixels, between the heights of two rules in a row
SEPARATOR = 0.7  # of the width of the page's text; a longer rule, alone in its row and empty, divides the page
FILLED_SHARE = 0.75  # of a rule; with more text on it, it is an underline
CONFIDENCE = 80.0


def fields_on_rules(rules: Sequence[Box], lines: Sequence[Line]) -> Iterator[Field]:
    """Each rule with its key: left of it, or else below (as for a signature) or above it, as is more common here."""
    words = [word for line in lines for word in line.words]
    widest = SEPARATOR * Box.around(word.box for word in words).width if words else 0.0
    drawn = [
        _on(rule, words, lines, float("inf") if _has_another_beside(rule, rules) else widest)
        for rule in rules
        if rule.width >= SHORTEST_RULE * _height_near(rule, words)
    ]
    unders = sum(bool(each.under) and not each.before for each in drawn)
    overs = sum(bool(each.over) and not each.before for each in drawn)
    for each in drawn:
        beside = each.over or each.under if overs >= unders else each.under or each.over
        key = each.before or (() if each.only_parts else beside)
        if is_name(key):
            yield Field(key, tuple(word for word in each.on if word not in key), None, CONFIDENCE)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The text on a rule, and its possible keys."""

    on: tuple[Word, ...]
    only_parts: bool  # it underlines text or divides the page, so the text above or below is not a key
    before: tuple[Word, ...]
    under: tuple[Word, ...]
    over: tuple[Word, ...]


def _has_another_beside(rule: Box, rules: Sequence[Box]) -> bool:
    """Whether another rule is at the same height."""
    return any(other is not rule and abs(other.center[1] - rule.center[1]) <= BESIDE for other in rules)


def _on(rule: Box, words: Sequence[Word], lines: Sequence[Line], widest: float) -> _Rule:
    on = tuple(word for word in words if _stands_on(word.box, rule))
    height = max((word.box.height for word in on), default=_height_near(rule, words))
    return _Rule(
        on=on,
        only_parts=sum(word.box.width for word in on) > FILLED_SHARE * rule.width or (not on and rule.width > widest),
        before=_key_before(rule, lines, height),
        under=_key_under(rule, lines, height),
        over=_key_over(rule, lines, height, on),
    )


def fields_in_boxes(boxes: Sequence[Box], lines: Sequence[Line]) -> Iterator[Field]:
    """Each box's first line as the key of the text below it in the same box."""
    for box in boxes:
        inside = [line for line in lines if box.holds_center_of(line.box)]
        if inside and is_name(inside[0].words) and inside[0].box.center[1] < box.center[1]:
            under = [line for line in inside[1:] if not are_level(line.box, inside[0].box)]
            if len(under) == len(inside) - 1:
                yield Field(inside[0].words, tuple(word for line in under for word in line.words), None, CONFIDENCE)


def is_form(table: Table, lines: Sequence[Line]) -> bool:
    """Whether a table's cells are boxes to be filled in: most of them have small text above larger text."""
    shelf = Shelf(lines)
    written = [
        [line for line in shelf.between(cell.box.top, cell.box.bottom) if cell.box.holds_center_of(line.box)]
        for cell in table.cells
    ]
    filled = [inside for inside in written if len(inside) > 1]
    headed = [inside for inside in filled if print_size(inside[1]) >= LARGER_VALUE * print_size(inside[0])]
    return len(headed) > 1 and len(headed) > len(filled) / 2


def _stands_on(box: Box, rule: Box) -> bool:
    foot = rule.center[1] - box.bottom
    is_along = rule.left - box.height / 2 <= box.center[0] <= rule.right
    return is_along and -ON_RULE_BELOW * box.height <= foot <= ON_RULE_ABOVE * box.height


def _height_near(rule: Box, words: Sequence[Word]) -> float:
    """The height of the text around an empty rule."""
    nearest = min(words, key=lambda word: abs(word.box.bottom - rule.top) - word.box.shared_width(rule), default=None)
    return nearest.box.height if nearest else 0.0


def _key_before(rule: Box, lines: Sequence[Line], height: float) -> tuple[Word, ...]:
    """The words to the left of the rule, in the line that leads to it."""
    for line in lines:
        before = tuple(word for word in line.words if word.box.right <= rule.left + height / 2)
        if before and 0 <= rule.left + height / 2 - before[-1].box.right <= KEY_BEFORE * height:
            foot = rule.center[1] - before[-1].box.bottom
            if -ON_RULE_BELOW * height <= foot <= ON_RULE_ABOVE * height:
                return before
    return ()


def _key_under(rule: Box, lines: Sequence[Line], height: float) -> tuple[Word, ...]:
    under = [
        line
        for line in lines
        if 0 <= line.box.top - rule.center[1] <= KEY_UNDER * height and _is_along(line.box, rule, height)
    ]
    return under[0].words if len(under) == 1 else ()


def _key_over(rule: Box, lines: Sequence[Line], height: float, on: Sequence[Word]) -> tuple[Word, ...]:
    reach = KEY_OVER if on else KEY_OVER_NOTHING
    over = [
        line
        for line in lines
        if height <= rule.center[1] - line.box.bottom <= reach * height
        and abs(line.box.left - rule.left) <= 2 * height
        and not set(on) & set(line.words)
    ]
    return over[-1].words if over else ()


def _is_along(box: Box, rule: Box, height: float) -> bool:
    """Whether a text starts where the rule starts, or is centered on it, and is not longer."""
    is_at_start = abs(box.left - rule.left) <= height
    return (is_at_start or abs(box.center[0] - rule.center[0]) <= height) and box.width <= rule.width + height
