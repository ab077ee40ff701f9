"""The labeled values on a page, from the blocks of an analysis.

A label is the key of a form field, a cell with a value next to it, or the start of a row of text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from textract_pipeline.response.page import Box, Cell, Field, Line, Page
from textract_pipeline.response.upright import Upright

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import GeometryTypeDef

SAME_ROW = 0.5  # of the lower line's height


@dataclass(frozen=True, slots=True)
class Print:
    """Text on the page: boxes are fractions of the page (0–1), confidences 0–100."""

    text: str
    box: Box
    confidence: float

    @classmethod
    def of(cls, lines: "Sequence[Line | Cell]") -> "Print":
        """Join lines or cells in this order; there must be at least one."""
        text = " ".join(line.text for line in lines)
        return cls(text, Box.around(line.box for line in lines), min(line.confidence for line in lines))


@dataclass(frozen=True, slots=True)
class Labeled:
    """A value and its label."""

    label: Print
    value: Print


def labeled(page: Page) -> Iterator[Labeled]:
    """All labeled values; the same value may occur several times, with the likeliest label first."""
    for field in page.fields:
        if field.value_box and field.value:
            yield _of_field(field, field.value_box)
    for table in page.tables:
        for places in table.rows():
            cells = [cell for cell in places if cell and cell.text]
            yield from (Labeled(Print.of([left]), Print.of([right])) for left, right in pairwise(cells))
    for row in rows_of(page):
        yield from (Labeled(Print.of([left]), Print.of([right])) for left, right in pairwise(row))


def rows_of(page: Page) -> list[list[Line]]:
    """The lines in rows, from the top down, each row from left to right, as if the page were not askew."""
    rows: list[list[tuple[Box, Line]]] = []
    for box, line in from_top(page):
        if rows and _are_level(rows[-1][-1][0], box):
            rows[-1].append((box, line))
        else:
            rows.append([(box, line)])
    return [[line for _, line in sorted(row, key=lambda placed: placed[0].left)] for row in rows]


def from_top(page: Page) -> list[tuple[Box, Line]]:
    """The lines from the top down, each with where it is if the page is not askew."""
    on = Upright(page)
    return sorted(((on.box_of(line), line) for line in page.lines), key=lambda placed: placed[0].top)


def geometry(box: Box) -> "GeometryTypeDef":
    """The box in Textract's format."""
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    return {
        "BoundingBox": {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }


def _of_field(field: Field, value_box: Box) -> Labeled:
    return Labeled(
        Print(field.key, field.key_box, field.key_confidence), Print(field.value, value_box, field.value_confidence)
    )


def _are_level(box: Box, other: Box) -> bool:
    shared = min(box.bottom, other.bottom) - max(box.top, other.top)
    return shared >= SAME_ROW * min(box.height, other.height)
