"""The results of AnalyzeExpense for an analyzed page."""

from typing import Any

import pytest

from local.textract.extraction.expense import expense_document
from local.textract.extraction.expense_types import column_type, currency_of, is_amount, summary_type
from tests.support.askew import Placed, response, turned
from tests.support.responses import Block, cell, field, line, relation, word


def analyzed(*rows: tuple[float, float, str], height: float = 0.02) -> list[Block]:
    """A page with these lines: left, top, text."""
    blocks: list[Block] = [{"BlockType": "PAGE", "Id": "page"}]
    for number, (left, top, text) in enumerate(rows):
        blocks.append(line(f"l{number}", text, left, top, 0.02 * len(text)))
        blocks[-1]["Geometry"]["BoundingBox"]["Height"] = height
    return blocks


def table(*rows: tuple[str, ...]) -> list[Block]:
    """A TABLE block and its cells, with one word each."""
    cells: list[Block] = []
    words: list[Block] = []
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            name = f"{row}-{column}"
            words.append(word(f"w{name}", text))
            cells.append(cell(f"c{name}", row, column, f"w{name}"))
    ids = [block["Id"] for block in cells]
    return [{"BlockType": "TABLE", "Id": "table", "Relationships": [relation("CHILD", *ids)]}, *cells, *words]


def summary(blocks: list[Block]) -> dict[str, str]:
    fields = expense_document(blocks, 1, 1)["SummaryFields"]  # type: ignore[arg-type]
    return {found["Type"]["Text"]: found["ValueDetection"]["Text"] for found in fields}


def line_items(blocks: list[Block]) -> list[dict[str, str]]:
    groups: Any = expense_document(blocks, 1, 1)["LineItemGroups"]  # type: ignore[arg-type]
    return [
        {found["Type"]["Text"]: found["ValueDetection"]["Text"] for found in item["LineItemExpenseFields"]}
        for group in groups
        for item in group["LineItems"]
    ]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("TOTAL", "TOTAL"),
        ("Total:", "TOTAL"),
        ("Grand Total", "TOTAL"),
        ("Sub-total", "SUBTOTAL"),
        ("Subtotal", "SUBTOTAL"),
        ("Sales Tax (8.25%)", "TAX"),
        ("VAT 20%", "TAX"),
        ("VAT No.", "TAX_PAYER_ID"),
        ("Balance Due", "AMOUNT_DUE"),
        ("Invoice #", "INVOICE_RECEIPT_ID"),
        ("Invoice No.:", "INVOICE_RECEIPT_ID"),
        ("Date", "INVOICE_RECEIPT_DATE"),
        ("Invoice date", "INVOICE_RECEIPT_DATE"),
        ("Due Date", "DUE_DATE"),
        ("P.O. Number", "PO_NUMBER"),
        ("Bill To:", "RECEIVER_NAME"),
        ("Terms", "PAYMENT_TERMS"),
        ("Shipping & Handling", "SHIPPING_HANDLING_CHARGE"),
        ("Total length", None),
        ("Updated", None),
        ("", None),
    ],
)
def test_a_usual_name_stands_for_a_type(label: str, kind: str | None) -> None:
    assert summary_type(label) == kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Description", "ITEM"),
        ("QTY", "QUANTITY"),
        ("Unit Price", "UNIT_PRICE"),
        ("Amount", "PRICE"),
        ("Line Total", "PRICE"),
        ("Item #", "PRODUCT_CODE"),
        ("SKU", "PRODUCT_CODE"),
        ("Colour", None),
    ],
)
def test_a_usual_header_stands_for_a_field_of_line_items(header: str, kind: str | None) -> None:
    assert column_type(header) == kind


@pytest.mark.parametrize("text", ["$36.50", "1,234.00", "12,50 €", "EUR 3.00", "-5.00", "($4.20)", "£ 9.99"])
def test_amounts_are_known(text: str) -> None:
    assert is_amount(text)


@pytest.mark.parametrize("text", ["36", "12 Baker Street", "03/14/2026", "Total 3.00", ""])
def test_what_is_no_amount_is_known(text: str) -> None:
    assert not is_amount(text)


@pytest.mark.parametrize(("amount", "code"), [("$3.00", "USD"), ("3,00 €", "EUR"), ("GBP 3.00", "GBP"), ("3.00", None)])
def test_an_amount_says_its_currency(amount: str, code: str | None) -> None:
    assert currency_of(amount) == code


