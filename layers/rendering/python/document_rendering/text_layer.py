"""The operators that lay a page's words over it: each where it is seen, along its line, with a space after it.

A line is shown at once if it is straight, and so is a row of such lines. PDFium sorts what is shown in several steps by
its position, and so would read a page that is upside down backward. A curved line is shown word by word.

Points on the sheet are complex numbers, in 1/72 inch: multiplied by the conjugate of a direction of length 1, their
real part is the position along it, and their imaginary part the height above it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from document_rendering.invisible_font import UNITS, Glyph, InvisibleFont
from textract_pipeline.response.page import Line, Page, Word
from textract_pipeline.response.reading_order import regions

_STEP = UNITS // 50  # widths are rounded to it, so that words share codes
_SPACE = UNITS // 4
_LEAST_GAP = UNITS // 5  # between words: poppler joins those that are closer than 0.15 (TextOutputDev.cc, 22.12)
_LEAST_PART = 0.5  # of a word's width that is left if the next word is closer
_LEAST_PITCH = UNITS // 10  # of the characters of a word without a width
_LEAST_HEIGHT = 1.0  # of text without a height
_THICKEST = 1.5  # of a line, to its highest word: more is curved
_ALIKE = 0.6  # of a row's height that each of its lines has, if they are shown at once
_MOST_DRIFT = 0.4  # of a row's height: poppler takes what is off by more than half of it for another row

Corners = tuple[complex, complex, complex, complex]


@dataclass(frozen=True, slots=True)
class Surface:
    """A page's upper left corner on the sheet, and the vectors along its full width and height."""

    corner: complex
    right: complex
    down: complex

    def at(self, x: float, y: float) -> complex:
        """The point at these fractions of the page."""
        return self.corner + x * self.right + y * self.down


class Placed(NamedTuple):
    """A word on the sheet, and its corners, clockwise from the upper left of the word as it is read."""

    text: str
    corners: Corners


class LaidRow(NamedTuple):
    """The operators of a row, and its text matrix; and its text if some readers would take it for several rows."""

    operators: str
    matrix: str
    text: str


def text_layer(
    page: Page, surface: Surface, font: InvisibleFont, are_there: Callable[[Sequence[Placed]], bool]
) -> Iterator[LaidRow]:
    """The page's rows in reading order, without the words that are there already."""
    for region in regions(page):
        for row in region.rows:
            lines = [_missing([*_placed(line, surface)], are_there) for line in row]
            strips = [_Strip.of(words) for words in _shown_at_once([words for words in lines if words])]
            if strips:
                text = "  ".join(" ".join(word.text for word in words) for words in lines if words)
                operators = f"BT {''.join(strip.operators(font) for strip in strips)}ET\n"
                yield LaidRow(operators, strips[0].matrix, text if _drifts(strips) else "")


def _placed(line: Line, surface: Surface) -> Iterator[Placed]:
    for word in line.words:
        yield Placed(word.text, _corners(word, line.angle, surface))


def _missing(words: list[Placed], are_there: Callable[[Sequence[Placed]], bool]) -> list[Placed]:
    """A line's words without those that are there already: all, if it is there as a whole, or some by themselves."""
    if not words or are_there(words):
        return []
    return [word for word in words if not are_there([word])]


def _corners(word: Word, angle: int, surface: Surface) -> Corners:
    """The word's corners; those of its box, as its line is turned, if it has no polygon."""
    box, turns = word.box, angle // 90
    polygon = word.polygon or (
        *((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)),
    )
    if not word.polygon:
        polygon = polygon[turns:] + polygon[:turns]
    first, second, third, fourth = (surface.at(*corner) for corner in polygon)
    return first, second, third, fourth


def _shown_at_once(lines: list[list[Placed]]) -> list[list[Placed]]:
    """The words of a row in as few parts as are straight: the row, or its lines, or each word."""
    whole = [word for words in lines for word in words]
    if len(lines) > 1 and _are_alike([_Strip.of(words) for words in lines], _Strip.of(whole)):
        return [whole]
    parts: list[list[Placed]] = []
    for words in lines:
        parts += [words] if _Strip.of(words).is_straight else [[word] for word in words]
    return parts


