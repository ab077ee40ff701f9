"""The workbook of a document's tables."""

from io import BytesIO

import openpyxl
import pytest

from document_rendering.workbook import write_workbook
from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line, table
from textract_pipeline.response.page import Page


def written(*pages: Page) -> openpyxl.Workbook:
    file = BytesIO()
    write_workbook(pages, file)
    return openpyxl.load_workbook(file)


def test_each_table_has_a_sheet_of_its_own() -> None:
    book = written(invoice(1), Page(2, ()), invoice(3))
    assert book.sheetnames == ["Page 1, table 1", "Page 3, table 1"]
    assert list(book["Page 1, table 1"].values) == [("Item", "Cost"), ("Tea | milk", 2)]
    assert book["Page 1, table 1"]["A1"].font.bold


def test_formulas_are_text_numbers_are_numbers_and_codes_keep_their_zeros() -> None:
    texts = ["=1+1", "@SUM(A1)", "1,234.50", "-5", "00000000", "12345678901234567890", "http://example.com", "1,23"]
    sheet = written(Page(1, (), tables=(table([[line(text, 0, 0) for text in texts]]),)))["Page 1, table 1"]
    assert [cell.value for cell in sheet[1]] == [*texts[:2], 1234.5, -5, *texts[4:]]
    assert not any(cell.data_type == "f" for cell in sheet[1])


def test_numbers_look_as_on_the_page() -> None:
    texts = ["20,815.00", "3.40", "15%", "4006381333931", "+4915123456", "12/05/2026"]
    whole = table([[line(text, 0, 0) for text in texts], [line(text, 0, 0) for text in texts]])
    sheet = written(Page(1, (), tables=(whole,)))["Page 1, table 1"]
    for row in sheet.rows:
        assert [cell.value for cell in row] == [20815, 3.4, 0.15, *texts[3:]]
        assert [cell.number_format for cell in row] == ["#,##0.00", "0.00", "0%", "General", "General", "General"]
    assert [cell.font.bold for cell in sheet["A"]] == [True, False]


def test_a_table_with_decimal_commas_keeps_its_numbers_as_text() -> None:
    texts = ["2.345,67", "1.250", "40"]
    sheet = written(Page(1, (), tables=(table([[line(text, 0, 0) for text in texts]]),)))["Page 1, table 1"]
    assert [cell.value for cell in sheet[1]] == ["2.345,67", "1.250", 40]


@pytest.mark.parametrize("before", ["", " ", "\t", "\u200b", "\ufeff", "'", '"', ";"])
@pytest.mark.parametrize("span", [1, 2])
def test_no_text_of_a_document_is_a_formula(before: str, span: int) -> None:
    texts = ["=1+1", "{=1+1}", "@SUM(A1)", "+A1", "-A1", "＝1", "=HYPERLINK(1)", "mailto:a@b.example", "internal:A1"]
    whole = table([[line(before + text, 0, 0)] for text in texts])
    cells = tuple(cell._replace(column_span=span) for cell in whole.cells)
    sheet = written(Page(1, (), tables=(whole._replace(cells=cells),)))["Page 1, table 1"]
    assert [sheet.cell(row, 1).value for row in range(1, len(texts) + 1)] == [before + text for text in texts]
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    assert not any(cell.hyperlink for row in sheet.rows for cell in row)


def test_a_merged_cell_is_merged() -> None:
    whole = table([[line("Both", 0, 0)], [line("a", 0, 0), line("b", 0, 0)]])
    merged = whole._replace(cells=(whole.cells[0]._replace(column_span=2), *whole.cells[1:]))
    sheet = written(Page(1, (), tables=(merged,)))["Page 1, table 1"]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet["A1"].value == "Both"


def test_cells_that_are_merged_twice_do_no_harm() -> None:
    whole = table([[line("x", 0, 0), line("y", 0, 0)]])
    merged = whole._replace(cells=tuple(cell._replace(column_span=3) for cell in whole.cells))
    assert written(Page(1, (), tables=(merged,)))["Page 1, table 1"]["A1"].value == "x"


def test_a_document_without_tables_says_so() -> None:
    assert written(Page(1, ())).sheetnames == ["No tables"]
