"""What Textract read on one page, as all outputs use it. Pure.

Boxes are fractions of the page (0–1), confidences are 0–100, and rows and columns count from 1.
"""

from math import atan, copysign, degrees, sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 9  # of a calculated position; what had the same position has the same again
_LEAST_PART = 0.1  # of a box that its content fills, even if the box is not as askew as the page


class Box(NamedTuple):
    """A rectangle on the page, as fractions of its width and height (0–1)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height

    def turned_upright(self, angle: int) -> "Box":
        """The box after rotating text at this angle (0, 90, 180, or 270, clockwise) so that it runs to the right."""
        match angle:
            case 90:
                return Box(self.top, 1 - self.right, self.height, self.width)
            case 180:
                return Box(1 - self.right, 1 - self.bottom, self.width, self.height)
            case 270:
                return Box(1 - self.bottom, self.left, self.height, self.width)
        return self

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> "Box":
        """The smallest box that contains all of these; an empty box for none."""
        corners = [(box.left, box.top, box.left + box.width, box.top + box.height) for box in boxes]
        if not corners:
            return cls(0.0, 0.0, 0.0, 0.0)
        lefts, tops, rights, bottoms = zip(*corners, strict=True)
        left, top = min(lefts), min(tops)
        return cls(left, top, max(rights) - left, max(bottoms) - top)


Polygon: TypeAlias = tuple[tuple[float, float], ...]


class Skew(NamedTuple):
    """How far an upright page is from straight.

    Positions are fractions of a page whose proportions a response does not contain, so that an angle is two ratios:
    along a line, `slope` is how much is added to Y for each X; down a column, `lean` is how much is added to X for each
    Y. For a page that was turned clockwise by an angle, they are tan(angle) · width / height and
    -tan(angle) · height / width.
    """

    slope: float
    lean: float

    @property
    def degrees(self) -> float:
        """The angle by which lines fall to the right."""
        return degrees(copysign(atan(sqrt(-self.slope * self.lean)), self.slope))

    def turned(self, angle: int) -> "Skew":
        """The same skew for text at this angle (0, 90, 180, or 270) to the page's."""
        return Skew(-self.lean, -self.slope) if angle % 180 else self

    def of_slope(self, slope: float) -> "Skew":
        """The skew of what has another slope on the same page."""
        return Skew(slope, self.lean * slope / self.slope)

    def straightened(self, box: Box, own: "Skew | None" = None) -> Box:
        """The box around the same content after the page was turned about its middle until it is straight.

        `own` is the content's skew, if it is not exactly the page's.
        """
        scale = 1 / sqrt(1 - self.slope * self.lean)
        right, down = box.left + box.width / 2 - 0.5, box.top + box.height / 2 - 0.5
        x, y = scale * (right - self.lean * down) + 0.5, scale * (down - self.slope * right) + 0.5
        width, height = (own or self).level_size(box)
        return Box(*(round(value, _DIGITS) for value in (x - width / 2, y - height / 2, width, height)))

    def level_size(self, box: Box) -> tuple[float, float]:
        """The width and height of what is askew in this box: its width adds to the box's height, and so on."""
        slope, lean = abs(self.slope), abs(self.lean)
        part = 1 - slope * lean
        if part < _LEAST_PART:
            return box.width, box.height
        scale = sqrt(1 + slope * lean) / part
        width, height = scale * (box.width - lean * box.height), scale * (box.height - slope * box.width)
        return max(width, _LEAST_PART * box.width), max(height, _LEAST_PART * box.height)

    def upper_left(self, box: Box) -> tuple[float, float]:
        """Where the upper left corner is, on the page as it came, of what is askew in this box."""
        width, height = self.level_size(box)
        scale = 1 / sqrt(1 - self.slope * self.lean)
        left = box.left + (box.width - scale * (width + self.lean * height)) / 2
        return left, box.top + (box.height - scale * (height + self.slope * width)) / 2


class Word(NamedTuple):
    """A word, handwritten or printed.

    Its polygon is four corners as fractions of the page, clockwise from the upper left of the word as it is read; empty
    if Textract gives none.
    """

    text: str
    box: Box
    confidence: float
    is_handwritten: bool = False
    polygon: Polygon = ()


class Selection(NamedTuple):
    """A checkbox or radio button."""

    is_selected: bool
    box: Box
    confidence: float

    @property
    def mark(self) -> str:
        """How it is written among words."""
        return "[x]" if self.is_selected else "[ ]"


