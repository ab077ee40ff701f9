"""Find the lines of text on a page. The model marks text pixel by pixel; this module makes regions of it.

The model is PP-OCRv6's detector (a differentiable-binarization net), which marks the core of each line.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.ocr.networks import Model, model_input
from local.textract.recognition.page.geometry import Box, PageImage

LONGEST_SIDE = 1280  # pixels given to the model: 1600 takes 0.5 s longer and finds no more words
SHORTEST_SIDE = 736  # small pages are enlarged to this
STRIDE = 32  # both sides must be multiples
BLANK = 8  # levels of 256 between neighbors: less is paper
TEXT_THRESHOLD = 0.3  # a pixel this likely to be text is text
REGION_THRESHOLD = 0.5  # a region this likely on average is kept
UNCLIP = 1.6  # how much to expand the marked core, in area ÷ perimeter
SHORTEST_LINE = 3  # model pixels
UPRIGHT_LIMIT = 1.5  # height ÷ width from which a region may be vertical text
LONG_LINE = 6.0  # heights
LONG_LIMIT = 2.0  # and its length in usual line heights


@dataclass(frozen=True, slots=True)
class Region:
    """A straight line of text in a page's pixels: its corners, from the text's own top left, clockwise."""

    corners: NDArray[np.float32]

    @property
    def width(self) -> float:
        """Along the text."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def degrees(self) -> float:
        """The angle by which the text falls to the right; downward is 90."""
        along = self.corners[1] - self.corners[0] + self.corners[2] - self.corners[3]
        return math.degrees(math.atan2(float(along[1]), float(along[0])))

    @property
    def height(self) -> float:
        """Across the text."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))

    def turned(self, quarters: int) -> "Region":
        """The same region for text in another direction: this many quarter turns clockwise."""
        return Region(np.roll(self.corners, -quarters, axis=0))

    def upside_down(self, image: PageImage) -> "Region":
        """The same region after a half turn of the page."""
        height, width = image.shape[:2]
        return Region(np.array([width, height], np.float32) - self.corners).turned(2)

    def crop(self, image: PageImage) -> PageImage:
        """The region's pixels, with upright text, at the page's scale."""
        width, height = max(1, round(self.width)), max(1, round(self.height))
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        transform = cv2.getPerspectiveTransform(self.corners, target)
        crop = cv2.warpPerspective(
            image, transform, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(crop, dtype=np.uint8)

    def box_of(self, left: float, top: float, right: float, bottom: float) -> Box:
        """The page's box around a part of the crop, given in the crop's pixels."""
        (x, y), along, _, down = self.corners.tolist()
        across, below = math.dist(along, (x, y)), math.dist(down, (x, y))
        points = [(part / across, other / below) for part in (left, right) for other in (top, bottom)]
        columns = [x + (along[0] - x) * right_by + (down[0] - x) * down_by for right_by, down_by in points]
        rows = [y + (along[1] - y) * right_by + (down[1] - y) * down_by for right_by, down_by in points]
        return Box(min(columns), min(rows), max(columns), max(rows))


def find_regions(image: PageImage, model: Model) -> list[Region]:
    """The page's lines of text, in no particular order."""
    page_height, page_width = image.shape[:2]
    scale = min(LONGEST_SIDE / max(page_height, page_width), max(1.0, SHORTEST_SIDE / min(page_height, page_width)))
    height, width = (max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (page_height, page_width))
    resized = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    origin, printed = _printed_part(np.asarray(resized, dtype=np.uint8))
    likelihood = model.run(model_input(printed)[np.newaxis])[0, 0]
    to_page = np.array([page_width / width, page_height / height], np.float32)
    regions = [Region((corners + origin) * to_page) for corners in _rectangles(likelihood)]
    return _in_reading_direction([region for region in regions if min(region.width, region.height) > 1])


def _printed_part(image: PageImage) -> tuple[NDArray[np.float32], PageImage]:
    """The image without blank margins, in whole strides, and the position (x, y) of its top left corner."""
    change = cv2.morphologyEx(image, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).reshape(len(image), -1)
    by_row, by_column = (cv2.reduce(change, axis, cv2.REDUCE_MAX) for axis in (1, 0))
    rows, columns = np.flatnonzero(by_row > BLANK), np.flatnonzero(by_column.reshape(-1, 3).max(axis=1) > BLANK)
    if not rows.size:
        return np.zeros(2, np.float32), image[:STRIDE, :STRIDE]
    top, left = (max(0, int(where[0]) // STRIDE - 1) * STRIDE for where in (rows, columns))
    bottom, right = ((int(where[-1]) // STRIDE + 2) * STRIDE for where in (rows, columns))
    return np.array([left, top], np.float32), image[top:bottom, left:right]


def usual_slope(regions: Sequence[Region]) -> float:
    """The degrees by which most text falls to the right; only long lines count."""
    lines = sorted((r for r in regions if r.width >= LONG_LINE * r.height), key=lambda region: region.degrees)
    half = sum(line.width for line in lines) / 2
    reached = 0.0
    for line in lines:
        reached += line.width
        if reached >= half:
            return line.degrees
    return 0.0


def _rectangles(likelihood: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The corners of each likely region, in the model's pixels, from the top left clockwise."""
    core = cv2.dilate((likelihood > TEXT_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(core, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        center, (width, height), angle = cv2.minAreaRect(contour)
        if (
            min(width, height) < SHORTEST_LINE
            or _mean_likelihood(likelihood, np.asarray(contour, dtype=np.int32)) < REGION_THRESHOLD
        ):
            continue
        margin = 2 * UNCLIP * width * height / (2 * (width + height))
        corners = cv2.boxPoints((center, (width + margin, height + margin), angle))
        found.append(_clockwise(np.asarray(corners, dtype=np.float32)))
    return found


def _mean_likelihood(likelihood: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - (left, top)], 1)
    return float(cv2.mean(likelihood[top : top + height, left : left + width], mask)[0])


def _clockwise(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """A rectangle's corners from the top left, clockwise."""
    by_x = points[np.argsort(points[:, 0])]
    top_left, bottom_left = by_x[:2][np.argsort(by_x[:2, 1])]
    top_right, bottom_right = by_x[2:][np.argsort(by_x[2:, 1])]
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)


def _in_reading_direction(regions: list[Region]) -> list[Region]:
    """Rotate tall regions so that vertical text reads from left to right."""
    if not regions:
        return []
    usual_height = float(np.median([min(region.width, region.height) for region in regions]))
    return [
        region.turned(1)
        if region.height >= UPRIGHT_LIMIT * region.width and region.height >= LONG_LIMIT * usual_height
        else region
        for region in regions
    ]
