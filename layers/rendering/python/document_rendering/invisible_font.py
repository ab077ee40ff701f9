"""The font of a searchable PDF's text: its characters are invisible, but have a position and a meaning.

A Type 3 font has 256 codes, so characters get codes as they occur, and a new font starts when one is full. All codes
show the same empty glyph. Readers use its box as the box of the character, and ToUnicode says which character it is.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
)

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import IndirectObject

WIDTH = 0.5  # of every character, in font heights
_CODES = 256
_UNITS = 1000  # a font height
_GLYPH = f"{WIDTH * _UNITS:.0f} 0 0 0 {WIDTH * _UNITS:.0f} {_UNITS} d1"
_TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
{ranges}
endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_ENTRIES = 100  # in one bfchar section


class InvisibleFont:
    """The fonts of one PDF being written; call `finish` when all its text is encoded."""

    def __init__(self, writer: "PdfWriter") -> None:
        self._writer = writer
        self._codes: dict[str, int] = {}
        self._to_unicode: list[DecodedStreamObject] = []
        self.fonts: dict[str, IndirectObject] = {}  # by the name that pages use
        self._glyph = writer._add_object(stream(_GLYPH))

    def shown(self, text: str) -> str:
        """The operators that show a text at the current position, with a font height of 1."""
        codes = [self._code(character) for character in text]
        return "".join(self._operators(codes))

    def finish(self) -> None:
        """Write the meaning of the codes into each font."""
        characters = list(self._codes)
        for number, to_unicode in enumerate(self._to_unicode):
            own = characters[number * _CODES : (number + 1) * _CODES]
            to_unicode.set_data(_TO_UNICODE.format(ranges="\n".join(_sections(own))).encode("ascii"))

    def _code(self, character: str) -> int:
        code = self._codes.setdefault(character, len(self._codes))
        if code // _CODES == len(self._to_unicode):
            self._add_font()
        return code

    def _operators(self, codes: list[int]) -> Iterator[str]:
        for number, own in groupby(codes, key=lambda code: code // _CODES):
            yield f"{_name(number)} 1 Tf <{bytes(code % _CODES for code in own).hex()}> Tj "

    def _add_font(self) -> None:
        to_unicode = DecodedStreamObject()
        font = dictionary(
            Type="/Font",
            Subtype="/Type3",
            FirstChar=0,
            LastChar=_CODES - 1,
            FontBBox=[0, 0, int(WIDTH * _UNITS), _UNITS],
        )
        font[NameObject("/FontMatrix")] = ArrayObject(FloatObject(value) for value in (0.001, 0, 0, 0.001, 0, 0))
        font[NameObject("/CharProcs")] = DictionaryObject({NameObject("/none"): self._glyph})
        names = ArrayObject([NumberObject(0), *[NameObject("/none")] * _CODES])
        font[NameObject("/Encoding")] = DictionaryObject(
            {NameObject("/Type"): NameObject("/Encoding"), NameObject("/Differences"): names}
        )
        font[NameObject("/Widths")] = ArrayObject([NumberObject(int(WIDTH * _UNITS))] * _CODES)
        font[NameObject("/Resources")] = DictionaryObject()
        font[NameObject("/ToUnicode")] = self._writer._add_object(to_unicode)
        self.fonts[_name(len(self._to_unicode))] = self._writer._add_object(font)
        self._to_unicode.append(to_unicode)


def stream(content: str) -> PdfObject:
    """A compressed stream."""
    plain = DecodedStreamObject()
    plain.set_data(content.encode("ascii"))
    return plain.flate_encode()


def dictionary(**entries: str | int | list[int]) -> DictionaryObject:
    """A dictionary of names, numbers, and arrays of numbers."""
    return DictionaryObject({NameObject("/" + name): _object(value) for name, value in entries.items()})


def _object(value: str | int | list[int]) -> PdfObject:
    if isinstance(value, str):
        return NameObject(value)
    return NumberObject(value) if isinstance(value, int) else ArrayObject(NumberObject(each) for each in value)


def _name(number: int) -> str:
    return f"/TextLayer{number}"


def _sections(characters: list[str]) -> Iterator[str]:
    for start in range(0, len(characters), _MOST_ENTRIES):
        own = characters[start : start + _MOST_ENTRIES]
        entries = (f"<{start + at:02x}> <{_utf_16(character)}>" for at, character in enumerate(own))
        yield f"{len(own)} beginbfchar\n" + "\n".join(entries) + "\nendbfchar"


def _utf_16(character: str) -> str:
    return character.encode("utf-16-be", errors="replace").hex()