def _are_alike(strips: "Sequence[_Strip]", whole: "_Strip") -> bool:
    return whole.is_straight and all(strip.height >= _ALIKE * whole.height for strip in strips)


@dataclass(frozen=True, slots=True)
class _Strip:
    """Words along a straight line: its direction, the heights of its lower and upper edge, and each word's ends."""

    words: Sequence[Placed]
    along: complex
    bottom: float
    top: float
    ends: Sequence[tuple[float, float]]
    highest: float  # word

    @classmethod
    def of(cls, words: Sequence[Placed]) -> "_Strip":
        along = _direction(words)
        turned = [[corner * along.conjugate() for corner in word.corners] for word in words]
        heights = [[corner.imag for corner in corners] for corners in turned]
        return cls(
            words,
            along,
            min(map(min, heights)),
            max(map(max, heights)),
            [((a.real + d.real) / 2, (b.real + c.real) / 2) for a, b, c, d in turned],
            max(max(of_word) - min(of_word) for of_word in heights),
        )

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, _LEAST_HEIGHT)

    @property
    def is_straight(self) -> bool:
        return self.top - self.bottom <= _THICKEST * self.highest

    @property
    def start(self) -> complex:
        """Where its text starts on the sheet."""
        return complex(self.ends[0][0], self.bottom) * self.along

    @property
    def matrix(self) -> str:
        """With a font height of 1, the text matrix."""
        up = self.along * self.height
        place = (up.real, up.imag, -up.imag, up.real, self.start.real, self.start.imag)
        return " ".join(f"{value:.4f}" for value in place)

    def operators(self, font: InvisibleFont) -> str:
        """The operators that show it, its last space by itself if it is sideways.

        Otherwise PDFium would sort sideways lines that start at the same height, and so read them in reverse.
        """
        glyphs = list(self._glyphs())
        parts = [glyphs] if abs(self.along.real) >= abs(self.along.imag) else [glyphs[:-1], glyphs[-1:]]
        return f"{self.matrix} Tm {''.join(font.shown(part) for part in parts)}\n"

    def _glyphs(self) -> Iterator[Glyph]:
        """The characters of the words, evenly over each word, and a space after each, so that no two words touch."""
        origin, scale = self.ends[0][0], UNITS / self.height
        places = [(round((begin - origin) * scale), round((end - origin) * scale)) for begin, end in self.ends]
        pen = places[0][0]
        for word, (place, following) in zip(self.words, pairwise([*places, None]), strict=True):
            width = place[1] - place[0] if place else 0
            if following:
                width = min(width, max(following[0] - _LEAST_GAP - pen, round(_LEAST_PART * width)))
            for character, share in _spread(word.text, width):
                yield Glyph(character, share)
                pen += share
            gap = max(following[0] - pen, _LEAST_GAP) if following else _SPACE
            yield Glyph(" ", _SPACE, gap - _SPACE)
            pen += gap


def _direction(words: Sequence[Placed]) -> complex:
    """The direction in which words run: that of their upper and lower edges, so that long words count for more."""
    edges = sum((b - a + c - d for a, b, c, d in (word.corners for word in words)), start=0j)
    if abs(edges) < _LEAST_HEIGHT / UNITS:
        return 1 + 0j
    return edges / abs(edges)


def _spread(text: str, width: int) -> Iterator[tuple[str, int]]:
    """Each character with its share of the width, in whole steps."""
    pitch = max(width / len(text), _LEAST_PITCH)
    reached = 0
    for count, character in enumerate(text, start=1):
        upto = round(count * pitch / _STEP) * _STEP
        yield character, upto - reached
        reached = upto


def _drifts(strips: Sequence[_Strip]) -> bool:
    """Whether a row leaves the row of the sheet in which it starts; readers know only upright and sideways rows."""
    ends = [complex(end, strip.bottom) * strip.along for strip in strips for ends in strip.ends for end in ends]
    xs, ys = [end.real for end in ends], [end.imag for end in ends]
    most = _MOST_DRIFT * min(strip.height for strip in strips)
    return min(max(xs) - min(xs), max(ys) - min(ys)) > most
