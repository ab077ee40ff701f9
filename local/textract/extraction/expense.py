"""Convert a page's blocks to Textract's ExpenseDocument, by heuristics.

There is no invoice model here: a value has a type if its label is a usual one; a line item is a row of a table with
usual headers, or a row that ends with an amount. Confidences reflect how much of a guess each result is.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from local.textract.extraction.expense_types import AMOUNT_TYPES, DATE, currency_of, is_amount, summary_type
from local.textract.extraction.labeled import Labeled, Print, from_top, geometry, labeled
from local.textract.extraction.line_items import line_items
from textract_pipeline.response.page import Line, Page
from textract_pipeline.response.parser import read_pages
from textract_pipeline.response.upright import Upright

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import BlockTypeDef, ExpenseDocumentTypeDef, ExpenseFieldTypeDef

    from textract_pipeline.response.page_blocks import Block

TEXT_BLOCKS = ("PAGE", "LINE", "WORD")
BY_NAME, BY_LOOKS, BY_PLACE, UNKNOWN = 80.0, 60.0, 50.0, 50.0  # maximum confidence of a type, by how it was found
NAMES = {"RECEIVER_NAME": "RECEIVER_ADDRESS", "VENDOR_NAME": "VENDOR_ADDRESS"}
PARTIES = {address: name for name, address in NAMES.items()}
BLOCK_INDENT = 0.02  # of the page's width
BLOCK_GAP = 1.0  # line heights between the lines of an address
HEAD = 0.3  # of the page, from the top, where the vendor's name is


def expense_document(blocks: "Sequence[BlockTypeDef]", page_number: int, index: int) -> "ExpenseDocumentTypeDef":
    """The expense in the blocks of a page analyzed for FORMS and TABLES; `index` counts expenses from 1."""
    page = next(read_pages(cast("Sequence[Block]", blocks)), Page(page_number, ()))
    fields = [_field(kind, sure, found, page_number) for kind, sure, found in _summary(page)]
    return {
        "ExpenseIndex": index,
        "SummaryFields": fields,
        "LineItemGroups": line_items(page, page_number),
        "Blocks": text_blocks(blocks),
    }


def text_blocks(blocks: "Sequence[BlockTypeDef]") -> "list[BlockTypeDef]":
    """The blocks that text detection returns, without other relationships."""
    kept = [block for block in blocks if block["BlockType"] in TEXT_BLOCKS]
    ids = {block["Id"] for block in kept}
    return [_related_to(ids, block) for block in kept]


def _related_to(ids: set[str], block: "BlockTypeDef") -> "BlockTypeDef":
    related = [
        {**relationship, "Ids": [one for one in relationship["Ids"] if one in ids]}
        for relationship in block.get("Relationships", [])
    ]
    return cast("BlockTypeDef", {**block, "Relationships": related} if related else block)


def _summary(page: Page) -> Iterator[tuple[str, float, Labeled | Print]]:
    """Types, their confidence, and their values: unique types once each, and all other fields."""
    found: dict[str, Labeled] = {}
    for one in labeled(page):
        kind = summary_type(one.label.text)
        is_value = is_amount(one.value.text) if kind in AMOUNT_TYPES else summary_type(one.value.text) is None
        if kind and kind not in found and is_value:
            found[kind] = one
    yield from ((kind, BY_NAME, one) for kind, one in found.items())
    if "INVOICE_RECEIPT_DATE" not in found and (date := _date(page)):
        yield "INVOICE_RECEIPT_DATE", BY_LOOKS, date
    parties: dict[str, Labeled] = {}
    for kind, one in _parties(page):
        if kind not in found and PARTIES.get(kind) not in found:
            parties.setdefault(kind, one)
    yield from ((kind, BY_PLACE, one) for kind, one in parties.items())
    if "VENDOR_NAME" not in {*found, *parties} and (vendor := _vendor(page)):
        yield "VENDOR_NAME", BY_PLACE, vendor
    for field in page.fields:
        if field.value and field.value_box and summary_type(field.key) is None:
            label = Print(field.key, field.key_box, field.key_confidence)
            yield "OTHER", UNKNOWN, Labeled(label, Print(field.value, field.value_box, field.value_confidence))


def _date(page: Page) -> Print | None:
    """The date in the first line that has one, without the rest of the line."""
    dates = ((line, DATE.search(line.text)) for line in page.lines)
    return next((Print(date[0], line.box, line.confidence) for line, date in dates if date), None)


def _parties(page: Page) -> Iterator[tuple[str, Labeled]]:
    """The names and addresses in a block under `Bill to` and similar labels."""
    for line in page.lines:
        kind = summary_type(line.text)
        if kind in NAMES and (block := _block_under(line, page)):
            yield kind, Labeled(Print.of([line]), Print.of(block[:1]))
            if block[1:]:
                yield NAMES[kind], Labeled(Print.of([line]), Print.of(block[1:]))


def _block_under(label: Line, page: Page) -> list[Line]:
    """The lines close below a label with the same left edge, down to a wider gap."""
    place = Upright(page).box_of(label)
    left, bottom = place.left, place.bottom
    block = []
    for box, line in from_top(page):
        if abs(box.left - left) <= BLOCK_INDENT and 0 <= box.top - bottom <= BLOCK_GAP * (box.bottom - box.top):
            block.append(line)
            bottom = box.bottom
    return block


def _vendor(page: Page) -> Print | None:
    """The largest text at the top of the page that is neither a number nor a heading such as INVOICE."""
    on = Upright(page)
    names = [
        line
        for line in page.lines
        if on.box_of(line).top < HEAD and any(map(str.isalpha, line.text)) and not summary_type(line.text)
    ]
    return Print.of([max(names, key=lambda line: on.box_of(line).height)]) if names else None


def _field(kind: str, sure: float, found: Labeled | Print, page_number: int) -> "ExpenseFieldTypeDef":
    value = found.value if isinstance(found, Labeled) else found
    field: ExpenseFieldTypeDef = {
        "Type": {"Text": kind, "Confidence": sure},
        "ValueDetection": {"Text": value.text, "Geometry": geometry(value.box), "Confidence": value.confidence},
        "PageNumber": page_number,
    }
    if isinstance(found, Labeled):
        label = found.label
        field["LabelDetection"] = {
            "Text": label.text,
            "Geometry": geometry(label.box),
            "Confidence": label.confidence,
        }
    if kind in AMOUNT_TYPES and (code := currency_of(value.text)):
        field["Currency"] = {"Code": code, "Confidence": sure}
    return field
