"""The size of an image as declared in the first bytes of its file, without decoding it. Pure.

Tolerant: these readers return None for what they do not understand, and leave it to Textract. Only a file that ends
inside its own header is called truncated.
"""

import struct

from textract_pipeline.document import DocumentFormat

_PNG_HEADER = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"  # PNG Specification (Third Edition), 5.2 and 11.2.1
# ITU-T T.81, Table B.1
_JPEG_MARKER = _JPEG_FILL = 0xFF
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # TEM, RST0 to RST7, SOI: no segment follows
_JPEG_SEGMENTS = frozenset(range(0xC0, 0xFF)) - {0xD9, 0xDA}  # except EOI and SOS: the frame must come before them
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257  # TIFF 6.0, Section 8: ImageWidth and ImageLength
_TIFF_INTEGERS = {3: "H", 4: "I"}  # TIFF 6.0, Section 2: SHORT and LONG

Size = tuple[int, int]


class EndedError(Exception):
    """The bytes end before the size."""


def image_size(image_format: DocumentFormat, head: bytes) -> Size | None:
    """Width and height in pixels; None if they are unknown, or if a file has several images.

    Raises EndedError if more bytes are needed.
    """
    match image_format:
        case DocumentFormat.PNG:
            return _png_size(head)
        case DocumentFormat.JPEG:
            return _jpeg_size(head)
        case DocumentFormat.TIFF:
            return _tiff_size(head)
        case DocumentFormat.PDF:
            return None


def _png_size(head: bytes) -> Size | None:
    if not _PNG_HEADER.startswith(head[: len(_PNG_HEADER)]):
        return None
    width, height = _unpack(">II", head, len(_PNG_HEADER))
    return width, height


def _jpeg_size(head: bytes) -> Size | None:
    """Go through the segments (ITU-T T.81, B.1.1) to the frame header, which may follow 64 KB of Exif."""
    place = 2
    while True:
        prefix, marker = _unpack(">BB", head, place)
        if prefix != _JPEG_MARKER:
            return None
        if marker in _JPEG_FRAMES:
            height, width = _unpack(">HH", head, place + 5)
            return (width, height) if height else None  # 0: the height comes after the first scan
        if marker == _JPEG_FILL:
            place += 1
        elif marker in _JPEG_BARE:
            place += 2
        elif marker in _JPEG_SEGMENTS:
            (length,) = _unpack(">H", head, place + 2)
            place += 2 + length
        else:
            return None


def _tiff_size(head: bytes) -> Size | None:
    order = "<" if head.startswith(b"II") else ">"
    (directory,) = _unpack(order + "I", head, 4)
    (entries,) = _unpack(order + "H", head, directory)
    (next_directory,) = _unpack(order + "I", head, directory + 2 + 12 * entries)
    sides: dict[int, int] = {}
    for place in range(directory + 2, directory + 2 + 12 * entries, 12):
        tag, kind = _unpack(order + "HH", head, place)
        if tag in {_TIFF_WIDTH, _TIFF_HEIGHT} and kind in _TIFF_INTEGERS:
            (sides[tag],) = _unpack(order + _TIFF_INTEGERS[kind], head, place + 8)
    if next_directory or len(sides) < 2:  # noqa: PLR2004 - a width and a height
        return None
    return sides[_TIFF_WIDTH], sides[_TIFF_HEIGHT]


def _unpack(layout: str, head: bytes, place: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, head, place)
    except struct.error:
        raise EndedError from None
