"""Convert what was found on a page to Textract's blocks, in Textract's order.

PAGE, its LINEs, its WORDs, then checkboxes, tables with their cells, fields, signatures, queries, and layout.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

from local.textract.recognition.analysis import Analysis
from local.textract.recognition.deskew import Skew
from local.textract.recognition.fields.field import Field
from local.textract.recognition.layout import LayoutElement
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Line, rows_of
from local.textract.recognition.page.selections import Selection
from local.textract.recognition.page.words import Word
from local.textract.recognition.queries import Answer
from local.textract.recognition.tables.tables import Cell, Table

if TYPE_CHECKING:
    from mypy_boto3_textract.literals import BlockTypeType, EntityTypeType, RelationshipTypeType
    from mypy_boto3_textract.type_defs import (
        BlockTypeDef,
        GeometryTypeDef,
        QueryOutputTypeDef,
        QueryTypeDef,
        RelationshipTypeDef,
    )

TITLE_CONFIDENCE = 55.0


def page_blocks(
    analysis: Analysis, skew: Skew, queries: "Sequence[QueryTypeDef]", digest: str, page_number: int
) -> "list[BlockTypeDef]":
    """The page's blocks; the same document and page always get the same ids."""
    return _BlockWriter(analysis, skew, digest, page_number).write(queries)


