"""What recognition works on: a page's image, and the words and lines found on it, in pixels of that image."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]  # height × width × 3, RGB


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in pixels."""
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        """The middle, as x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def contains(self, x: float, y: float) -> bool:
        """Whether a point is inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def union(self, other: Self) -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word; its confidence is 0 to 100."""

    text: str
    box: Box
    confidence: float

    def part(self, start: int, end: int) -> "Word":
        """The word's characters from `start` to `end`, its box cut in proportion."""
        a_character = self.box.width / len(self.text)
        left, right = self.box.left + start * a_character, self.box.left + end * a_character
        return replace(self, text=self.text[start:end], box=replace(self.box, left=left, right=right))


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a line, from left to right; there is at least one."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, a space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """The smallest box around the words."""
        return around(word.box for word in self.words)

    @property
    def confidence(self) -> float:
        """The words' mean confidence."""
        return sum(word.confidence for word in self.words) / len(self.words)


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's image, and its text where the document itself holds it (a PDF's text layer)."""

    image: Image
    text_layer: tuple[Line, ...] | None = None


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all; there is at least one."""
    first, *others = boxes
    for other in others:
        first = first.union(other)
    return first
