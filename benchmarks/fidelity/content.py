"""Convert a response's blocks to each page's content, with boxes as fractions of the page."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.textract.recognition.page.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_textract.type_defs import BlockTypeDef


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a line."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Selection:
    """A checkbox or radio button."""

    box: Box
    status: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its cells, by row and column from 1."""

    box: Box
    cells: dict[tuple[int, int], Text]


@dataclass(slots=True)
class PageContent:
    """One page's content in a response; words and lines in its order."""

    words: list[Text] = field(default_factory=list)
    lines: list[Text] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)  # key, value
    selections: list[Selection] = field(default_factory=list)


def pages_of(blocks: "Sequence[BlockTypeDef]") -> dict[int, PageContent]:
    """The pages by number; blocks without one, as in synchronous responses, are on page 1."""
    by_id = {block["Id"]: block for block in blocks}
    pages: defaultdict[int, PageContent] = defaultdict(PageContent)
    for block in blocks:
        page = pages[block.get("Page", 1)]
        match block["BlockType"]:
            case "WORD":
                page.words.append(Text(block["Text"], _box(block)))
            case "LINE":
                page.lines.append(Text(block["Text"], _box(block)))
            case "SELECTION_ELEMENT":
                page.selections.append(Selection(_box(block), block["SelectionStatus"]))
            case "TABLE":
                page.tables.append(_table(block, by_id))
            case "KEY_VALUE_SET" if "KEY" in block.get("EntityTypes", []):
                values = [_text(value, by_id) for value in _related(block, "VALUE", by_id)]
                page.fields.append((_text(block, by_id), " ".join(values)))
    return dict(pages)


def _table(block: "BlockTypeDef", by_id: "dict[str, BlockTypeDef]") -> Table:
    cells = [cell for cell in _related(block, "CHILD", by_id) if cell["BlockType"] == "CELL"]
    return Table(
        _box(block), {(cell["RowIndex"], cell["ColumnIndex"]): Text(_text(cell, by_id), _box(cell)) for cell in cells}
    )


def _text(block: "BlockTypeDef", by_id: "dict[str, BlockTypeDef]") -> str:
    """The block's words and the states of its checkboxes."""
    children = _related(block, "CHILD", by_id)
    return " ".join(child.get("Text") or child.get("SelectionStatus", "") for child in children)


def _related(block: "BlockTypeDef", kind: str, by_id: "dict[str, BlockTypeDef]") -> "list[BlockTypeDef]":
    related = [each for each in block.get("Relationships", []) if each["Type"] == kind]
    return [by_id[block_id] for each in related for block_id in each["Ids"] if block_id in by_id]


def _box(block: "BlockTypeDef") -> Box:
    box = block["Geometry"]["BoundingBox"]
    return Box(box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"])
