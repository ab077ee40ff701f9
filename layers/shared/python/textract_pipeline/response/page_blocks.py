"""One page's blocks of a Textract response, by id and by type, with tolerant access to their members.

A block is used as its JSON is: any member may be missing, null, or of a type that Textract does not document. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from textract_pipeline.response.page import Box, Polygon, Selection, Signature, Word

Block: TypeAlias = Mapping[str, object]

NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_CORNERS = 4  # of a word's polygon
_MOST_PAGES = 100_000  # far more than Textract accepts; a larger number counts as missing, and fits no sheet's name
_MOST = 1e6  # of a position or a confidence; a larger number, or one that is none (NaN), counts as missing


class Content(NamedTuple):
    """What a block consists of: its text, with the marks of checkboxes and signatures, its words, and so on."""

    text: str
    words: tuple[Word, ...]
    selections: tuple[Selection, ...]
    signatures: tuple[Signature, ...]

    @property
    def words_alone(self) -> str:
        """The text without the marks."""
        return " ".join(word.text for word in self.words)

    @classmethod
    def joined(cls, parts: "Iterable[Content]") -> "Content":
        """The content of several blocks."""
        found = list(parts)
        return cls(
            " ".join(part.text for part in found if part.text),
            tuple(word for part in found for word in part.words),
            tuple(selection for part in found for selection in part.selections),
            tuple(signature for part in found for signature in part.signatures),
        )

    def capped(self, of_block: float) -> float:
        """A confidence of no more than that of its signatures, because a smudge may be taken for one."""
        return min([of_block, *(signature.confidence for signature in self.signatures)])


class PageBlocks:
    """The blocks of a page by type, in Textract's order, and by id; its words, checkboxes, and signatures.

    Words get their polygons only if that is asked for: to read them takes a third of the time.
    """

    def __init__(self, blocks: Iterable[Block], *, polygons: bool = False) -> None:
        self._polygons = polygons
        self.words: dict[str, Word] = {}
        self.selections: dict[str, Selection] = {}
        self.signatures: dict[str, Signature] = {}
        self._by_id: dict[str, Block] = {}
        self._by_type: dict[str, list[tuple[str, Block]]] = {}
        for position, block in enumerate(blocks):
            self._take(block, position)

    def of_type(self, block_type: str) -> Sequence[tuple[str, Block]]:
        """The blocks of a type with their ids."""
        return self._by_type.get(block_type, ())

    def starting(self, prefix: str) -> list[tuple[str, Block]]:
        """The blocks of all types with this prefix, with their ids, in Textract's order."""
        return [found for found in self._by_id.items() if str(found[1]["BlockType"]).startswith(prefix)]

    def related(self, block: Block, relationship: str, *block_types: str) -> Iterator[Block]:
        """The existing blocks of these types (of any, if none is given) that a block refers to."""
        for block_id in related_ids(block, relationship):
            found = self._by_id.get(block_id)
            if found is not None and (not block_types or found.get("BlockType") in block_types):
                yield found

    def content(self, block: Block) -> Content:
        """What a block consists of, in Textract's order."""
        return self.content_of(related_ids(block, "CHILD"))

    def content_of(self, ids: Iterable[str]) -> Content:
        """What these blocks say, in this order."""
        texts: list[str] = []
        words: list[Word] = []
        selections: list[Selection] = []
        signatures: list[Signature] = []
        for block_id in ids:
            word = self.words.get(block_id)
            if word is not None:
                texts.append(word.text)
                words.append(word)
            elif block_id in self.selections:
                texts.append(self.selections[block_id].mark)
                selections.append(self.selections[block_id])
            elif block_id in self.signatures:
                texts.append(self.signatures[block_id].mark)
                signatures.append(self.signatures[block_id])
        return Content(" ".join(texts), tuple(words), tuple(selections), tuple(signatures))

    @cached_property
    def places(self) -> Mapping[str, tuple[int, int]]:
        """For each word that a line refers to, by id: the line's number, and the word's number in the line."""
        found: dict[str, tuple[int, int]] = {}
        for number, (_, block) in enumerate(self.of_type("LINE")):
            for place, word_id in enumerate(related_ids(block, "CHILD")):
                found.setdefault(word_id, (number, place))
        return found

    def _take(self, block: Block, position: int) -> None:
        block_id, block_type = block.get("Id"), block.get("BlockType")
        if not isinstance(block_type, str):
            return
        if not isinstance(block_id, str) or block_id in self._by_id:
            if isinstance(block_id, str) and self._by_id[block_id] == block:
                return
            block_id = f"#{position}"
        self._by_id[block_id] = block
        if block_type == "WORD":
            word = _word(block, polygon(block) if self._polygons else ())
            if word.text:
                self.words[block_id] = word
        else:
            self._by_type.setdefault(block_type, []).append((block_id, block))
            if block_type == "SELECTION_ELEMENT":
                self.selections[block_id] = _selection(block)
            elif block_type == "SIGNATURE":
                self.signatures[block_id] = Signature(box(block), confidence(block))