class Line(NamedTuple):
    """A line of text, its words, and its angle: 0, 90, 180, or 270 degrees clockwise.

    Its slope is how much it falls for each X once it is turned upright; None if Textract does not say.
    Its selections are those whose marks are in its text; Textract's lines have none (see `checkboxes`).
    """

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...] = ()
    angle: int = 0
    slope: float | None = None
    selections: tuple[Selection, ...] = ()


class Field(NamedTuple):
    """A form field, and its checkboxes; an empty field's value is empty.

    The value of a checkbox is SELECTED or NOT_SELECTED. If there is more in the value, it has the checkboxes' marks.
    A signature's mark stands in the value, and the value's confidence is at most the signature's.
    """

    key: str
    value: str
    key_confidence: float
    value_confidence: float
    key_box: Box
    value_box: Box | None
    words: tuple[Word, ...] = ()
    selections: tuple[Selection, ...] = ()

    @property
    def is_checkbox(self) -> bool:
        """Whether its value is a checkbox alone, and not, for instance, the printed word SELECTED."""
        return len(self.selections) == 1 and self.value in {"SELECTED", "NOT_SELECTED"}


class Cell(NamedTuple):
    """A table cell, with the marks of its checkboxes and signatures in its text.

    Its roles are Textract's entity types, for instance COLUMN_HEADER or TABLE_SUMMARY.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    confidence: float
    box: Box
    roles: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    selections: tuple[Selection, ...] = ()

    @property
    def is_column_header(self) -> bool:
        """Whether it is the header of its column."""
        return "COLUMN_HEADER" in self.roles

    @property
    def is_row_header(self) -> bool:
        """Whether it is the header of its row: a section title, or a type that Textract may add."""
        return "TABLE_SECTION_TITLE" in self.roles or "ROW_HEADER" in self.roles


class Table(NamedTuple):
    """A table: its cells row by row, with merged cells in place of those that they cover; its titles and footers."""

    cells: tuple[Cell, ...]
    box: Box
    confidence: float
    title: str = ""
    footer: str = ""
    words: tuple[Word, ...] = ()  # of its cells, not of its title and footer
    title_words: tuple[Word, ...] = ()

    def rows(self) -> list[list[Cell | None]]:
        """The cells as a grid; None where no cell starts."""
        height = max((cell.row for cell in self.cells), default=0)
        width = max((cell.column + cell.column_span - 1 for cell in self.cells), default=0)
        grid: list[list[Cell | None]] = [[None] * width for _ in range(height)]
        for cell in self.cells:
            grid[cell.row - 1][cell.column - 1] = cell
        return grid


class Answer(NamedTuple):
    """The answer to a query; its text is empty if Textract found none."""

    question: str
    text: str
    confidence: float
    alias: str = ""
    box: Box | None = None


class Signature(NamedTuple):
    """A signature. Textract does not read it; among words it is written as its mark."""

    box: Box
    confidence: float

    @property
    def mark(self) -> str:
        """How it is written among words."""
        return "[signature]"


class LayoutElement(NamedTuple):
    """A part of the page: TITLE, SECTION_HEADER, TEXT, LIST, TABLE, KEY_VALUE, FIGURE, HEADER, FOOTER, PAGE_NUMBER.

    A list's items are among its lines; `items` is the number of lines of each.
    """

    kind: str
    box: Box
    confidence: float
    lines: tuple[Line, ...]
    items: tuple[int, ...] = ()


class Page(NamedTuple):
    """What Textract read on one page; lines and layout in Textract's order. Each word is in exactly one line.

    Positions are those on the page as it came. `skew` is None if the page is straight, or if that is in doubt.
    """

    number: int
    lines: tuple[Line, ...]
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    answers: tuple[Answer, ...] = ()
    selections: tuple[Selection, ...] = ()
    signatures: tuple[Signature, ...] = ()
    layout: tuple[LayoutElement, ...] = ()
    skew: Skew | None = None

    @property
    def answers_to_show(self) -> tuple[Answer, ...]:
        """The answers for people: each page is asked every question, so empty answers stand on the first page only."""
        return tuple(answer for answer in self.answers if answer.text or self.number == 1)

    @property
    def angle(self) -> int:
        """The angle of most of the page's text."""
        return usual_angle(self.lines)


def usual_angle(lines: "Iterable[Line]") -> int:
    """The angle of most of this text."""
    characters: dict[int, int] = {}
    for line in lines:
        characters[line.angle] = characters.get(line.angle, 0) + len(line.text)
    return max(characters, key=lambda angle: (characters[angle], -angle), default=0)
