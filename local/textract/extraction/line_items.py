"""Find line items in tables with usual headers, else in rows that end with an amount."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from local.textract.extraction.expense_types import column_type, is_amount, summary_type
from local.textract.extraction.labeled import Print, geometry, rows_of
from textract_pipeline.response.page import Cell, Page, Table

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import ExpenseFieldTypeDef, LineItemFieldsTypeDef, LineItemGroupTypeDef

BY_HEADER, BY_PLACE = 75.0, 50.0  # confidence of a field's type, by how it was found
SIDE_BY_SIDE = 2  # an item and its price

Fields = list[tuple[str, Print]]


def line_items(page: Page, page_number: int) -> "list[LineItemGroupTypeDef]":
    """One group per table that lists items; if there is none, one for the rows of a receipt."""
    groups = [(BY_HEADER, items) for table in page.tables if (items := list(_items_of(table)))]
    if not groups and (items := list(_receipt_items(page))):
        groups = [(BY_PLACE, items)]
    return [
        {
            "LineItemGroupIndex": number,
            "LineItems": [_line_item(fields, sure, page_number) for fields in items],
        }
        for number, (sure, items) in enumerate(groups, start=1)
    ]


def _items_of(table: Table) -> Iterator[Fields]:
    """The rows below a header row with an item and a price."""
    kinds: dict[int, str] = {}
    for row in table.rows():
        cells = [cell for cell in row if cell and cell.text]
        named = {cell.column: kind for cell in cells if (kind := column_type(cell.text))}
        if {"ITEM", "PRICE"} <= set(named.values()) or {"ITEM", "UNIT_PRICE"} <= set(named.values()):
            kinds = named
        elif kinds and _is_item(cells, kinds):
            yield [(kinds.get(cell.column, "OTHER"), Print.of([cell])) for cell in cells]


def _is_item(cells: Sequence[Cell], kinds: dict[int, str]) -> bool:
    """Whether the row is an item: rows that start with a total's label are not."""
    named = [cell for cell in cells if kinds.get(cell.column) == "ITEM"]
    return bool(named) and len(cells) >= SIDE_BY_SIDE and not any(summary_type(cell.text) for cell in cells)


def _receipt_items(page: Page) -> Iterator[Fields]:
    """The rows of text that start with a name and end with an amount, above the first total."""
    for row in rows_of(page):
        if len(row) < SIDE_BY_SIDE or not is_amount(row[-1].text):
            continue
        if any(summary_type(line.text) for line in row[:-1]):
            break
        yield [("ITEM", Print.of(row[:-1])), ("PRICE", Print.of(row[-1:]))]


def _line_item(fields: Fields, sure: float, page_number: int) -> "LineItemFieldsTypeDef":
    """The fields and the whole row, in Textract's format."""
    row = _joined([found for _, found in fields])
    return {
        "LineItemExpenseFields": [
            _field(kind, sure, found, page_number) for kind, found in [*fields, ("EXPENSE_ROW", row)]
        ]
    }


def _joined(found: Sequence[Print]) -> Print:
    box = found[0].box.around(one.box for one in found)
    return Print(" ".join(one.text for one in found), box, min(one.confidence for one in found))


def _field(kind: str, sure: float, found: Print, page_number: int) -> "ExpenseFieldTypeDef":
    return {
        "Type": {"Text": kind, "Confidence": sure},
        "ValueDetection": {"Text": found.text, "Geometry": geometry(found.box), "Confidence": found.confidence},
        "PageNumber": page_number,
    }
