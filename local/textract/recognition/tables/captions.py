"""Find tables' titles, which are right above them."""

from collections.abc import Sequence

from local.textract.recognition.page.lines import Line
from local.textract.recognition.page.typography import print_size
from local.textract.recognition.tables.tables import Table

NEAREST = 1.8  # text sizes, from a title to its table
MOST_WORDS = 10  # more is a sentence


def title_of(table: Table, lines: Sequence[Line]) -> Line | None:
    """The short line right above the table that is alone in its row and neither a key nor a sentence."""
    over = [
        line
        for line in lines
        if line.box.shared_width(table.box) > 0
        and line.box.center[1] < table.box.top
        and table.box.top - line.box.bottom <= NEAREST * print_size(line)
    ]
    if len(over) != 1 or len(over[0].words) > MOST_WORDS or over[0].text.endswith((":", ".", ",")):
        return None
    size = print_size(over[0])
    is_within = over[0].box.left >= table.box.left - size and over[0].box.right <= table.box.right + size
    return over[0] if is_within else None