def test_a_receipts_totals_and_items_are_found_without_fields_or_tables() -> None:
    receipt = analyzed(
        (0.3, 0.05, "CORNER SHOP"),
        (0.1, 0.2, "Milk"),
        (0.7, 0.2, "1.20"),
        (0.1, 0.23, "Bread"),
        (0.7, 0.23, "2.40"),
        (0.1, 0.3, "Subtotal"),
        (0.7, 0.3, "3.60"),
        (0.1, 0.33, "TOTAL"),
        (0.7, 0.33, "$3.60"),
        (0.1, 0.4, "Served on 14/03/2026 by Ann"),
    )
    assert summary(receipt) == {
        "SUBTOTAL": "3.60",
        "TOTAL": "$3.60",
        "INVOICE_RECEIPT_DATE": "14/03/2026",
        "VENDOR_NAME": "CORNER SHOP",
    }
    assert line_items(receipt) == [
        {"ITEM": "Milk", "PRICE": "1.20", "EXPENSE_ROW": "Milk 1.20"},
        {"ITEM": "Bread", "PRICE": "2.40", "EXPENSE_ROW": "Bread 2.40"},
    ]


def test_a_table_with_usual_headers_has_the_items_and_not_the_totals() -> None:
    invoice = [
        {"BlockType": "PAGE", "Id": "page"},
        *table(
            ("Description", "Qty", "Amount"), ("Spade", "2", "$49.00"), ("Total", "", "$49.00"), ("Rake", "1", "$9.00")
        ),
    ]
    assert line_items(invoice) == [
        {"ITEM": "Spade", "QUANTITY": "2", "PRICE": "$49.00", "EXPENSE_ROW": "Spade 2 $49.00"},
        {"ITEM": "Rake", "QUANTITY": "1", "PRICE": "$9.00", "EXPENSE_ROW": "Rake 1 $9.00"},
    ]
    assert summary(invoice)["TOTAL"] == "$49.00"


def test_a_form_field_of_another_name_is_other() -> None:
    blocks = [
        {"BlockType": "PAGE", "Id": "page"},
        word("w1", "Gate:"),
        word("w2", "B7"),
        *field("f", ["w1"], ["w2"]),
    ]
    blocks[-1]["Geometry"] = blocks[-2]["Geometry"] = {"BoundingBox": {"Left": 0, "Top": 0.5, "Width": 1, "Height": 1}}
    assert summary(blocks)["OTHER"] == "B7"


def test_a_type_is_never_surer_than_its_rule_of_thumb_allows() -> None:
    fields = expense_document(analyzed((0.1, 0.5, "Total"), (0.5, 0.5, "$3.00")), 1, 1)["SummaryFields"]  # type: ignore[arg-type]
    assert [(found["Type"]["Text"], found["Type"]["Confidence"]) for found in fields] == [("TOTAL", 80.0)]
    assert fields[0]["Currency"] == {"Code": "USD", "Confidence": 80.0}


def test_its_blocks_are_those_of_text_detection_and_name_no_others() -> None:
    blocks = analyzed((0.1, 0.5, "Total"))
    blocks[0]["Relationships"] = [relation("CHILD", "l0", "table")]
    kept = expense_document([*blocks, {"BlockType": "TABLE", "Id": "table"}], 1, 1)["Blocks"]  # type: ignore[list-item]
    assert [block["Id"] for block in kept] == ["page", "l0"]
    assert kept[0]["Relationships"] == [relation("CHILD", "l0")]


def test_a_party_is_named_in_the_block_under_its_label_and_not_by_another_label() -> None:
    found = summary(
        analyzed(
            (0.1, 0.10, "Bill to"),
            (0.6, 0.10, "Ship to"),
            (0.1, 0.13, "Robert Petrova"),
            (0.1, 0.16, "18 Canal Street"),
            (0.1, 0.30, "Thank you"),
        )
    )
    assert (found["RECEIVER_NAME"], found["RECEIVER_ADDRESS"]) == ("Robert Petrova", "18 Canal Street")


def test_an_extended_price_is_an_items_price() -> None:
    assert column_type("Extended") == "PRICE"


INVOICE = [
    Placed("Lamps & Wicks", 0.1, 0.05, 0.022, 0.014),
    Placed("Bill To:", 0.1, 0.12),
    Placed("Amara Okafor", 0.1, 0.135),
    Placed("7 Quay Street, Portside", 0.1, 0.15),
    Placed("Lantern with a long glass", 0.1, 0.3),
    Placed("31.50", 0.8, 0.3),
    Placed("Oil", 0.1, 0.32),
    Placed("7.25", 0.8, 0.32),
    Placed("Total", 0.1, 0.36),
    Placed("38.75", 0.8, 0.36),
]


@pytest.mark.parametrize("degrees", [-7, -2, 1, 3, 10])
def test_an_invoice_that_is_askew_has_the_values_of_the_straight_one(degrees: float) -> None:
    straight, askew = (response(INVOICE, turned(angle, 0.7)) for angle in (0, degrees))
    assert summary(straight) == {
        "TOTAL": "38.75",
        "RECEIVER_NAME": "Amara Okafor",
        "RECEIVER_ADDRESS": "7 Quay Street, Portside",
        "VENDOR_NAME": "Lamps & Wicks",
    }
    assert summary(askew) == summary(straight)
    assert [item["PRICE"] for item in line_items(straight)] == ["31.50", "7.25"]
    assert line_items(askew) == line_items(straight)
