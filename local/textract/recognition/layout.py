"""A page's layout: paragraphs by their spacing; their kind by text size, position, and content.

Confidences are heuristic.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Literal, TypeAlias

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line
from local.textract.recognition.page.typography import print_size
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.tables import Table
from textract_pipeline.response import page
from textract_pipeline.response.reading_order import in_reading_order

LayoutKind: TypeAlias = Literal[
    "LAYOUT_TITLE",
    "LAYOUT_SECTION_HEADER",
    "LAYOUT_HEADER",
    "LAYOUT_FOOTER",
    "LAYOUT_PAGE_NUMBER",
    "LAYOUT_TABLE",
    "LAYOUT_KEY_VALUE",
    "LAYOUT_LIST",
    "LAYOUT_FIGURE",
    "LAYOUT_TEXT",
]

NEXT_LINE = 0.8  # text sizes, from one line of a paragraph to the next
SAME_SIZE = 1.25  # the larger text size ÷ the smaller, within a paragraph
SHARED_WIDTH = 0.5  # of the narrower line, with the one above
MARGIN = 0.08  # of the page's height, for headers and footers
TITLE_SIZE, TITLE_WITHIN = 1.5, 0.4  # usual text sizes; fraction of the page's height from its top
HEADING_SIZE, MOST_HEADING_WORDS, MOST_HEADING_LINES = 1.2, 12, 2  # usual text sizes; words; lines
FIELD_SHARE = 0.5  # of a paragraph's words, in fields
ITEM = re.compile(r"[•·●○▪■◦‣*\-–>]|\(?(\d{1,2}|[a-z]|[ivx]{1,4})[.)]")  # the start of a list item
LEAST_ITEMS = 2
PAGE_NUMBER = re.compile(r"(page )?\d{1,4}( ?(/|of) ?\d{1,4})?", re.IGNORECASE)
CONFIDENCE: dict[LayoutKind, float] = {
    "LAYOUT_TITLE": 70.0,
    "LAYOUT_SECTION_HEADER": 60.0,
    "LAYOUT_HEADER": 55.0,
    "LAYOUT_FOOTER": 55.0,
    "LAYOUT_PAGE_NUMBER": 80.0,
    "LAYOUT_TABLE": 85.0,
    "LAYOUT_KEY_VALUE": 65.0,
    "LAYOUT_LIST": 70.0,
    "LAYOUT_FIGURE": 60.0,
    "LAYOUT_TEXT": 70.0,
}


@dataclass(frozen=True, slots=True)
class LayoutElement:
    """A part of the page and its lines; a list has items, which have the lines."""

    kind: LayoutKind
    box: Box
    lines: tuple[Line, ...]
    items: tuple["LayoutElement", ...] = ()

    @property
    def confidence(self) -> float:
        """0–100, the same for all of a kind."""
        return CONFIDENCE[self.kind]


@dataclass(frozen=True, slots=True)
class PageParts:
    """What else was found on a page, to tell its lines apart."""

    tables: Sequence[Table] = ()
    figures: Sequence[Box] = ()
    field_words: Collection[Word] = ()
    bold: Collection[Line] = ()


def find_layout(lines: Sequence[Line], parts: PageParts, width: float, height: float) -> list[LayoutElement]:
    """The page's parts in reading order; each line is in exactly one. Sizes in pixels."""
    elements = [LayoutElement("LAYOUT_FIGURE", box, ()) for box in parts.figures]
    free = list(lines)
    for table in parts.tables:
        inside = tuple(line for line in free if table.box.holds_center_of(line.box))
        free = [line for line in free if line not in inside]
        elements.append(LayoutElement("LAYOUT_TABLE", table.box, inside))
    usual = median(print_size(line) for line in lines) if lines else 0.0
    paragraphs = _paragraphs(free, parts.bold)
    title_size = max((_size(paragraph) for paragraph in paragraphs), default=0.0)
    for paragraph in paragraphs:
        box = Box.around(line.box for line in paragraph)
        is_largest = _size(paragraph) == title_size >= TITLE_SIZE * usual
        is_title = is_largest and box.top <= TITLE_WITHIN * height
        kind = "LAYOUT_TITLE" if is_title else _kind(paragraph, box, parts, usual, height)
        elements.append(LayoutElement(kind, box, tuple(paragraph)))
    order = {line: number for number, line in enumerate(_reading_order(lines, width, height))}
    in_order = sorted(elements, key=lambda element: _place(element, order))
    return list(_with_forms(list(_with_lists(in_order))))