class _BlockWriter:
    """Writes one page's blocks and remembers the ids that later blocks refer to."""

    def __init__(self, analysis: Analysis, skew: Skew, digest: str, page_number: int) -> None:
        self._analysis = analysis
        self._tilt = skew
        self._source = f"{digest}/{page_number}"
        self._page_number = page_number
        self._blocks: list[BlockTypeDef] = []
        self._children: list[str] = []  # of the page
        self._word_ids: dict[Word, str] = {}
        self._line_ids: dict[tuple[Word, ...], str] = {}
        self._selection_ids: dict[Selection, str] = {}

    def write(self, queries: "Sequence[QueryTypeDef]") -> "list[BlockTypeDef]":
        """All blocks."""
        analysis = self._analysis
        page = self._page()
        self._write_text()
        for selection in analysis.selections:
            self._write_selection(selection)
        for table, title in zip(analysis.tables, analysis.titles, strict=True):
            self._write_table(table, title)
        for field in analysis.fields:
            self._write_field(field)
        for signature in analysis.signatures:
            self._children.append(self._block("SIGNATURE", signature.box, signature.confidence)["Id"])
        for query, found in zip(queries, analysis.answers, strict=True):
            self._write_query(query, found)
        for element in analysis.layout:
            self._write_layout(element)
        _relate(page, "CHILD", self._children)
        return self._blocks

    def _page(self) -> "BlockTypeDef":
        whole: GeometryTypeDef = {
            "BoundingBox": {"Width": 1.0, "Height": 1.0, "Left": 0.0, "Top": 0.0},
            "Polygon": [{"X": 0.0, "Y": 0.0}, {"X": 1.0, "Y": 0.0}, {"X": 1.0, "Y": 1.0}, {"X": 0.0, "Y": 1.0}],
        }
        page: BlockTypeDef = {"BlockType": "PAGE", "Geometry": whole, "Id": self._next_id(), "Page": self._page_number}
        self._blocks.append(page)
        return page

    def _write_text(self) -> None:
        lines = [(line, self._block("LINE", line.box, line.confidence, line.turn)) for line in self._analysis.lines]
        for line, block in lines:
            block["Text"] = line.text
            self._line_ids[line.words] = block["Id"]
            self._children.append(block["Id"])
        for line, block in lines:
            for word in line.words:
                written = self._block("WORD", word.box, word.confidence, word.turn)
                written["Text"], written["TextType"] = word.text, "PRINTED"
                self._word_ids[word] = written["Id"]
            _relate(block, "CHILD", self._ids_of(line.words))

    def _write_selection(self, selection: Selection) -> None:
        block = self._block("SELECTION_ELEMENT", selection.box, selection.confidence)
        block["SelectionStatus"] = "SELECTED" if selection.is_selected else "NOT_SELECTED"
        self._selection_ids[selection] = block["Id"]

    def _write_table(self, table: Table, title: Line | None) -> None:
        block = self._block("TABLE", table.box, table.confidence)
        block["EntityTypes"] = ["STRUCTURED_TABLE" if table.header_row else "SEMI_STRUCTURED_TABLE"]
        self._children.append(block["Id"])
        ids_of = {cell: self._write_positions(table, cell) for cell in table.cells}
        merged = [self._write_merged(table, cell, ids) for cell, ids in ids_of.items() if cell.is_merged]
        _relate(block, "CHILD", [cell_id for ids in ids_of.values() for cell_id in ids])
        _relate(block, "MERGED_CELL", merged)
        if title:
            caption = self._block("TABLE_TITLE", title.box, TITLE_CONFIDENCE)
            _relate(caption, "CHILD", self._ids_of(title.words))
            _relate(block, "TABLE_TITLE", [caption["Id"]])

    def _write_positions(self, table: Table, cell: Cell) -> list[str]:
        """Write a CELL for each position that the cell covers, with the words of a single line inside it.

        Text of several lines goes to the first position, because it could not be read across positions.
        """
        ids: list[str] = []
        inside = [selection for selection in self._selection_ids if cell.box.holds_center_of(selection.box)]
        is_line = cell.is_merged and not inside and len(rows_of(cell.words)) == 1
        children = [self._selection_ids[selection] for selection in inside] + self._ids_of(cell.words)
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                block = self._block("CELL", table.box_at(row, column), table.confidence)
                block["RowIndex"], block["ColumnIndex"], block["RowSpan"], block["ColumnSpan"] = row, column, 1, 1
                _describe(block, _entity_types(table, cell))
                if is_line:
                    here = table.box_at(row, column)
                    _relate(block, "CHILD", self._ids_of(word for word in cell.words if here.holds_center_of(word.box)))
                elif not ids:
                    _relate(block, "CHILD", children)
                ids.append(block["Id"])
        return ids

    def _write_merged(self, table: Table, cell: Cell, positions: list[str]) -> str:
        block = self._block("MERGED_CELL", cell.box, table.confidence)
        block["RowIndex"], block["ColumnIndex"] = cell.row, cell.column
        block["RowSpan"], block["ColumnSpan"] = cell.row_span, cell.column_span
        _describe(block, _entity_types(table, cell))
        _relate(block, "CHILD", positions)
        return block["Id"]

    def _write_field(self, field: Field) -> None:
        key = self._block("KEY_VALUE_SET", field.key_box, field.confidence)
        value = self._block("KEY_VALUE_SET", field.value_box, field.confidence)
        key["EntityTypes"], value["EntityTypes"] = ["KEY"], ["VALUE"]
        _relate(key, "VALUE", [value["Id"]])
        _relate(key, "CHILD", self._ids_of(field.key))
        selected = [self._selection_ids[field.selection]] if field.selection else []
        _relate(value, "CHILD", selected + self._ids_of(field.value))
        self._children += [key["Id"], value["Id"]]

    def _write_layout(self, element: LayoutElement) -> str:
        """Write a layout element; a list's children are its items, any other element's are its lines."""
        block = self._block(element.kind, element.box, element.confidence)
        self._children.append(block["Id"])
        items = [self._write_layout(item) for item in element.items]
        _relate(block, "CHILD", items + [self._line_ids[line.words] for line in element.lines])
        return block["Id"]

    def _write_query(self, query: "QueryTypeDef", found: Answer | None) -> None:
        block: BlockTypeDef = {
            "BlockType": "QUERY",
            "Id": self._next_id(),
            "Query": cast("QueryOutputTypeDef", query),
            "Page": self._page_number,
        }
        self._blocks.append(block)
        self._children.append(block["Id"])
        if found:
            result = self._block("QUERY_RESULT", found.box, found.confidence)
            result["Text"] = found.text
            _relate(block, "ANSWER", [result["Id"]])

    def _block(self, block_type: "BlockTypeType", box: Box, confidence: float, turn: int = 0) -> "BlockTypeDef":
        """Add a new block; its text is turned by this many quarters clockwise."""
        block: BlockTypeDef = {
            "BlockType": block_type,
            "Confidence": confidence,
            "Geometry": self._geometry(box, turn),
            "Id": self._next_id(),
            "Page": self._page_number,
        }
        self._blocks.append(block)
        return block

    def _next_id(self) -> str:
        digest = hashlib.sha256(f"{self._source}/{len(self._blocks)}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))

    def _ids_of(self, words: Iterable[Word]) -> list[str]:
        return [self._word_ids[word] for word in words]

    def _geometry(self, box: Box, turn: int) -> "GeometryTypeDef":
        """The box in the coordinates of the original page, from the text's own top left."""
        corners = self._tilt.corners(box)
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
        return {
            "BoundingBox": {"Width": right - left, "Height": bottom - top, "Left": left, "Top": top},
            "Polygon": [{"X": x, "Y": y} for x, y in corners[turn:] + corners[:turn]],
        }


def _relate(block: "BlockTypeDef", relationship: "RelationshipTypeType", ids: list[str]) -> None:
    """Add a relationship; as in Textract, empty ones are omitted."""
    if ids:
        related: RelationshipTypeDef = {"Type": relationship, "Ids": ids}
        block["Relationships"] = [*block.get("Relationships", []), related]


def _describe(block: "BlockTypeDef", entity_types: "list[EntityTypeType]") -> None:
    if entity_types:
        block["EntityTypes"] = entity_types


def _entity_types(table: Table, cell: Cell) -> "list[EntityTypeType]":
    if cell.row == table.header_row:
        return ["COLUMN_HEADER"]
    if cell.row in table.summary_rows:
        return ["TABLE_SUMMARY"]
    return ["TABLE_SECTION_TITLE"] if cell.column_span == table.column_count else []
