"""Between steps 2 and 3 of recognition: a page that was scanned askew is set straight, and found boxes are set back.

All steps in between work on the straight page, where lines and rules are level; blocks tell where things are on the
page as it came.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import Box, PageImage
from local.textract.words import Word

LEAST_DEGREES = 0.15  # less moves nothing by more than a stroke
MOST_DEGREES = 15.0  # more is text set across the page


@dataclass(frozen=True, slots=True)
class Tilt:
    """How a page lies: its lines fall by so many degrees to the right; it is turned about `centre`, in pixels."""

    degrees: float
    centre: tuple[float, float]

    @classmethod
    def of(cls, degrees: float, width: int, height: int) -> "Tilt":
        """The tilt of a page of this size; none where it is too small to matter or too large to be one."""
        is_tilt = LEAST_DEGREES <= abs(degrees) <= MOST_DEGREES
        return cls(degrees if is_tilt else 0.0, (width / 2, height / 2))

    def straight_image(self, image: PageImage) -> PageImage:
        """The page with level lines, in the same size."""
        if not self.degrees:
            return image
        height, width = image.shape[:2]
        turned = cv2.warpAffine(
            image, self._matrix(1), (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(turned, dtype=np.uint8)

    def straight_words(self, words: Iterable[Word]) -> list[Word]:
        """The words where they stand on the straight page."""
        if not self.degrees:
            return list(words)
        return [Word(word.text, self._straight_box(word.box), word.confidence) for word in words]

    def corners(self, box: Box) -> list[tuple[float, float]]:
        """The corners of a box of the straight page on the page as it came, from the top left, clockwise."""
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        return self._turned(corners, -1) if self.degrees else corners

    def _straight_box(self, box: Box) -> Box:
        """The box that, set askew, has this upright box around it."""
        ((x, y),) = self._turned([box.centre], 1)
        angle = math.radians(abs(self.degrees))
        cosine, sine = math.cos(angle), math.sin(angle)
        width = (box.width * cosine - box.height * sine) / math.cos(2 * angle)
        height = (box.height * cosine - box.width * sine) / math.cos(2 * angle)
        width, height = max(width, box.width / 2), max(height, box.height / 2)
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def _turned(self, points: list[tuple[float, float]], direction: int) -> list[tuple[float, float]]:
        turned = np.array([(x, y, 1.0) for x, y in points]) @ self._matrix(direction).T
        return [(float(x), float(y)) for x, y in turned]

    def _matrix(self, direction: int) -> NDArray[np.float64]:
        """Sets straight (1) or back (-1)."""
        return np.asarray(cv2.getRotationMatrix2D(self.centre, direction * self.degrees, 1.0), dtype=np.float64)