def _place(element: LayoutElement, order: dict[Line, int]) -> float:
    """A part's place in the reading order; a figure comes before the first line below its top."""
    if element.lines:
        return min(order[line] for line in element.lines)
    below = [number for line, number in order.items() if line.box.top >= element.box.top]
    return min(below, default=len(order)) - 0.5


def _with_lists(elements: Sequence[LayoutElement]) -> Iterator[LayoutElement]:
    """The elements, with consecutive list items joined."""
    for is_list, group in groupby(elements, key=_is_item):
        items = tuple(group)
        if is_list and len(items) >= LEAST_ITEMS:
            yield LayoutElement("LAYOUT_LIST", Box.around(item.box for item in items), (), items)
        else:
            yield from items


def _with_forms(elements: Sequence[LayoutElement]) -> Iterator[LayoutElement]:
    """The elements, with consecutive fields joined, unless something else is between them."""
    for kind, group in groupby(elements, key=lambda element: element.kind):
        parts = list(group)
        box = Box.around(part.box for part in parts)
        others = [element for element in elements if element not in parts]
        if kind == "LAYOUT_KEY_VALUE" and not any(box.shared_area(other.box) for other in others):
            yield LayoutElement(kind, box, tuple(line for part in parts for line in part.lines))
        else:
            yield from parts


def _is_item(element: LayoutElement) -> bool:
    return element.kind == "LAYOUT_TEXT" and _begins_item(element.lines[0])


def _begins_item(line: Line) -> bool:
    return len(line.words) > 1 and bool(ITEM.fullmatch(line.words[0].text))


def _paragraphs(lines: Sequence[Line], bold: Collection[Line]) -> list[list[Line]]:
    """Groups of lines that are close together, below each other, and similar in text size."""
    paragraphs: list[list[Line]] = []
    for line in lines:
        fitting = [
            paragraph
            for paragraph in paragraphs
            if _continues(paragraph[-1], line) and (paragraph[-1] in bold) == (line in bold)
        ]
        if fitting and not _begins_item(line):
            fitting[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _continues(line: Line, following: Line) -> bool:
    if line.turn != following.turn:
        return False
    above, box = line.box.turned(line.turn), following.box.turned(line.turn)
    smaller, larger = sorted((print_size(line), print_size(following)))
    return (
        -0.5 * smaller <= box.top - above.bottom <= NEXT_LINE * larger
        and larger <= SAME_SIZE * smaller
        and above.shared_width(box) >= SHARED_WIDTH * min(above.width, box.width)
    )


def _kind(paragraph: Sequence[Line], box: Box, parts: PageParts, usual: float, page_height: float) -> LayoutKind:
    words = [word for line in paragraph for word in line.words]
    _, middle = box.center
    is_at_top, is_at_bottom = middle <= MARGIN * page_height, middle >= (1 - MARGIN) * page_height
    if (is_at_top or is_at_bottom) and PAGE_NUMBER.fullmatch(paragraph[0].text):
        return "LAYOUT_PAGE_NUMBER"
    if is_at_top or is_at_bottom:
        return "LAYOUT_HEADER" if is_at_top else "LAYOUT_FOOTER"
    if sum(word in parts.field_words for word in words) >= FIELD_SHARE * len(words):
        return "LAYOUT_KEY_VALUE"
    stands_out = _size(paragraph) >= HEADING_SIZE * usual or all(line in parts.bold for line in paragraph)
    is_short = len(words) <= MOST_HEADING_WORDS and len(paragraph) <= MOST_HEADING_LINES
    return "LAYOUT_SECTION_HEADER" if stands_out and is_short else "LAYOUT_TEXT"


def _size(paragraph: Sequence[Line]) -> float:
    return median(print_size(line) for line in paragraph)


def _reading_order(lines: Sequence[Line], width: float, height: float) -> Iterator[Line]:
    """The lines in the order in which a person reads them, column by column; lines of turned words come last."""
    shares = {}
    for line in lines:
        if line.turn:
            continue
        box = line.box
        share = page.Box(box.left / width, box.top / height, box.width / width, box.height / height)
        shares[page.Line(line.text, share, line.confidence)] = line
    for row in in_reading_order(list(shares)):
        yield from (shares[line] for line in row)
    yield from (line for line in lines if line.turn)
