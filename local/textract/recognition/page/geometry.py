"""Rectangles on a page, and the page's pixels.

Coordinates are pixels of the page's upright image, from its top left corner; blocks.py converts them to 0–1.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

PageImage: TypeAlias = NDArray[np.uint8]  # height × width × 3, RGB
GrayImage: TypeAlias = NDArray[np.uint8]  # height × width; a mask has 255 where it holds and 0 elsewhere


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in pixels; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        """The middle, as x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> Self:
        """The smallest box that contains all of these; there must be at least one."""
        held = list(boxes)
        return cls(
            min(box.left for box in held),
            min(box.top for box in held),
            max(box.right for box in held),
            max(box.bottom for box in held),
        )

    def turned(self, quarters: int) -> "Box":
        """The box after this many quarter turns counterclockwise of the page about its top left corner."""
        match quarters % 4:
            case 1:
                return Box(self.top, -self.right, self.bottom, -self.left)
            case 2:
                return Box(-self.right, -self.bottom, -self.left, -self.top)
            case 3:
                return Box(-self.bottom, self.left, -self.top, self.right)
        return self

    def turned_on(self, width: int, height: int, quarters: int) -> "Box":
        """The box after this many quarter turns counterclockwise of a page of this size, like its image."""
        box = self.turned(quarters)
        right, down = ((0, 0), (0, width), (width, height), (height, 0))[quarters % 4]
        return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)

    def holds_center_of(self, other: "Box") -> bool:
        """Whether the other box's middle is inside this box."""
        x, y = other.center
        return self.left <= x < self.right and self.top <= y < self.bottom

    def shared_width(self, other: "Box") -> float:
        """How many pixels the two have in common from left to right; negative is the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)

    def shared_height(self, other: "Box") -> float:
        """How many pixels the two have in common from top to bottom; negative is the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def shared_area(self, other: "Box") -> float:
        """Square pixels that the two have in common."""
        return max(0.0, self.shared_width(other)) * max(0.0, self.shared_height(other))

    def grown(self, pixels: float) -> "Box":
        """The box with this many more pixels on each side."""
        return Box(self.left - pixels, self.top - pixels, self.right + pixels, self.bottom + pixels)


def turned(image: PageImage, quarters: int) -> PageImage:
    """The image after this many quarter turns counterclockwise."""
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
