"""The order in which a person reads a page: from its layout, or else from its geometry. Pure.

A page becomes regions that are read one after the other; each table is a region in its place. Every line of the page is
in exactly one region.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textract_pipeline.response.page import Box, LayoutElement, Line, Page, Table
from textract_pipeline.response.upright import Upright
from textract_pipeline.response.xy_cut import Piece, is_beside, read_pieces

Row = list[Line]

TEXT = "TEXT"
TABLE = "TABLE"
LIST = "LIST"


class Region(NamedTuple):
    """A part of a page: the kind of its layout element, its lines row by row, and its table if it is one.

    Each item of a list is a region.
    """

    kind: str
    rows: list[Row]
    table: Table | None = None


def in_reading_order(lines: Sequence[Line]) -> list[Row]:
    """The lines, each once, ordered by geometry; lines that are side by side make one row."""
    return [_lines_of(row) for row in read_pieces([Piece.at(line.box, line) for line in lines])]


def regions(page: Page) -> list[Region]:
    """The page's regions in reading order."""
    on = Upright(page)
    inside = _lines_in_tables(page)
    free = [line for line in page.lines if id(line) not in inside.table_of]
    if page.layout:
        return list(_by_layout(page, free, inside, on))
    upright = [on.piece(line) for line in free if line.angle == on.angle]
    tables = [_placed(table, inside, on) for table in page.tables]
    ordered = list(_by_geometry(upright + tables, inside, on))
    for angle in sorted({line.angle for line in free} - {on.angle}):
        sideways = Upright(page, angle)
        turned = [sideways.piece(line) for line in free if line.angle == angle]
        ordered += _by_geometry(turned, inside, on)
    return ordered


class _InTables(NamedTuple):
    """Which lines are in which table: a line belongs to a table if most of its words are in its cells."""

    table_of: dict[int, Table]  # by the identity of the line
    lines_of: dict[int, list[Line]]  # by the identity of the table


def _lines_in_tables(page: Page) -> _InTables:
    found = _InTables({}, {})
    owners = {id(word): table for table in page.tables for word in table.words}
    if not owners:
        return found
    for line in page.lines:
        tables = [owners[id(word)] for word in line.words if id(word) in owners]
        if 2 * len(tables) > len(line.words):
            found.table_of[id(line)] = tables[0]
            found.lines_of.setdefault(id(tables[0]), []).append(line)
    return found


def _by_geometry(pieces: Sequence[Piece], inside: _InTables, on: Upright) -> Iterator[Region]:
    rows: list[Row] = []
    for row in read_pieces(pieces):
        table = next((piece.content for piece in row if isinstance(piece.content, Table)), None)
        if table is None:
            rows.append(_lines_of(row))
            continue
        if rows:
            yield Region(TEXT, rows)
            rows = []
        yield _table_region(table, inside, on)
    if rows:
        yield Region(TEXT, rows)


def _placed(table: Table, inside: _InTables, on: Upright) -> Piece:
    """A table's position; that of its lines, if Textract gives none."""
    lines = inside.lines_of.get(id(table))
    if lines and not table.box.width:
        table_at = on.piece(lines[0])
        return Piece(table, table_at.left, table_at.top, table_at.right, table_at.bottom)
    return on.piece(table)


def _table_region(table: Table, inside: _InTables, on: Upright) -> Region:
    """A table's lines, row by row of its cells, so that a cell with several lines does not mix with the row below."""
    lines = inside.lines_of.get(id(table), [])
    row_of = {id(word): cell.row for cell in table.cells for word in cell.words}
    by_row: dict[int, list[Piece]] = {}
    for line in lines:
        row = min(row_of[id(word)] for word in line.words if id(word) in row_of)
        by_row.setdefault(row, []).append(on.piece(line))
    rows = [_lines_of(row) for number in sorted(by_row) for row in read_pieces(by_row[number])]
    return Region(TABLE, rows, table)


def _by_layout(page: Page, free: Sequence[Line], inside: _InTables, on: Upright) -> Iterator[Region]:
    """In the order of the layout elements; lines outside of them are read after the element above them."""
    read = {id(line) for element in page.layout for line in element.lines}
    strays: dict[int, list[Line | Table]] = {}
    seen = {id(inside.table_of[line]) for line in read if line in inside.table_of}
    leftover: list[Line | Table] = [line for line in free if id(line) not in read]
    leftover += [table for table in page.tables if id(table) not in seen]
    if leftover:
        boxes = [on.box(element.box) for element in page.layout]
        for piece in leftover:
            strays.setdefault(_element_above(on.box_of(piece), boxes), []).append(piece)
    told: set[int] = set()
    for number, element in enumerate([None, *page.layout], start=-1):
        if element is not None:
            yield from _of_element(element, inside, on, told)
        if number in strays:
            yield from _by_geometry([on.piece(piece) for piece in strays[number]], inside, on)


def _element_above(box: Box, elements: Sequence[Box]) -> int:
    """The index of the lowest element above a box, preferably in its column; -1 if there is none."""
    middle = box.top + box.height / 2
    above = [index for index, element in enumerate(elements) if element.top <= middle]
    column = [index for index in above if min(box.right, elements[index].right) > max(box.left, elements[index].left)]
    return max(column or above, key=lambda index: (elements[index].bottom, index), default=-1)


def _of_element(element: LayoutElement, inside: _InTables, on: Upright, told: set[int]) -> Iterator[Region]:
    """The regions of a layout element, with each table once, at its first line."""
    for item in _items(element):
        rows: list[Row] = []
        for line in item:
            table = inside.table_of.get(id(line))
            if table is None:
                _append(rows, line, on)
            elif id(table) not in told:
                told.add(id(table))
                if rows:
                    yield Region(element.kind, rows)
                    rows = []
                yield _table_region(table, inside, on)
        if rows:
            yield Region(element.kind, rows)


def _items(element: LayoutElement) -> Iterator[Sequence[Line]]:
    if element.kind != LIST:
        yield element.lines
        return
    start = 0
    for count in element.items:
        yield element.lines[start : start + count]
        start += count
    yield element.lines[start:]


def _append(rows: list[Row], line: Line, on: Upright) -> None:
    """Put a line next to the previous one, or below it."""
    if rows and rows[-1][-1].angle == line.angle:
        before, piece = on.piece(rows[-1][-1]), on.piece(line)
        if piece.left >= before.right and is_beside(before, piece):
            rows[-1].append(line)
            return
    rows.append([line])


def _lines_of(row: Iterable[Piece]) -> Row:
    return [piece.content for piece in row if isinstance(piece.content, Line)]
