"""Step 8 of recognition: a page's layout, simply: paragraphs by their spacing, their kind by size and place.

It knows no lists and no figures, and says how sure it is by rule of thumb.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias

from local.textract.geometry import Box
from local.textract.lines import Line
from local.textract.tables import Table
from local.textract.words import Word
from textract_pipeline import blocks as reader
from textract_pipeline.reading_order import in_reading_order

LayoutKind: TypeAlias = Literal[
    "LAYOUT_TITLE",
    "LAYOUT_SECTION_HEADER",
    "LAYOUT_HEADER",
    "LAYOUT_FOOTER",
    "LAYOUT_PAGE_NUMBER",
    "LAYOUT_TABLE",
    "LAYOUT_KEY_VALUE",
    "LAYOUT_TEXT",
]

NEXT_LINE = 0.9  # line heights, from one line of a paragraph to the next
SAME_SIZE = 1.35  # the higher line ÷ the lower, within a paragraph
SHARED_WIDTH = 0.5  # of the narrower line, with the one above
MARGIN = 0.08  # of the page's height, for headers and footers
TITLE_SIZE, TITLE_WITHIN = 1.6, 0.4  # usual line heights; share of the page's height from its top
HEADING_SIZE, MOST_HEADING_WORDS = 1.2, 12  # usual line heights
FIELD_SHARE = 0.5  # of a paragraph's words, in fields
PAGE_NUMBER = re.compile(r"(page )?\d{1,4}( ?(/|of) ?\d{1,4})?", re.IGNORECASE)
CONFIDENCE: dict[LayoutKind, float] = {
    "LAYOUT_TITLE": 70.0,
    "LAYOUT_SECTION_HEADER": 60.0,
    "LAYOUT_HEADER": 55.0,
    "LAYOUT_FOOTER": 55.0,
    "LAYOUT_PAGE_NUMBER": 80.0,
    "LAYOUT_TABLE": 85.0,
    "LAYOUT_KEY_VALUE": 65.0,
    "LAYOUT_TEXT": 70.0,
}


@dataclass(frozen=True, slots=True)
class LayoutElement:
    """A part of the page and its lines."""

    kind: LayoutKind
    box: Box
    lines: tuple[Line, ...]

    @property
    def confidence(self) -> float:
        """0–100, the same for all of a kind."""
        return CONFIDENCE[self.kind]


def find_layout(
    lines: Sequence[Line], tables: Sequence[Table], field_words: Collection[Word], width: float, height: float
) -> list[LayoutElement]:
    """The page's parts in reading order; each line is in one of them. Sizes in pixels."""
    elements = []
    free = list(lines)
    for table in tables:
        inside = tuple(line for line in free if table.box.holds_centre_of(line.box))
        free = [line for line in free if line not in inside]
        elements.append(LayoutElement("LAYOUT_TABLE", table.box, inside))
    usual = median(line.box.height for line in lines) if lines else 0.0
    paragraphs = list(_paragraphs(free))
    title_size = max((_size(paragraph) for paragraph in paragraphs), default=0.0)
    for paragraph in paragraphs:
        box = Box.around(line.box for line in paragraph)
        is_largest = _size(paragraph) == title_size >= TITLE_SIZE * usual
        is_title = is_largest and box.top <= TITLE_WITHIN * height
        kind = "LAYOUT_TITLE" if is_title else _kind(paragraph, box, field_words, usual, height)
        elements.append(LayoutElement(kind, box, tuple(paragraph)))
    order = {line: number for number, line in enumerate(_reading_order(lines, width, height))}
    return sorted(elements, key=lambda element: min((order[line] for line in element.lines), default=len(order)))


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that follow each other closely, below each other and alike in size."""
    paragraphs: list[list[Line]] = []
    for line in lines:
        fitting = [paragraph for paragraph in paragraphs if _continues(paragraph[-1].box, line.box)]
        if fitting:
            fitting[-1].append(line)
        else:
            paragraphs.append([line])
    yield from paragraphs


def _continues(above: Box, box: Box) -> bool:
    lower, higher = sorted((above.height, box.height))
    gap = box.top - above.bottom
    return (
        -0.5 * lower <= gap <= NEXT_LINE * higher
        and higher <= SAME_SIZE * lower
        and above.shared_width(box) >= SHARED_WIDTH * min(above.width, box.width)
    )


def _kind(
    paragraph: Sequence[Line], box: Box, field_words: Collection[Word], usual: float, page_height: float
) -> LayoutKind:
    words = [word for line in paragraph for word in line.words]
    is_at_top, is_at_bottom = box.bottom <= MARGIN * page_height, box.top >= (1 - MARGIN) * page_height
    if (is_at_top or is_at_bottom) and PAGE_NUMBER.fullmatch(paragraph[0].text):
        return "LAYOUT_PAGE_NUMBER"
    if is_at_top or is_at_bottom:
        return "LAYOUT_HEADER" if is_at_top else "LAYOUT_FOOTER"
    if _size(paragraph) >= HEADING_SIZE * usual and len(words) <= MOST_HEADING_WORDS:
        return "LAYOUT_SECTION_HEADER"
    if sum(word in field_words for word in words) >= FIELD_SHARE * len(words):
        return "LAYOUT_KEY_VALUE"
    return "LAYOUT_TEXT"


def _size(paragraph: Sequence[Line]) -> float:
    return median(line.box.height for line in paragraph)


def _reading_order(lines: Sequence[Line], width: float, height: float) -> Iterator[Line]:
    """The lines as a person reads them, columns one after the other."""
    shares = {}
    for line in lines:
        box = line.box
        share = reader.Box(box.left / width, box.top / height, box.width / width, box.height / height)
        shares[reader.Line(line.text, share, line.confidence)] = line
    for row in in_reading_order(list(shares)):
        yield from (shares[line] for line in row)
