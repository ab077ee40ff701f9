"""Convert Textract's LAYOUT blocks to the parts of a page. Pure.

A list consists of lines, or of elements with lines: its items. Those may consist of elements again, to any depth.
"""

from collections.abc import Iterator, Mapping, Sequence

from textract_pipeline.response.page import LayoutElement, Line
from textract_pipeline.response.page_blocks import PageBlocks, box, confidence, related_ids, string

_LAYOUT = "LAYOUT_"


def read_layout(blocks: PageBlocks, lines: Mapping[str, Line]) -> Iterator[LayoutElement]:
    """The parts of the page in Textract's order, with those that are inside of them; each line is in at most one."""
    found = blocks.starting(_LAYOUT)
    if not found:
        return
    children = {layout_id: related_ids(block, "CHILD") for layout_id, block in found}
    nested = {child for ids in children.values() for child in ids if child in children}
    free = dict(lines)
    for layout_id, block in found:
        if layout_id in nested:
            continue
        items = [[free.pop(line_id) for line_id in ids if line_id in free] for ids in _items(layout_id, children)]
        kind = string(block["BlockType"]).removeprefix(_LAYOUT)
        own = tuple(line for item in items for line in item)
        yield LayoutElement(kind, box(block), confidence(block), own, tuple(len(item) for item in items if item))


def _items(layout_id: str, children: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The ids of an element's lines, item by item, in order; what is in an inner element is its item, or items.

    An element that is inside itself is passed over there.
    """
    seen = {layout_id}
    item: list[str] = []
    owner = layout_id
    waiting = [(child, layout_id) for child in reversed(children[layout_id])]
    while waiting:
        child, parent = waiting.pop()
        if child in children:
            if child not in seen:
                seen.add(child)
                waiting += [(inner, child) for inner in reversed(children[child])]
            continue
        if parent != owner or parent == layout_id:
            yield item
            item, owner = [], parent
        item.append(child)
    yield item
