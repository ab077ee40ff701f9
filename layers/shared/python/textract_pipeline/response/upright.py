"""Where things are on a page once its text is upright and its lines are level. Pure.

Text that is not as askew as the rest of its page, such as a stamp or what a fax machine printed above a scan, is made
level as a whole, so that it stays what it was.
"""

from collections.abc import Iterable, Iterator, Sequence

from textract_pipeline.response.page import Box, Line, Page, Skew, Table
from textract_pipeline.response.skew import LEAST_FALL, STEEPEST, is_alike
from textract_pipeline.response.xy_cut import Piece

_Placed = tuple[Line, Box]


class Upright:
    """Positions on a page after its text at an angle, by default that of most of it, was turned upright and leveled."""

    def __init__(self, page: Page, angle: int | None = None) -> None:
        usual = page.angle
        self.angle = usual if angle is None else angle
        self._skew = page.skew.turned(self.angle - usual) if page.skew else None
        self._moves = self.angle or self._skew
        self._lines: dict[int, Box] = {}
        if self._skew:
            turned = ((line, line.box.turned_upright(self.angle)) for line in page.lines if line.angle == self.angle)
            self._lines = {id(line): box for line, box in _made_level(turned, self._skew)}

    def piece(self, content: Line | Table) -> Piece:
        """A line or a table of the page, where it is."""
        return Piece.at(self.box_of(content) if self._moves else content.box, content)

    def box_of(self, content: Line | Table) -> Box:
        """Where a line or a table of the page is."""
        return self._lines.get(id(content)) or self.box(content.box)

    def box(self, box: Box) -> Box:
        """Where something is that has this box on the page as it came."""
        upright = box.turned_upright(self.angle) if self.angle else box
        return self._skew.straightened(upright) if self._skew else upright


def _made_level(lines: Iterable[_Placed], skew: Skew) -> Iterator[_Placed]:
    alike: list[_Placed] = []
    others: list[_Placed] = []
    for line, box in lines:
        (alike if _is_like_page(line, skew) else others).append((line, box))
    yield from ((line, _level_box(line, box, skew)) for line, box in alike)
    for patch in _patches(others):
        whole = Box.around(box for _, box in patch)
        if _is_visible(patch, skew) and not any(_holds_middle(whole, box) for _, box in alike):
            yield from _patch_made_level(patch, whole, skew)
        else:  # their polygons are only inexact
            yield from ((line, _level_box(line, box, skew)) for line, box in patch)


def _is_visible(patch: Sequence[_Placed], skew: Skew) -> bool:
    """Whether several lines together deviate from the page by more than a few pixels of a scan."""
    off = sum(abs((line.slope or 0.0) - skew.slope) * box.width for line, box in patch)
    return len(patch) > 1 and off >= LEAST_FALL


def _is_like_page(line: Line, skew: Skew) -> bool:
    """Whether a line falls as the page does; diagonal text is no line of a patch, either."""
    return line.slope is None or abs(line.slope) > STEEPEST or is_alike(line, skew.slope)


def _level_box(line: Line, box: Box, skew: Skew) -> Box:
    if line.slope is None or abs(line.slope) > STEEPEST:
        return skew.straightened(box)
    return skew.straightened(box, skew.of_slope(line.slope))


def _holds_middle(whole: Box, box: Box) -> bool:
    across, down = box.left + box.width / 2, box.top + box.height / 2
    return whole.left < across < whole.right and whole.top < down < whole.bottom


def _patches(lines: Iterable[_Placed]) -> list[list[_Placed]]:
    """Lines that fall alike, one below the other or side by side."""
    patches: list[list[_Placed]] = []
    bottom = 0.0
    for line, box in sorted(lines, key=lambda placed: placed[1].top):
        if patches and box.top - box.height <= bottom and is_alike(line, patches[-1][0][0].slope or 0.0):
            patches[-1].append((line, box))
            bottom = max(bottom, box.bottom)
        else:
            patches.append([(line, box)])
            bottom = box.bottom
    return patches


def _patch_made_level(patch: list[_Placed], whole: Box, skew: Skew) -> Iterator[_Placed]:
    """The lines turned about the middle of them all, which stays where it is on the straight page."""
    longest, _ = max(patch, key=lambda placed: placed[1].width)
    own = skew.of_slope(longest.slope or 0.0)
    there, here = skew.straightened(whole, own), own.straightened(whole)
    for line, box in patch:
        level = own.straightened(box)
        yield line, level._replace(left=level.left + there.left - here.left, top=level.top + there.top - here.top)