def text(block: Block) -> str:
    """Its text, or an empty string."""
    return string(block.get("Text"))


def string(value: object) -> str:
    """A string that every output can have: half a surrogate pair, which no UTF-8 has, is replaced."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else _HALF_PAIR.sub("\ufffd", value)


def confidence(block: Block) -> float:
    """Textract's confidence, 0–100."""
    return _number(block.get("Confidence"))


def box(block: Block) -> Box:
    """Its position; an empty box if Textract gives none."""
    geometry = block.get("Geometry")
    bounding = geometry.get("BoundingBox") if isinstance(geometry, dict) else None
    if not isinstance(bounding, dict):
        return NOWHERE
    get = bounding.get
    left, top, width, height = get("Left"), get("Top"), get("Width"), get("Height")
    if (  # nearly always so; takes half the time
        type(left) is type(top) is type(width) is type(height) is float
        and abs(left) + abs(top) + abs(width) + abs(height) < _MOST
    ):
        return Box(left, top, width, height)
    return Box(_number(left), _number(top), _number(width), _number(height))


def direction(block: Block) -> tuple[int, float | None]:
    """The angle of its text, clockwise, to the nearest 90 degrees; and its slope once it is turned by that angle.

    A polygon starts at the text's upper left and goes on along its top.
    """
    points = _points(block)
    right, down = _way(points[0], points[1]) if len(points) > 1 else (0.0, 0.0)
    if abs(right) >= abs(down):
        return (0 if right >= 0 else 180), (down / right if right else None)
    return (90 if down > 0 else 270), -right / down


def left_side(block: Block, angle: int) -> tuple[float, float]:
    """How far to the right and down its text's left side leads, once the text is turned upright from this angle."""
    points = _points(block)
    right, down = _way(points[0], points[-1]) if points else (0.0, 0.0)
    match angle:
        case 90:
            return down, -right
        case 180:
            return -right, -down
        case 270:
            return -down, right
    return right, down


def _points(block: Block) -> list[object]:
    """The polygon as it came."""
    geometry = block.get("Geometry")
    found = geometry.get("Polygon") if isinstance(geometry, dict) else None
    return found if isinstance(found, list) else []


def _way(start: object, end: object) -> tuple[float, float]:
    """How far right and down it is from one corner to another."""
    if not isinstance(start, dict) or not isinstance(end, dict):
        return 0.0, 0.0
    (left, top), (right, bottom) = _corner(start), _corner(end)
    return right - left, bottom - top


def polygon(block: Block) -> Polygon:
    """The four corners of its text, clockwise from its upper left; none if Textract gives other than four."""
    found = _points(block)
    if len(found) != _CORNERS:
        return ()
    first, second, third, fourth = found
    if not (type(first) is type(second) is type(third) is type(fourth) is dict):
        return ()
    return _corner(first), _corner(second), _corner(third), _corner(fourth)


def related_ids(block: Block, relationship: str) -> list[str]:
    """The ids that a block refers to in this way, whether or not the blocks exist."""
    relationships = block.get("Relationships")
    ids: list[str] = []
    if not isinstance(relationships, list):
        return ids
    for related in relationships:
        if isinstance(related, dict) and related.get("Type") == relationship:
            found = related.get("Ids")
            ids += [block_id for block_id in found if isinstance(block_id, str)] if isinstance(found, list) else ()
    return ids


def entity_types(block: Block) -> tuple[str, ...]:
    """A block's entity types, which refine its type."""
    found = block.get("EntityTypes")
    return tuple(string(name) for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def positive(value: object) -> int:
    """A row, column, or span: 1 if the value is not a positive number."""
    return value if isinstance(value, int) and value > 0 else 1


def page_number(value: object) -> int:
    """The number of a page, or of pages; 0 if it is none that a document can have."""
    return value if isinstance(value, int) and 0 < value <= _MOST_PAGES else 0


def _word(block: Block, corners: Polygon) -> Word:
    return Word(text(block), box(block), confidence(block), block.get("TextType") == "HANDWRITING", corners)


def _selection(block: Block) -> Selection:
    return Selection(block.get("SelectionStatus") == "SELECTED", box(block), confidence(block))


def _corner(point: Mapping[str, object]) -> tuple[float, float]:
    return _number(point.get("X")), _number(point.get("Y"))


def _number(value: object) -> float:
    return value if isinstance(value, (float, int)) and -_MOST < value < _MOST else 0.0
