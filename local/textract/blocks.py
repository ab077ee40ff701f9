"""Step 7 of recognition: what was found on a page, as Textract's blocks.

The order is Textract's: the page, its lines, its words, then tables, fields, selection elements, layout and queries.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from local.textract.answers import Answer
from local.textract.forms import Field
from local.textract.page import Box, Line, Word, around
from local.textract.selections import Selection
from local.textract.tables import Cell, Table

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import BlockTypeType, RelationshipTypeType
    from mypy_boto3_textract.type_defs import BlockTypeDef, GeometryTypeDef, QueryOutputTypeDef, QueryTypeDef

_TABLE_CONFIDENCE = 90.0
_LAYOUT_CONFIDENCE = 80.0


class BlockBuilder:
    """Builds the blocks of one page. Ids derive from `seed`, so that the same page gives the same blocks."""

    def __init__(self, seed: str, page_number: int, width: int, height: int) -> None:
        self._seed = seed
        self._page_number = page_number
        self._width = width
        self._height = height
        self._count = 0
        self._word_ids: dict[Word, str] = {}
        self._page = self._block("PAGE", Box(0, 0, width, height))
        self._children: list[str] = []
        self.blocks: list[BlockTypeDef] = [self._page]

    def add_text(self, lines: Sequence[Line]) -> None:
        """All lines, then all their words."""
        line_blocks, word_blocks = [], []
        for line in lines:
            block = self._block("LINE", line.box, line.confidence)
            block["Text"] = line.text
            words = [self._word(word) for word in line.words]
            _relate(block, "CHILD", (word["Id"] for word in words))
            line_blocks.append(block)
            word_blocks += words
        self._add_to_page(line_blocks)
        self.blocks += word_blocks

    def add_table(self, table: Table) -> None:
        """A table and its cells; of merged cells also those that they cover."""
        block = self._block("TABLE", table.box, _TABLE_CONFIDENCE)
        block["EntityTypes"] = ["STRUCTURED_TABLE"]
        cells, merged = [], []
        for cell in table.cells:
            covered = self._cells(cell)
            cells += covered
            if len(covered) > 1:
                whole = self._cell("MERGED_CELL", cell, cell.row, cell.column)
                whole["RowSpan"], whole["ColumnSpan"] = cell.row_span, cell.column_span
                _relate(whole, "CHILD", (part["Id"] for part in covered))
                merged.append(whole)
        _relate(block, "CHILD", (cell["Id"] for cell in cells))
        _relate(block, "MERGED_CELL", (cell["Id"] for cell in merged))
        self._add_to_page([block])
        self.blocks += cells + merged

    def add_field(self, field: Field) -> None:
        """A field's key and value."""
        self._add_pair(field.key, field.confidence, [self._word_ids[word] for word in field.value], field.value)

    def add_selection(self, selection: Selection) -> None:
        """A selection element, and the field that it is the value of where it has a label."""
        block = self._block("SELECTION_ELEMENT", selection.box, selection.confidence)
        block["SelectionStatus"] = "SELECTED" if selection.selected else "NOT_SELECTED"
        self._add_to_page([block])
        if selection.label:
            self._add_pair(selection.label, selection.confidence, [block["Id"]], box=selection.box)

    def add_layout(self, kind: "BlockTypeType", lines: Sequence[Line], line_ids: Iterable[str]) -> None:
        """A layout element of some lines."""
        block = self._block(kind, around(line.box for line in lines), _LAYOUT_CONFIDENCE)
        _relate(block, "CHILD", line_ids)
        self._add_to_page([block])

    def add_query(self, query: "QueryTypeDef", answer: Answer | None) -> None:
        """A question, and its answer where there is one."""
        block = self._block("QUERY", None)
        block["Query"] = cast("QueryOutputTypeDef", query)
        self._add_to_page([block])
        if answer:
            result = self._block("QUERY_RESULT", around(word.box for word in answer.words), answer.confidence)
            result["Text"] = " ".join(word.text for word in answer.words)
            _relate(block, "ANSWER", [result["Id"]])
            self.blocks.append(result)

    def line_ids(self) -> list[str]:
        """The ids of the lines, in their order."""
        return [block["Id"] for block in self.blocks if block.get("BlockType") == "LINE"]

    def build(self) -> "list[BlockTypeDef]":
        """All blocks of the page."""
        _relate(self._page, "CHILD", self._children)
        return self.blocks

    def _add_to_page(self, blocks: "Sequence[BlockTypeDef]") -> None:
        self._children += [block["Id"] for block in blocks]
        self.blocks += blocks

    def _add_pair(
        self,
        key: Sequence[Word],
        confidence: float,
        value_ids: Iterable[str],
        words: Sequence[Word] = (),
        box: Box | None = None,
    ) -> None:
        key_box = around(word.box for word in key)
        value_box = around(word.box for word in words) if words else box or key_box
        key_block = self._block("KEY_VALUE_SET", key_box, confidence)
        value_block = self._block("KEY_VALUE_SET", value_box, confidence)
        key_block["EntityTypes"], value_block["EntityTypes"] = ["KEY"], ["VALUE"]
        _relate(key_block, "VALUE", [value_block["Id"]])
        _relate(key_block, "CHILD", (self._word_ids[word] for word in key))
        _relate(value_block, "CHILD", value_ids)
        self._add_to_page([key_block, value_block])

    def _word(self, word: Word) -> "BlockTypeDef":
        block = self._block("WORD", word.box, word.confidence)
        block["Text"] = word.text
        block["TextType"] = "PRINTED"
        self._word_ids[word] = block["Id"]
        return block

    def _cells(self, cell: Cell) -> "list[BlockTypeDef]":
        """The cells of the grid that a cell covers; the first one holds its words."""
        places = [
            (row, column)
            for row in range(cell.row, cell.row + cell.row_span)
            for column in range(cell.column, cell.column + cell.column_span)
        ]
        blocks = [self._cell("CELL", cell, row, column) for row, column in places]
        _relate(blocks[0], "CHILD", (self._word_ids[word] for word in cell.words))
        return blocks

    def _cell(self, kind: "BlockTypeType", cell: Cell, row: int, column: int) -> "BlockTypeDef":
        block = self._block(kind, cell.box, _TABLE_CONFIDENCE)
        block["RowIndex"], block["ColumnIndex"] = row, column
        block["RowSpan"], block["ColumnSpan"] = 1, 1
        return block

    def _block(self, kind: "BlockTypeType", box: Box | None, confidence: float | None = None) -> "BlockTypeDef":
        self._count += 1
        name = f"{self._seed}/{self._page_number}/{self._count}"
        block: BlockTypeDef = {"BlockType": kind, "Id": str(uuid.uuid5(uuid.NAMESPACE_OID, name))}
        if box:
            block["Geometry"] = self._geometry(box)
        if confidence is not None:
            block["Confidence"] = confidence
        block["Page"] = self._page_number
        return block

    def _geometry(self, box: Box) -> "GeometryTypeDef":
        left, right = (min(1.0, max(0.0, x / self._width)) for x in (box.left, box.right))
        top, bottom = (min(1.0, max(0.0, y / self._height)) for y in (box.top, box.bottom))
        return {
            "BoundingBox": {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top},
            "Polygon": [
                {"X": left, "Y": top},
                {"X": right, "Y": top},
                {"X": right, "Y": bottom},
                {"X": left, "Y": bottom},
            ],
            "RotationAngle": 0.0,
        }


def _relate(block: "BlockTypeDef", kind: "RelationshipTypeType", ids: Iterable[str]) -> None:
    if found := list(ids):
        block["Relationships"] = [*block.get("Relationships", []), {"Type": kind, "Ids": found}]
