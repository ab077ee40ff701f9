"""Count what agrees on a page, add the counts up over pages and documents, and compute figures from them.

Things are matched one to one, greedily, largest overlap first; an overlap is an IoU of more than 0.1.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from benchmarks.fidelity.content import PageContent, Table, Text
from local.textract.recognition.page.geometry import Box

LEAST_IOU = 0.1

RATIOS = {  # a figure's counts: what agrees, and the total
    "word_recall": ("words_right", "words_true"),
    "word_precision": ("words_right", "words_found"),
    "word_iou": ("words_iou", "words_right"),
    "loose_word_recall": ("loose_words_right", "words_true"),
    "loose_word_precision": ("loose_words_right", "words_found"),
    "line_recall": ("lines_right", "lines_true"),
    "line_precision": ("lines_right", "lines_found"),
    "cell_placed": ("cells_placed", "cells_true"),
    "cell_accuracy": ("cells_right", "cells_true"),
    "field_accuracy": ("fields_right", "fields_true"),
    "field_precision": ("fields_right", "fields_found"),
    "selection_accuracy": ("selections_right", "selections_true"),
    "selection_precision": ("selections_right", "selections_found"),
    "reading_order": ("steps_in_order", "steps"),
}


class Boxed(Protocol):
    """Anything with a position on the page."""

    @property
    def box(self) -> Box:
        """Its position."""


T = TypeVar("T", bound=Boxed)


def figures(counts: Counter[str]) -> dict[str, float | None]:
    """The figures, from 0 to 1; None if the total is 0."""
    return {
        name: round(counts[right] / counts[whole], 4) if counts[whole] else None
        for name, (right, whole) in RATIOS.items()
    }


def compare(true: PageContent, found: PageContent) -> Counter[str]:
    """What agrees on one page."""
    counts: Counter[str] = Counter()
    for kind in ("words", "lines", "fields", "selections"):
        counts[f"{kind}_true"], counts[f"{kind}_found"] = len(getattr(true, kind)), len(getattr(found, kind))
    words = match(true.words, found.words, lambda one, other: one.text == other.text)
    counts["words_right"] = len(words)
    counts["words_iou"] = sum(iou(true.words[i].box, found.words[j].box) for i, j in words)  # type: ignore[misc] # a Counter adds floats too
    counts["loose_words_right"] = len(match(true.words, found.words, _reads_alike))
    counts["lines_right"] = len(match(true.lines, found.lines, lambda one, other: one.text == other.text))
    states = match(true.selections, found.selections, lambda one, other: one.status == other.status)
    counts["selections_right"] = len(states)
    true_fields, found_fields = (
        Counter((loose(key), loose(value)) for key, value in each.fields) for each in (true, found)
    )
    counts["fields_right"] = (true_fields & found_fields).total()
    order = [j for _, j in sorted(words)]
    counts["steps"] = max(len(order) - 1, 0)
    counts["steps_in_order"] = sum(here < following for here, following in pairwise(order))
    return counts + _compare_tables(true.tables, found.tables)


def _compare_tables(true: Sequence[Table], found: Sequence[Table]) -> Counter[str]:
    """Count true cells with text: placed if a cell of the same row and column overlaps, right if the text is equal."""
    counts: Counter[str] = Counter()
    counts["cells_true"] = sum(bool(cell.text) for table in true for cell in table.cells.values())
    for i, j in match(true, found, lambda *_: True):
        for place, cell in true[i].cells.items():
            other = found[j].cells.get(place)
            if cell.text and other and iou(cell.box, other.box) > LEAST_IOU:
                counts["cells_placed"] += 1
                counts["cells_right"] += _reads_alike(cell, other)
    return counts


def match(true: Sequence[T], found: Sequence[T], agree: Callable[[T, T], bool]) -> list[tuple[int, int]]:
    """Pairs of positions in `true` and `found`."""
    pairs = [
        (overlap, i, j)
        for i, one in enumerate(true)
        for j, other in enumerate(found)
        if agree(one, other) and (overlap := iou(one.box, other.box)) > LEAST_IOU
    ]
    matched: list[tuple[int, int]] = []
    taken_true: set[int] = set()
    taken_found: set[int] = set()
    for _, i, j in sorted(pairs, key=lambda pair: -pair[0]):
        if i not in taken_true and j not in taken_found:
            taken_true.add(i)
            taken_found.add(j)
            matched.append((i, j))
    return matched


def iou(one: Box, other: Box) -> float:
    """The shared area of two boxes divided by the area of their union."""
    shared = one.shared_area(other)
    return shared / (one.area + other.area - shared) if shared else 0.0


def loose(text: str) -> str:
    """The text in lower case without punctuation and spaces; unchanged if nothing would be left."""
    kept = "".join(c for c in text.casefold() if not unicodedata.category(c).startswith(("P", "Z")))
    return kept or text


def _reads_alike(one: Text, other: Text) -> bool:
    return loose(one.text) == loose(other.text)
