"""`tables.xlsx`: one sheet per table, with merged cells, numbers that look as on the page, and no formulas."""

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

import xlsxwriter

from document_rendering.cell_numbers import Number, has_decimal_comma, number
from textract_pipeline.response.page import Cell, Page, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_CHARACTERS = 32_767  # in a cell (Excel specifications and limits, 2026-11)
_LONGEST_NAME = 31  # that Excel allows per sheet
_WIDEST = 60


def write_workbook(pages: Iterable[Page], file: IO[bytes]) -> int:
    """Write the workbook; return the number of tables. Without tables, it has one sheet that says so."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    tables = 0
    with xlsxwriter.Workbook(file, options) as book:
        styles = _Styles(book)
        for page in pages:
            for on_page, table in enumerate(page.tables, start=1):
                name = f"Page {page.number}, table {on_page}"
                sheet = book.add_worksheet(name if len(name) <= _LONGEST_NAME else f"Table {tables + 1}")
                _write_table(table, sheet, styles)
                tables += 1
        if not tables:
            book.add_worksheet("No tables").write_string(0, 0, "Textract found no tables in this document.")
    return tables


class _Styles:
    """The formats of cells, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[bool, str | None], Format] = {}

    def of(self, cell: Cell, number_format: str | None) -> "Format | None":
        """The format of a cell; None if it is an ordinary one."""
        wanted = cell.is_column_header, number_format
        if not any(wanted):
            return None
        if wanted not in self._made:
            look = {"bold": True, "bottom": 1} if cell.is_column_header else {}
            self._made[wanted] = self._book.add_format(look | ({"num_format": number_format} if number_format else {}))
        return self._made[wanted]


def _write_table(table: Table, sheet: "Worksheet", styles: _Styles) -> None:
    merged: set[tuple[int, int]] = set()
    decimal_comma = has_decimal_comma([cell.text for cell in table.cells])
    for cell in table.cells:
        found = number(cell.text, decimal_comma=decimal_comma)
        style = styles.of(cell, found.format if found else None)
        area = {
            (row, column)
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }
        if len(area) > 1 and not area & merged:
            merged |= area
            last_row, last_column = max(area)
            sheet.merge_range(cell.row - 1, cell.column - 1, last_row - 1, last_column - 1, "", style)
        _write_cell(cell, found, sheet, style)
    headers = {cell.row for cell in table.cells if cell.is_column_header}
    if 1 in headers:
        sheet.freeze_panes(1, 0)
    for column in {cell.column for cell in table.cells}:
        longest = max(len(cell.text) for cell in table.cells if cell.column == column)
        sheet.set_column(column - 1, column - 1, min(longest + 2, _WIDEST))


def _write_cell(cell: Cell, found: Number | None, sheet: "Worksheet", style: "Format | None") -> None:
    if found:
        sheet.write_number(cell.row - 1, cell.column - 1, found.value, style)
    else:
        sheet.write_string(cell.row - 1, cell.column - 1, cell.text[:_MOST_CHARACTERS], style)
