"""`tables.xlsx`: one sheet per table, with merged cells, numbers as numbers, and no formulas."""

import re
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

import xlsxwriter

from textract_pipeline.response.page import Cell, Page, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d+)?")
_CODE = re.compile(r"0\d")  # digits with a leading zero are a code, not a number
_MOST_CHARACTERS = 32_767  # in a cell (Excel specifications and limits, 2026-11)
_LONGEST_NAME = 31  # that Excel allows per sheet
_WIDEST = 60


def write_workbook(pages: Iterable[Page], file: IO[bytes]) -> int:
    """Write the workbook; return the number of tables. Without tables, it has one sheet that says so."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    tables = 0
    with xlsxwriter.Workbook(file, options) as book:
        header = book.add_format({"bold": True, "bottom": 1})
        for page in pages:
            for number, table in enumerate(page.tables, start=1):
                name = f"Page {page.number}, table {number}"
                sheet = book.add_worksheet(name if len(name) <= _LONGEST_NAME else f"Table {tables + 1}")
                _write_table(table, sheet, header)
                tables += 1
        if not tables:
            book.add_worksheet("No tables").write_string(0, 0, "Textract found no tables in this document.")
    return tables


def _write_table(table: Table, sheet: "Worksheet", header: "Format") -> None:
    merged: set[tuple[int, int]] = set()
    for cell in table.cells:
        style = header if cell.is_column_header else None
        area = {
            (row, column)
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        }
        if len(area) > 1 and not area & merged:
            merged |= area
            last_row, last_column = max(area)
            sheet.merge_range(cell.row - 1, cell.column - 1, last_row - 1, last_column - 1, "", style)
        _write_cell(cell, sheet, style)
    headers = {cell.row for cell in table.cells if cell.is_column_header}
    if 1 in headers:
        sheet.freeze_panes(1, 0)
    for column in {cell.column for cell in table.cells}:
        longest = max(len(cell.text) for cell in table.cells if cell.column == column)
        sheet.set_column(column - 1, column - 1, min(longest + 2, _WIDEST))


def _write_cell(cell: Cell, sheet: "Worksheet", style: "Format | None") -> None:
    row, column, text = cell.row - 1, cell.column - 1, cell.text
    if _NUMBER.fullmatch(text) and not _CODE.match(text.lstrip("+-")):
        sheet.write_number(row, column, float(text.replace(",", "")), style)
    else:
        sheet.write_string(row, column, text[:_MOST_CHARACTERS], style)
