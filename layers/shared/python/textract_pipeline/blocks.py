"""Textract's blocks into pages of lines, fields, tables and answers. Pure.

Tolerant of what a response may lack: relationships to blocks that are not there, blocks without geometry or text,
block types not known here; the parts that Textract writes to S3 say null where a Get* response leaves a member out.
Holds one page at a time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import RelationshipTypeType
    from mypy_boto3_textract.type_defs import BlockTypeDef

    BlocksById = Mapping[str, BlockTypeDef]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, as shares of its width and height (0–1)."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. Confidences are 0–100 throughout."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Field:
    """A form field. A checkbox's value is SELECTED or NOT_SELECTED; an empty field's is empty."""

    key: str
    value: str
    key_confidence: float
    value_confidence: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; rows and columns count from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its cells, merged ones in place of those they cover."""

    cells: tuple[Cell, ...]

    def rows(self) -> list[list[Cell | None]]:
        """The cells as a grid; None where no cell begins."""
        height = max((cell.row for cell in self.cells), default=0)
        width = max((cell.column + cell.column_span - 1 for cell in self.cells), default=0)
        grid: list[list[Cell | None]] = [[None] * width for _ in range(height)]
        for cell in self.cells:
            grid[cell.row - 1][cell.column - 1] = cell
        return grid


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query; its text is empty where Textract found none."""

    question: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Page:
    """What Textract read on one page, lines in Textract's order."""

    number: int
    lines: tuple[Line, ...]
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    answers: tuple[Answer, ...]


def read_pages(blocks: "Iterable[BlockTypeDef]") -> Iterator[Page]:
    """The pages of a response's blocks, in order; Textract keeps each page's blocks together."""
    for number, page_blocks in groupby(blocks, key=lambda block: block.get("Page") or 1):
        yield _read_page(number, list(page_blocks))


def _read_page(number: int, blocks: "list[BlockTypeDef]") -> Page:
    by_id = {block["Id"]: block for block in blocks if "Id" in block}
    lines: list[Line] = []
    fields: list[Field] = []
    tables: list[Table] = []
    answers: list[Answer] = []
    for block in blocks:
        match block.get("BlockType"):
            case "LINE":
                lines.append(Line(block.get("Text") or "", _box(block), block.get("Confidence") or 0.0))
            case "KEY_VALUE_SET" if "KEY" in (block.get("EntityTypes") or ()):
                fields.append(_field(block, by_id))
            case "TABLE":
                tables.append(_table(block, by_id))
            case "QUERY":
                answers.append(_answer(block, by_id))
    return Page(number, tuple(lines), tuple(fields), tuple(tables), tuple(answers))


def _field(key: "BlockTypeDef", by_id: "BlocksById") -> Field:
    values = list(_related(key, "VALUE", by_id))
    return Field(
        key=_text(key, by_id),
        value=" ".join(text for text in (_text(value, by_id) for value in values) if text),
        key_confidence=key.get("Confidence") or 0.0,
        value_confidence=min(((value.get("Confidence") or 0.0) for value in values), default=0.0),
    )


def _table(table: "BlockTypeDef", by_id: "BlocksById") -> Table:
    merged = list(_related(table, "MERGED_CELL", by_id))
    covered = {cell_id for cell in merged for cell_id in _related_ids(cell, "CHILD")}
    plain = [
        cell
        for cell in _related(table, "CHILD", by_id)
        if cell.get("BlockType") == "CELL" and cell["Id"] not in covered
    ]
    return Table(tuple(_cell(cell, by_id) for cell in plain + merged))


def _cell(cell: "BlockTypeDef", by_id: "BlocksById") -> Cell:
    return Cell(
        row=cell.get("RowIndex") or 1,
        column=cell.get("ColumnIndex") or 1,
        row_span=cell.get("RowSpan") or 1,
        column_span=cell.get("ColumnSpan") or 1,
        text=_text(cell, by_id),
        confidence=cell.get("Confidence") or 0.0,
    )


def _answer(query: "BlockTypeDef", by_id: "BlocksById") -> Answer:
    asked = query.get("Query")
    question = asked.get("Text") or "" if asked else ""
    best = max(_related(query, "ANSWER", by_id), key=lambda result: result.get("Confidence") or 0.0, default=None)
    if best is None:
        return Answer(question, "", 0.0)
    return Answer(question, best.get("Text") or "", best.get("Confidence") or 0.0)


def _text(block: "BlockTypeDef", by_id: "BlocksById") -> str:
    """The text of a block's children: words, selection elements, and a merged cell's cells."""
    texts = []
    for child in _related(block, "CHILD", by_id):
        match child.get("BlockType"):
            case "WORD":
                texts.append(child.get("Text") or "")
            case "SELECTION_ELEMENT":
                texts.append(child.get("SelectionStatus") or "")
            case "CELL":
                texts.append(_text(child, by_id))
    return " ".join(text for text in texts if text)


def _related(
    block: "BlockTypeDef", relationship: "RelationshipTypeType", by_id: "BlocksById"
) -> "Iterator[BlockTypeDef]":
    return (by_id[block_id] for block_id in _related_ids(block, relationship) if block_id in by_id)


def _related_ids(block: "BlockTypeDef", relationship: "RelationshipTypeType") -> Iterator[str]:
    for related in block.get("Relationships") or ():
        if related.get("Type") == relationship:
            yield from related.get("Ids") or ()


def _box(block: "BlockTypeDef") -> Box:
    box = (block.get("Geometry") or {}).get("BoundingBox") or {}
    return Box(box.get("Left") or 0.0, box.get("Top") or 0.0, box.get("Width") or 0.0, box.get("Height") or 0.0)
