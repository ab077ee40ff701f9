"""Join words to lines by their positions alone, so that it works for OCR and text layers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.words import Word

LEVEL = 0.5  # fraction of the lower one's height shared by neighbors in a row
WIDEST_BLANK = 0.75  # row heights; a wider gap starts a new line, as between a table's columns
WIDEST_BLANKS = 2.0  # or as many usual blanks of the page, if those are wide, as on a receipt
COLUMN_GAP = 1.5  # heights; never a usual blank
SEARCHED_ROWS = 12  # the last rows searched; no word belongs to a row further up


@dataclass(frozen=True, eq=False)
class Line:
    """Words that are read together, left to right. Lines are equal only if they are identical."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(word.text for word in self.words)

    @cached_property  # used far more often than there are lines
    def box(self) -> Box:
        """Around all the words."""
        return Box.around(word.box for word in self.words)

    @property
    def turn(self) -> int:
        """How its words are turned, in quarters clockwise."""
        return self.words[0].turn

    @property
    def confidence(self) -> float:
        """The words' average, 0–100."""
        return sum(word.confidence for word in self.words) / len(self.words)


class Shelf:
    """Lines by their vertical position, so that those at one height are found without searching all lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = sorted(lines, key=lambda line: line.box.top)
        self._tops = [line.box.top for line in self._lines]
        self._tallest = max((line.box.height for line in self._lines), default=0.0)

    def between(self, top: float, bottom: float) -> list[Line]:
        """The lines that overlap this vertical range, from the top down."""
        first, last = bisect_left(self._tops, top - self._tallest), bisect_right(self._tops, bottom)
        return [line for line in self._lines[first:last] if line.box.bottom >= top]


def lines_of(words: Iterable[Word], uprights: Sequence[Box] = ()) -> list[Line]:
    """Join the words to lines, from the top down and from left to right; columns side by side have separate lines.

    `uprights` are the sides of tables' cells, if they are known: no line crosses them. Lines of turned words come last.
    """
    by_turn: dict[int, list[Word]] = {}
    for word in words:
        by_turn.setdefault(word.turn, []).append(word)
    lines = _level_lines(by_turn.pop(0, []), uprights)
    for turn in sorted(by_turn):
        upright = [replace(word, box=word.box.turned(turn), turn=0) for word in by_turn[turn]]
        as_it_is = {id(word): original for word, original in zip(upright, by_turn[turn], strict=True)}
        lines += [Line(tuple(as_it_is[id(word)] for word in line.words)) for line in _level_lines(upright, ())]
    return lines


def _level_lines(words: Iterable[Word], uprights: Sequence[Box]) -> list[Line]:
    rows = rows_of(words)
    usual_blank = _usual_blank(rows)
    lines = []
    for row in rows:
        widest = max(WIDEST_BLANK * max(word.box.height for word in row), WIDEST_BLANKS * usual_blank)
        start = 0
        for end in range(1, len(row) + 1):
            if end == len(row) or _are_parted(row[end - 1], row[end], widest, uprights):
                lines.append(Line(tuple(row[start:end])))
                start = end
    return lines


def widest_blank(words: Sequence[Word]) -> float:
    """The widest gap, in pixels, that is usual between words of one line on this page."""
    height = median(word.print_height for word in words) if words else 0.0
    return max(WIDEST_BLANK * height, WIDEST_BLANKS * _usual_blank(rows_of(words)))


def _are_parted(left: Word, right: Word, widest: float, uprights: Iterable[Box]) -> bool:
    return _blank(left, right) > widest or any(
        left.box.center[0] < upright.left < right.box.center[0]
        and upright.shared_height(left.box) > LEVEL * left.box.height
        for upright in uprights
    )


def _usual_blank(rows: Iterable[Sequence[Word]]) -> float:
    """The median gap between words, without gaps so wide that they separate columns."""
    blanks = [
        _blank(left, right)
        for row in rows
        for left, right in pairwise(row)
        if _blank(left, right) < COLUMN_GAP * max(left.box.height, right.box.height)
    ]
    return median(blanks) if blanks else 0.0


def _blank(left: Word, right: Word) -> float:
    return right.box.left - left.box.right


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """The words in rows, each row from left to right."""
    rows: list[list[Word]] = []
    bottoms: list[float] = []  # of each row, below which none of its words is level with it
    for word in sorted(words, key=lambda word: word.box.center[1]):
        near = range(max(0, len(rows) - SEARCHED_ROWS), len(rows))
        fitting = [at for at in near if bottoms[at] > word.box.top and _stands_in(word, rows[at])]
        if fitting:
            rows[fitting[-1]].append(word)
            bottoms[fitting[-1]] = max(bottoms[fitting[-1]], word.box.bottom)
        else:
            rows.append([word])
            bottoms.append(word.box.bottom)
    for row in rows:
        row.sort(key=lambda word: word.box.left)
    return sorted(rows, key=lambda row: min(word.box.top for word in row))


def _stands_in(word: Word, row: Sequence[Word]) -> bool:
    """Whether the word is level with its nearest neighbor in the row; this also works on slightly skewed pages."""
    nearest = min(row, key=lambda other: -word.box.shared_width(other.box))
    lower = min(word.box.height, nearest.box.height)
    return word.box.shared_height(nearest.box) >= LEVEL * lower and word.box.shared_width(nearest.box) < lower
