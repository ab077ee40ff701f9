"""The files for each page that the reference architecture writes."""

from tests.unit.textract_pipeline.outputs.formats.drawing import invoice
from textract_pipeline.outputs.formats.page_files import page_files
from textract_pipeline.response.page import Page
from textract_pipeline.response.reading_order import regions


def files(page: Page) -> dict[str, str]:
    return dict(page_files(page, regions(page)))


def test_a_page_has_files_for_what_it_holds() -> None:
    assert list(files(invoice(7))) == [
        "page-7-text.txt",
        "page-7-text-inreadingorder.txt",
        "page-7-forms.csv",
        "page-7-tables.csv",
        "page-7-tables-pretty.txt",
    ]
    assert list(files(Page(8, ()))) == ["page-8-text.txt", "page-8-text-inreadingorder.txt"]


def test_text_is_as_textract_has_it_and_in_reading_order() -> None:
    found = files(invoice(7))
    assert "Due:\n-5.00\n" in found["page-7-text.txt"]
    assert "Due:  -5.00\n" in found["page-7-text-inreadingorder.txt"]


def test_a_pretty_table_stands_in_columns() -> None:
    assert files(invoice(7))["page-7-tables-pretty.txt"] == "Item       | Cost\nTea | milk | 2\n"
