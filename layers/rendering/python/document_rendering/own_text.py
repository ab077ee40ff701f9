"""The text that a PDF's pages already have, and where, as PDFium reads it in a worker."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from contextlib import closing
from ctypes import byref, c_double
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, Self

import pypdfium2
from pypdfium2 import raw

from document_rendering.confined import A_PAGE, Confined, OverLimitError
from document_rendering.library_errors import DAMAGED
from document_rendering.text_layer import Placed

_AROUND = 0.3  # of a word's height, by which recognized words and the page's own may be apart


class Character(NamedTuple):
    """A character, its number in the order of the page's text, and its middle on the sheet, in 1/72 inch."""

    y: float
    x: float
    number: int
    text: str


class OwnWords:
    """What a page already says."""

    def __init__(self, characters: Sequence[Character] = ()) -> None:
        self._characters = sorted(characters)

    def have(self, words: Sequence[Placed]) -> bool:
        """Whether the page says these words, one after the other, in this place."""
        if not self._characters:
            return False
        xs = [corner.real for word in words for corner in word.corners]
        ys = [corner.imag for word in words for corner in word.corners]
        around = _AROUND * min(max(ys) - min(ys), max(xs) - min(xs))
        start = bisect_left(self._characters, min(ys) - around, key=attrgetter("y"))
        end = bisect_right(self._characters, max(ys) + around, key=attrgetter("y"))
        near = [each for each in self._characters[start:end] if min(xs) - around <= each.x <= max(xs) + around]
        said = "".join(each.text for each in sorted(near, key=attrgetter("number")))
        return "".join("".join(word.text for word in words).split()) in said


class OwnText:
    """Reads the pages of a PDF. A page that cannot be read has no text."""

    def __init__(self, original: Path) -> None:
        self._confined = Confined(partial(_Reader, original))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._confined.close()

    def of(self, number: int) -> OwnWords:
        """The text of page `number`, from 1."""
        try:
            return OwnWords(self._confined.ask(A_PAGE, _Reader.characters, number))
        except (OverLimitError, *DAMAGED):
            return OwnWords()


class _Reader:
    def __init__(self, original: Path) -> None:
        self._pdf = pypdfium2.PdfDocument(original)

    def characters(self, number: int) -> list[Character]:
        if number > len(self._pdf):
            return []
        with closing(self._pdf[number - 1]) as page, closing(page.get_textpage()) as text:
            found = (_character(text, index) for index in range(text.count_chars()))
            return [character for character in found if character]


def _character(text: pypdfium2.PdfTextPage, index: int) -> Character | None:
    """The character, unless it is a space, which PDFium often adds."""
    said = chr(raw.FPDFText_GetUnicode(text, index))
    left, right, bottom, top = (c_double() for _ in range(4))
    if said.isspace() or not raw.FPDFText_GetCharBox(text, index, byref(left), byref(right), byref(bottom), byref(top)):
        return None
    return Character((bottom.value + top.value) / 2, (left.value + right.value) / 2, index, said)
