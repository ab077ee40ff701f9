"""Pages that were scanned askew, as Textract returns them: polygons follow the text, boxes are upright around them."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tests.support.responses import Block, relation

LETTER = 0.009  # page widths that a character takes
HEIGHT = 0.012  # page heights of a line of text

Point = tuple[float, float]
Corners = Sequence[Point]
Distortion = Callable[[Point], Point]


class Placed(NamedTuple):
    """A line of text on the straight page, as fractions of it."""

    text: str
    left: float
    top: float
    height: float = HEIGHT
    letter: float = LETTER

    @property
    def width(self) -> float:
        """As fraction of the page's width."""
        return len(self.text) * self.letter


class Area(NamedTuple):
    """A layout element or table around lines: its type, and its lines by number; a table's are a line per cell."""

    block_type: str
    lines: Sequence[int] = ()
    columns: int = 0


def turned(degrees: float, aspect: float) -> Distortion:
    """How a page whose width is `aspect` times its height is turned clockwise about its middle."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(point: Point) -> Point:
        x, y = (point[0] - 0.5) * aspect, point[1] - 0.5
        return (x * cosine - y * sine) / aspect + 0.5, x * sine + y * cosine + 0.5

    return turn


def response(lines: Sequence[Placed], distort: Distortion, areas: Sequence[Area] = ()) -> list[Block]:
    """The blocks of a page with these lines and areas."""
    return page_of([(line, distort) for line in lines], areas)


def page_of(lines: Sequence[tuple[Placed, Distortion]], areas: Sequence[Area] = ()) -> list[Block]:
    """The blocks of a page whose lines are distorted one by one; its areas are as its first line."""
    blocks: list[Block] = [{"BlockType": "PAGE", "Id": "page", "Page": 1}]
    for number, (line, distort) in enumerate(lines):
        blocks += _line_blocks(f"l{number}", line, distort)
    for number, area in enumerate(areas):
        inside = [lines[line][0] for line in area.lines]
        blocks += _area_blocks(f"a{number}", area, inside, lines[0][1])
    return blocks


def _line_blocks(name: str, line: Placed, distort: Distortion) -> list[Block]:
    words: list[Block] = []
    left = line.left
    for number, text in enumerate(line.text.split()):
        width = len(text) * line.letter
        geometry = geometry_of(left, line.top, width, line.height, distort)
        words.append(_block("WORD", f"{name}w{number}", geometry, Text=text))
        left += width + line.letter
    whole = geometry_of(line.left, line.top, line.width, line.height, distort)
    ids = relation("CHILD", *(word["Id"] for word in words))
    return [_block("LINE", name, whole, Text=line.text, Relationships=[ids]), *words]


def _area_blocks(name: str, area: Area, lines: Sequence[Placed], distort: Distortion) -> list[Block]:
    left, top = min(line.left for line in lines), min(line.top for line in lines)
    right, bottom = max(line.left + line.width for line in lines), max(line.top + line.height for line in lines)
    whole = geometry_of(left, top, right - left, bottom - top, distort)
    if not area.columns:
        ids = relation("CHILD", *(f"l{number}" for number in area.lines))
        return [_block(area.block_type, name, whole, Relationships=[ids])]
    cells = []
    for at, (number, line) in enumerate(zip(area.lines, lines, strict=True)):
        words = relation("CHILD", *(f"l{number}w{word}" for word in range(len(line.text.split()))))
        place = geometry_of(line.left, line.top, line.width, line.height, distort)
        row, column = divmod(at, area.columns)
        numbers = {"RowIndex": row + 1, "ColumnIndex": column + 1, "RowSpan": 1, "ColumnSpan": 1}
        cells.append(_block("CELL", f"{name}c{at}", place, Relationships=[words], **numbers))
    ids = relation("CHILD", *(cell["Id"] for cell in cells))
    return [_block(area.block_type, name, whole, Relationships=[ids]), *cells]


def geometry_of(left: float, top: float, width: float, height: float, distort: Distortion) -> Block:
    """The geometry of an area of the straight page."""
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return around([distort(corner) for corner in corners])


def around(corners: Corners) -> Block:
    """The geometry with this polygon."""
    (left, right), (top, bottom) = ((min(values), max(values)) for values in zip(*corners, strict=True))
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": right - left, "Height": bottom - top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }


def paragraph(left: float, top: float, rows: Iterable[str], pitch: float = 0.016) -> list[Placed]:
    """Lines one below the other."""
    return [Placed(row, left, top + number * pitch) for number, row in enumerate(rows)]


def _block(block_type: str, name: str, geometry: Block, **members: object) -> Block:
    return {"BlockType": block_type, "Id": name, "Confidence": 99.0, "Page": 1, "Geometry": geometry, **members}
