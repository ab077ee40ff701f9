"""Straighten a page that was scanned at an angle or sideways, and map what is found back to the original page.

All steps in between work on the straight page, where lines and rules are level; blocks have positions on the original
page.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.page.geometry import Box, PageImage, turned
from local.textract.recognition.page.words import Word

LEAST_DEGREES = 0.15  # less moves nothing by more than a stroke's width
MOST_DEGREES = 15.0  # more is diagonal text


@dataclass(frozen=True, slots=True)
class Skew:
    """How a page is rotated: `quarters` counterclockwise make it upright; its lines then fall right by `degrees`.

    Width and height are those of the upright page, in pixels.
    """

    degrees: float
    quarters: int
    width: int
    height: int

    @classmethod
    def of(cls, degrees: float, quarters: int, width: int, height: int) -> "Skew":
        """The skew of a page of this size; none if it is too small to matter or too large to be plausible."""
        is_tilt = LEAST_DEGREES <= abs(degrees) <= MOST_DEGREES
        upright = (height, width) if quarters % 2 else (width, height)
        return cls(degrees if is_tilt else 0.0, quarters, *upright)

    def straight_image(self, image: PageImage) -> PageImage:
        """The page, upright and with level lines."""
        image = turned(image, self.quarters)
        if not self.degrees:
            return image
        size = (self.width, self.height)
        level = cv2.warpAffine(image, self._matrix(1), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(level, dtype=np.uint8)

    def straight_words(self, words: Iterable[Word]) -> list[Word]:
        """The words of the upright page, moved to where they are when its lines are level."""
        if not self.degrees:
            return list(words)
        return [replace(word, box=self._straight_box(word.box)) for word in words]

    def corners(self, box: Box) -> list[tuple[float, float]]:
        """The corners of a box of the straight page, as fractions (0–1) of the original page, clipped at its edges.

        Clockwise from the text's own top left.
        """
        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        askew = self._turned(corners, -1) if self.degrees else corners
        shares = [(min(max(x / self.width, 0.0), 1.0), min(max(y / self.height, 0.0), 1.0)) for x, y in askew]
        for _ in range(self.quarters):
            shares = [(1 - y, x) for x, y in shares]
        return shares

    def _straight_box(self, box: Box) -> Box:
        """The straight box whose skewed version has this upright bounding box."""
        ((x, y),) = self._turned([box.center], 1)
        angle = math.radians(abs(self.degrees))
        cosine, sine = math.cos(angle), math.sin(angle)
        width = (box.width * cosine - box.height * sine) / math.cos(2 * angle)
        height = (box.height * cosine - box.width * sine) / math.cos(2 * angle)
        width, height = max(width, box.width / 2), max(height, box.height / 2)
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def _turned(self, points: list[tuple[float, float]], direction: int) -> list[tuple[float, float]]:
        moved = np.array([(x, y, 1.0) for x, y in points]) @ self._matrix(direction).T
        return [(float(x), float(y)) for x, y in moved]

    def _matrix(self, direction: int) -> NDArray[np.float64]:
        """The matrix that straightens (1) or restores the skew (-1)."""
        return np.asarray(
            cv2.getRotationMatrix2D((self.width / 2, self.height / 2), direction * self.degrees, 1.0), dtype=np.float64
        )
