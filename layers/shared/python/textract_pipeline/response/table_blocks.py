"""Convert Textract's TABLE blocks and their parts to a page's tables. Pure.

Textract returns every cell of the grid, plus merged cells that cover several of them; here a merged cell replaces those
that it covers. A cell with a taken or impossible position gets its own row at the end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from textract_pipeline.response.page import Cell, Table
from textract_pipeline.response.page_blocks import (
    Block,
    Content,
    PageBlocks,
    box,
    confidence,
    entity_types,
    positive,
    related_ids,
)

_MOST = 500  # rows or columns; no page has more


def read_table(block: Block, blocks: PageBlocks) -> Table:
    """The table of a TABLE block."""
    cells = tuple(_placed(_cells(block, blocks)))
    title = _caption(block, "TABLE_TITLE", blocks)
    return Table(
        cells=cells,
        box=box(block),
        confidence=confidence(block),
        title=title.text,
        footer=_caption(block, "TABLE_FOOTER", blocks).text,
        words=tuple(word for cell in cells for word in cell.words),
        title_words=title.words,
    )


def _cells(table: Block, blocks: PageBlocks) -> Iterator[Cell]:
    covered: set[str] = set()
    for merged in blocks.related(table, "MERGED_CELL", "MERGED_CELL"):
        ids = related_ids(merged, "CHILD")
        if not covered.isdisjoint(ids):
            continue  # it overlaps one before it; its other cells stay as they are
        covered.update(ids)
        parts = [related_ids(part, "CHILD") for part in blocks.related(merged, "CHILD", "CELL")]
        yield _cell(merged, blocks.content_of(_as_read(parts, blocks.places)))
    for part in blocks.related(table, "CHILD", "CELL"):
        if part.get("Id") not in covered:
            yield _cell(part, blocks.content(part))


def _as_read(parts: Sequence[Sequence[str]], places: Mapping[str, tuple[int, int]]) -> list[str]:
    """The ids of what is in the cells that a merged cell covers, in the order in which it is read.

    The grid cuts lines that run across the merged cell: a cell has a piece of each. Then it is read line by line, and
    what is in no line stays behind the word before it. Otherwise it is read cell by cell.
    """
    ids = [block_id for part in parts for block_id in part]
    lines = [line for part in parts for line in {places[block_id][0] for block_id in part if block_id in places}]
    if len(lines) == len(set(lines)):
        return ids
    last = -1, -1
    placed: list[tuple[tuple[int, int], str]] = []
    for block_id in ids:
        last = places.get(block_id, last)
        placed.append((last, block_id))
    return [block_id for _, block_id in sorted(placed, key=itemgetter(0))]


def _cell(block: Block, content: Content) -> Cell:
    return Cell(
        row=positive(block.get("RowIndex")),
        column=positive(block.get("ColumnIndex")),
        row_span=min(positive(block.get("RowSpan")), _MOST),
        column_span=min(positive(block.get("ColumnSpan")), _MOST),
        text=content.text,
        confidence=content.capped(confidence(block)),
        box=box(block),
        roles=entity_types(block),
        words=content.words,
        selections=content.selections,
    )


def _placed(found: Iterable[Cell]) -> Iterator[Cell]:
    """The cells row by row, each within the grid, no two starting at the same place."""
    cells = sorted(found, key=lambda cell: (cell.row, cell.column))
    height = max((cell.row for cell in cells if cell.row <= _MOST), default=0)
    taken: set[tuple[int, int]] = set()
    for cell in cells:
        if max(cell.row, cell.column) <= _MOST and (cell.row, cell.column) not in taken:
            taken.add((cell.row, cell.column))
            yield cell
        else:
            height += 1
            yield cell._replace(row=height, column=1)


def _caption(table: Block, relationship: str, blocks: PageBlocks) -> Content:
    return Content.joined(blocks.content(caption) for caption in blocks.related(table, relationship))
