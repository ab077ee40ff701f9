"""What Textract read on one page, as all outputs use it. Pure.

Boxes are fractions of the page (0–1), confidences are 0–100, and rows and columns count from 1.
"""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


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

    Its selections are those whose marks are in its text; Textract's lines have none (see `checkboxes`).
    """

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...] = ()
    angle: int = 0
    selections: tuple[Selection, ...] = ()


class Field(NamedTuple):
    """A form field, and its checkboxes; an empty field's value is empty.

    The value of a checkbox is SELECTED or NOT_SELECTED. If there is more in the value, it has the checkboxes' marks.
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
    """A table cell, with the marks of its checkboxes in its text.

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
    """A signature."""

    box: Box
    confidence: float


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
    """What Textract read on one page; lines and layout in Textract's order. Each word is in exactly one line."""

    number: int
    lines: tuple[Line, ...]
    fields: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    answers: tuple[Answer, ...] = ()
    selections: tuple[Selection, ...] = ()
    signatures: tuple[Signature, ...] = ()
    layout: tuple[LayoutElement, ...] = ()
