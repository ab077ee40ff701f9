"""The font of a searchable PDF's text: its characters are invisible, but have a position, a width, and a meaning.

A code stands for a character of some width, so that a line of words, each as wide as on the page, is shown at once. All
codes show the same empty glyph of `empty_font`. Readers use a code's width and the font's height as the box of the
character, and ToUnicode says which character it is. Codes are given as they occur, and a new font starts when one is
full.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from document_rendering.empty_font import GLYPH, HEIGHT, empty_font

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import IndirectObject

UNITS = HEIGHT  # in the font's height; widths and gaps are in these
_CODES = 0xFFFF  # in a font; 0 is the glyph of what is not in it
_NAME = "Invisible"
_TO_UNICODE = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}
endcmap CMapName currentdict /CMap defineresource pop end end"""
_MOST_ENTRIES = 100  # in one bfchar section (ISO 32000-1, 9.10.3, refers to Adobe's Technical Note 5014)


class Glyph(NamedTuple):
    """A character, its width, and how much is left free after it, in units."""

    character: str
    width: int
    gap: int = 0


class InvisibleFont:
    """The fonts of one PDF being written; call `finish` when all its text is encoded."""

    def __init__(self, writer: "PdfWriter") -> None:
        self._writer = writer
        self._codes: dict[tuple[str, int], int] = {}
        self._unfinished: list[tuple[DecodedStreamObject, ArrayObject]] = []
        self.fonts: dict[str, IndirectObject] = {}  # by the name that pages use

    def shown(self, glyphs: Sequence[Glyph]) -> str:
        """The operators that show these one after the other at the current position, with a font height of 1."""
        codes = [(self._code(glyph), glyph.gap) for glyph in glyphs]
        return "".join(self._operators(codes))

    def finish(self) -> None:
        """Write the meaning and the width of the codes into each font."""
        codes = list(self._codes)
        for number, (to_unicode, widths) in enumerate(self._unfinished):
            own = codes[number * _CODES : (number + 1) * _CODES]
            sections = "\n".join(_sections([character for character, _ in own]))
            to_unicode.set_data(_TO_UNICODE.format(ranges=sections).encode("ascii"))
            widths += [NumberObject(1), ArrayObject(NumberObject(width) for _, width in own)]

    def _code(self, glyph: Glyph) -> int:
        code = self._codes.setdefault((glyph.character, glyph.width), len(self._codes))
        if code // _CODES == len(self._unfinished):
            self._add_font()
        return code

    def _operators(self, codes: list[tuple[int, int]]) -> Iterator[str]:
        for number, own in groupby(codes, key=lambda code: code[0] // _CODES):
            parts, shown = [], ""
            for code, gap in own:
                shown += f"{code % _CODES + 1:04x}"
                if gap:
                    parts.append(f"<{shown}> {-gap} ")
                    shown = ""
            yield f"{_name(number)} 1 Tf [{''.join(parts)}{f'<{shown}>' if shown else ''}] TJ "

    def _add_font(self) -> None:
        to_unicode, widths = DecodedStreamObject(), ArrayObject()
        descendant = self._writer._add_object(self._descendant(widths))
        font = dictionary(Type="/Font", Subtype="/Type0", BaseFont="/" + _NAME, Encoding="/Identity-H")
        font[NameObject("/DescendantFonts")] = ArrayObject([descendant])
        font[NameObject("/ToUnicode")] = self._writer._add_object(to_unicode)
        self.fonts[_name(len(self._unfinished))] = self._writer._add_object(font)
        self._unfinished.append((to_unicode, widths))

    def _descendant(self, widths: ArrayObject) -> DictionaryObject:
        font = dictionary(Type="/Font", Subtype="/CIDFontType2", BaseFont="/" + _NAME, DW=0)
        system = DictionaryObject({NameObject("/Supplement"): NumberObject(0)})
        for name, value in (("/Registry", b"Adobe"), ("/Ordering", b"Identity")):
            system[NameObject(name)] = ByteStringObject(value)
        font[NameObject("/CIDSystemInfo")] = system
        font[NameObject("/W")] = widths
        font[NameObject("/FontDescriptor")] = self._writer._add_object(self._descriptor())
        same = GLYPH.to_bytes(2) * (_CODES + 1)
        font[NameObject("/CIDToGIDMap")] = self._writer._add_object(binary_stream(same))
        return font

    def _descriptor(self) -> DictionaryObject:
        descriptor = dictionary(
            Type="/FontDescriptor",
            FontName="/" + _NAME,
            Flags=4,  # symbolic: its characters are not Latin letters (ISO 32000-1, table 123)
            FontBBox=[0, 0, UNITS, UNITS],
            ItalicAngle=0,
            Ascent=UNITS,
            Descent=0,
            CapHeight=UNITS,
            StemV=0,
        )
        program = empty_font()
        embedded = binary_stream(program)
        embedded[NameObject("/Length1")] = NumberObject(len(program))
        descriptor[NameObject("/FontFile2")] = self._writer._add_object(embedded)
        return descriptor


def stream(content: str) -> DictionaryObject:
    """A compressed stream of operators."""
    return binary_stream(content.encode("ascii"))


def binary_stream(content: bytes) -> DictionaryObject:
    """A compressed stream."""
    plain = DecodedStreamObject()
    plain.set_data(content)
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
        entries = (f"<{start + at + 1:04x}> <{_utf_16(character)}>" for at, character in enumerate(own))
        yield f"{len(own)} beginbfchar\n" + "\n".join(entries) + "\nendbfchar"


def _utf_16(character: str) -> str:
    return character.encode("utf-16-be", errors="replace").hex()
