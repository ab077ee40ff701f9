"""Step 5b of recognition: lines that stand together make a layout element: a title, a page number, or text."""

import re
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from local.textract.page import Line

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import BlockTypeType

_GAP = 0.9  # of a line's height: a wider one starts a new element
_TITLE = 1.4  # times the height of the page's typical line
_PAGE_NUMBER = re.compile(r"(page\s*)?\d{1,4}(\s*(of|/)\s*\d{1,4})?", re.IGNORECASE)


def group_lines(lines: Sequence[Line]) -> list[list[int]]:
    """The positions of the lines of each element, from top to bottom."""
    groups: list[list[int]] = []
    for position in sorted(range(len(lines)), key=lambda at: lines[at].box.top):
        line = lines[position]
        near = [group for group in groups if _continues(lines[group[-1]], line)]
        if near:
            near[-1].append(position)
        else:
            groups.append([position])
    return groups


def kind_of(group: Sequence[Line], lines: Sequence[Line]) -> "BlockTypeType":
    """What a group of a page's lines is."""
    typical = median(line.box.height for line in lines)
    if len(group) == 1 and _PAGE_NUMBER.fullmatch(group[0].text):
        return "LAYOUT_PAGE_NUMBER"
    if min(line.box.height for line in group) > _TITLE * typical:
        return "LAYOUT_TITLE" if group[0] is min(lines, key=lambda line: line.box.top) else "LAYOUT_SECTION_HEADER"
    return "LAYOUT_TEXT"


def _continues(before: Line, line: Line) -> bool:
    gap = line.box.top - before.box.bottom
    overlap = min(before.box.right, line.box.right) - max(before.box.left, line.box.left)
    similar = 0.7 < line.box.height / before.box.height < 1.4  # noqa: PLR2004 - about the same size of type
    return -before.box.height < gap < _GAP * before.box.height and overlap > 0 and similar
