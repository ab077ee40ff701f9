"""A TrueType font whose glyph has a height and no area, for text that is not seen.

PDFium takes a character's height from its glyph, and would not see text without one. The font has only the tables that
a CIDFont needs (ISO 32000-1, 9.9); OpenType's specification (1.9) says what is in them.
"""

import struct
from functools import cache

HEIGHT = 1000  # of the font, in its units
GLYPH = 1  # the number of the glyph to show; 0 stands for a missing one
_GLYPHS = 2
_WIDTH = HEIGHT // 2  # PDF has widths of its own
_MAGIC = 0x5F0F3CF5
_CHECKSUM = 0xB1B0AFBA  # of a whole font
_VERSION = 0x00010000
_FIRST_POINT, _NEXT_POINT = 0x31, 0x11  # on the curve; the first is at the origin, the next straight above it


@cache
def empty_font() -> bytes:
    """The font file."""
    points, contours, instructions = 2, 1, 0
    outline = struct.pack(">HHBBh", points - 1, instructions, _FIRST_POINT, _NEXT_POINT, HEIGHT)
    glyph = _padded(struct.pack(">5h", contours, 0, 0, 0, HEIGHT) + outline)
    tables = {
        b"glyf": glyph,
        b"head": _head(0),
        b"hhea": struct.pack(">I3hH11hH", _VERSION, HEIGHT, 0, 0, _WIDTH, 0, 0, 0, 1, *[0] * 7, 1),
        b"hmtx": struct.pack(">Hhh", _WIDTH, 0, 0),
        b"loca": struct.pack(">3H", 0, 0, len(glyph) // 2),  # a missing glyph ends where it starts
        b"maxp": struct.pack(">I14H", _VERSION, _GLYPHS, points, contours, 0, 0, 1, *[0] * 8),
    }
    adjustment = (_CHECKSUM - _sum(_file(tables))) % 2**32
    return _file(tables | {b"head": _head(adjustment)}, checked=tables)


def _head(adjustment: int) -> bytes:
    flags, smallest_size, left_to_right, short_offsets = 3, 8, 2, 0
    return struct.pack(
        ">IIIIHHqq4hHHhhh",
        *(_VERSION, _VERSION, adjustment, _MAGIC, flags, HEIGHT, 0, 0),
        *(0, 0, _WIDTH, HEIGHT, 0, smallest_size, left_to_right, short_offsets, 0),
    )


def _file(tables: dict[bytes, bytes], checked: dict[bytes, bytes] | None = None) -> bytes:
    """The tables after their directory; its checksums are those of `checked`, or else of the tables."""
    search = 16 * (1 << (len(tables).bit_length() - 1))
    directory = struct.pack(
        ">IHHHH", _VERSION, len(tables), search, (search // 16).bit_length() - 1, 16 * len(tables) - search
    )
    at, body = len(directory) + 16 * len(tables), b""
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag, _sum((checked or tables)[tag]), at + len(body), len(table))
        body += _padded(table)
    return directory + body


def _sum(content: bytes) -> int:
    padded = _padded(content)
    return sum(int.from_bytes(padded[at : at + 4]) for at in range(0, len(padded), 4)) % 2**32


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)
