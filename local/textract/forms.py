"""Step 4 of recognition: form fields, which are keys that end in a colon, and what stands behind or below them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.textract.page import Line, Word, around

_MAX_KEY_WORDS = 6
_BEHIND = 0.35  # of the page's width, the furthest that a value stands from its key
_BELOW = 1.2  # of the key's height, the furthest that a value stands below its key
_CONFIDENCE = 90.0


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value, which may be empty."""

    key: tuple[Word, ...]
    value: tuple[Word, ...]
    confidence: float = _CONFIDENCE


def find_fields(lines: Sequence[Line], page_width: float) -> list[Field]:
    """The fields of these lines, in their order; a line that is one field's value is not another's."""
    values_taken: set[Line] = set()
    fields = []
    for line in lines:
        for key, value in _keys_of(line):
            found = value
            if not found and (beside := _value_beside(key, lines, page_width, values_taken)):
                values_taken.add(beside)
                found = beside.words
            fields.append(Field(key, found))
    return fields


def _keys_of(line: Line) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """Each key of a line with the words behind it, up to the next key."""
    ends = [position for position, word in enumerate(line.words) if _ends_key(word)]
    start = 0
    for number, end in enumerate(ends):
        if end + 1 - start <= _MAX_KEY_WORDS:
            value_end = _start_of_key(line.words, end + 1, ends[number + 1]) if number + 1 < len(ends) else None
            yield line.words[start : end + 1], line.words[end + 1 : value_end]
        start = _start_of_key(line.words, end + 1, ends[number + 1]) if number + 1 < len(ends) else end + 1


def _start_of_key(words: Sequence[Word], first: int, end: int) -> int:
    """Where between two colons the second key begins: after the widest gap."""
    gaps = {at: words[at].box.left - words[at - 1].box.right for at in range(first, end + 1)}
    return max(gaps, key=lambda at: gaps[at])


def _ends_key(word: Word) -> bool:
    return word.text.endswith(":") and any(character.isalpha() for character in word.text)


def _value_beside(key: Sequence[Word], lines: Sequence[Line], page_width: float, taken: set[Line]) -> Line | None:
    """The nearest line to the right of a key, or else right below it, that holds no key itself."""
    box = around(word.box for word in key)
    free = [line for line in lines if line not in taken and not any(map(_ends_key, line.words))]
    behind = [
        line
        for line in free
        if abs(line.box.center[1] - box.center[1]) < box.height / 2
        and 0 < line.box.left - box.right < _BEHIND * page_width
    ]
    if behind:
        return min(behind, key=lambda line: line.box.left)
    below = [
        line
        for line in free
        if 0 < line.box.top - box.bottom < _BELOW * box.height and abs(line.box.left - box.left) < 2 * box.height
    ]
    return min(below, key=lambda line: line.box.top) if below else None
