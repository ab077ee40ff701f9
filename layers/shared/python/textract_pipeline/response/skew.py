"""Find how askew a page was scanned, from the polygons of its lines. Pure.

Textract's polygons follow the text, and its coordinates are those of the page as it came. A page is askew if nearly all
of its text falls, or rises, alike and visibly; if there is any doubt, it counts as straight. The proportions of the
page, which a response does not contain, follow from how far the sides of lines lean while their tops fall.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textract_pipeline.response.page import Line, Skew, usual_angle
from textract_pipeline.response.page_blocks import left_side

if TYPE_CHECKING:
    from textract_pipeline.response.page_blocks import PageBlocks

LEAST_SLOPE = 0.003  # moves a line across the page by less than half of small print's height
_MOST_DEGREES = 15.0  # more is diagonal text
STEEPEST = 0.7  # slope of a line that counts: no page that is less than three times as wide as high has more
_LEAST_LINES = 3
LEAST_FALL = 0.004  # of all lines, one after the other, in page heights: a few pixels of a scan
_LEAST_SHARE = 0.8  # of the text, by its length, that falls alike
_ALIKE = 0.25  # of the page's slope: what is off by less is straighter on the straightened page
_PRECISION = 0.0006  # of a polygon, in page heights: a pixel of a scan of 150 dpi
_DOUBT = 0.001  # a pixel of 90 dpi: the page's slope is told by many lines, so each may be less exact
_PROPORTIONS = 0.1, 10.0  # of width² to height² of a page
_USUAL_PROPORTIONS = 0.55  # in portrait format, between A4 and letter


def find_skew(lines: Mapping[str, Line], blocks: "PageBlocks") -> Skew | None:
    """How askew the page is; None if it is straight or if that is in doubt. Lines are by the ids of their blocks."""
    if not _falls(lines.values()):
        return None  # as nearly always
    angle = usual_angle(lines.values())
    counting = {
        key: line
        for key, line in lines.items()
        if line.angle == angle and line.slope is not None and abs(line.slope) <= STEEPEST
    }
    median = _median_slope(counting.values())
    alike = {key: line for key, line in counting.items() if is_alike(line, median, _DOUBT)}
    length, whole = _length(alike.values()), _length(counting.values())
    if len(alike) < _LEAST_LINES or length < _LEAST_SHARE * whole or length * abs(median) < LEAST_FALL:
        return None
    slope = _mean_slope(alike.values())
    if abs(slope) < LEAST_SLOPE:
        return None
    skew = _skew(slope, [left_side(block, angle) for key, block in blocks.of_type("LINE") if key in alike])
    return skew if abs(skew.degrees) <= _MOST_DEGREES else None


def is_alike(line: Line, slope: float, precision: float = _PRECISION) -> bool:
    """Whether a line falls like this, as far as its polygon tells; one whose slope is not known does."""
    if line.slope is None:
        return True
    off = abs(line.slope - slope)
    return off <= _ALIKE * abs(slope) or off * _length([line]) <= precision


def _falls(lines: Iterable[Line]) -> bool:
    """Whether half of the text falls, or rises, at all."""
    balance = 0.0
    for line in lines:
        slope = line.slope
        if slope is not None:
            length = max(line.box[2:])
            balance += length if slope >= LEAST_SLOPE or slope <= -LEAST_SLOPE else -length
    return balance > 0


def _median_slope(lines: Iterable[Line]) -> float:
    """The median slope of the text, by its length."""
    tilts = sorted((line.slope or 0.0, _length([line])) for line in lines)
    half, so_far = sum(length for _, length in tilts) / 2, 0.0
    for slope, length in tilts:
        so_far += length
        if so_far >= half:
            return slope
    return 0.0


def _mean_slope(lines: Iterable[Line]) -> float:
    """The mean slope, in which a line twice as long, whose slope is twice as precise, counts four times as much."""
    weights = [(line.slope or 0.0, _length([line]) ** 2) for line in lines]
    return sum(slope * weight for slope, weight in weights) / sum(weight for _, weight in weights)


def _length(lines: Iterable[Line]) -> float:
    return sum(max(line.box.width, line.box.height) for line in lines)


def _skew(slope: float, sides: Sequence[tuple[float, float]]) -> Skew:
    """The skew of a page whose lines have this slope and these left sides."""
    right, down = sum(right for right, _ in sides), sum(down for _, down in sides)
    lean = right / down if down > 0 else 0.0
    if not lean or not _PROPORTIONS[0] <= -slope / lean <= _PROPORTIONS[1]:
        lean = -slope / _USUAL_PROPORTIONS
    return Skew(slope, lean)
