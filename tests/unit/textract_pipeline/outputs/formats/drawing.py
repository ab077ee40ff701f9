"""Pages for tests, as the renderings get them."""

from collections.abc import Sequence

from textract_pipeline.response.page import Box, Cell, Field, LayoutElement, Line, Page, Table, Word


def line(text: str, left: float, top: float, confidence: float = 99.0, angle: int = 0) -> Line:
    """A line of words, in which each letter is a hundredth of the page's width."""
    words = []
    at = left
    for part in text.split():
        words.append(Word(part, Box(at, top, 0.01 * len(part), 0.02), confidence))
        at += 0.01 * (len(part) + 1)
    return Line(text, Box(left, top, at - left - 0.01, 0.02), confidence, tuple(words), angle)


def element(kind: str, *lines: Line, items: tuple[int, ...] = ()) -> LayoutElement:
    """A layout element around lines."""
    return LayoutElement(kind, Box.around(found.box for found in lines), 90.0, lines, items)


def field(key: Line, value: Line) -> Field:
    """A form field with two lines."""
    return Field(key.text, value.text, 90.0, 80.0, key.box, value.box, (*key.words, *value.words))


def table(rows: Sequence[Sequence[Line]], header: str = "COLUMN_HEADER") -> Table:
    """A table with one line per cell. Its first row is a header."""
    cells = [
        Cell(row, column, 1, 1, found.text, 95.0, found.box, (header,) if row == 1 else (), found.words)
        for row, line_cells in enumerate(rows, start=1)
        for column, found in enumerate(line_cells, start=1)
    ]
    words = tuple(word for cell in cells for word in cell.words)
    return Table(tuple(cells), Box.around(cell.box for cell in cells), 95.0, words=words)


def invoice(number: int = 1) -> Page:
    """A page with a title, a field, a list, and a table."""
    title, key, value = line("Invoice 4711", 0.1, 0.05), line("Due:", 0.1, 0.15), line("-5.00", 0.3, 0.15, 60.0)
    first, second = line("- paid late", 0.1, 0.25), line("=HYPERLINK(1)", 0.1, 0.3)
    rows = [[line("Item", 0.1, 0.4), line("Cost", 0.4, 0.4)], [line("Tea | milk", 0.1, 0.45), line("2", 0.4, 0.45)]]
    cells = [cell for row in rows for cell in row]
    layout = (
        element("TITLE", title),
        element("KEY_VALUE", key, value),
        element("LIST", first, second, items=(1, 1)),
        element("TABLE", *cells),
    )
    lines = (title, key, value, first, second, *cells)
    return Page(number, lines, (field(key, value),), (table(rows),), layout=layout)
