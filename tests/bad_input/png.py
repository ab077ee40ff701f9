"""PNG files, bad and odd."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.bad_input.case import Case, blank_image, good, refused, unreadable_image
from tests.bad_input.drawing import blank, page, saved
from textract_pipeline.errors import ErrorCode

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def declaring(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A gray image that declares this size, with any pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def whole() -> bytes:
    """A good image."""
    return saved(page(), "PNG")


def sixteen_bit() -> bytes:
    """A good image of 16 bits a sample."""
    return saved(Image.fromarray(np.asarray(page("L")).astype(np.uint16) * 257), "PNG")


def with_a_wrong_checksum() -> bytes:
    """An image whose header was changed on the way."""
    body = bytearray(whole())
    body[29] ^= 0xFF
    return bytes(body)


def with_garbage_for_pixels() -> bytes:
    """Chunks that are right around pixels that are not deflated."""
    header = struct.pack(">IIBBBBB", 320, 96, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", b"garbage" * 50) + chunk(b"IEND", b"")


def cases() -> Iterator[Case]:
    """All of them."""
    yield refused("png/only the signature.png", ErrorCode.BAD_DOCUMENT, lambda: SIGNATURE)
    yield refused("png/cut off in the header.png", ErrorCode.BAD_DOCUMENT, lambda: whole()[:20])
    yield refused("png/no width.png", ErrorCode.BAD_DOCUMENT, lambda: declaring(0, 96))
    yield refused("png/10,001 pixels wide.png", ErrorCode.TOO_LARGE, lambda: saved(blank((10_001, 8)), "PNG"))
    yield refused("png/10,001 pixels high.png", ErrorCode.TOO_LARGE, lambda: saved(blank((8, 10_001)), "PNG"))
    yield refused("png/bomb of 2³¹ pixels a side.png", ErrorCode.TOO_LARGE, lambda: declaring(2**31 - 1, 2**31 - 1))
    yield refused(
        "png/bomb of 60,000 pixels a side.png",
        ErrorCode.TOO_LARGE,
        lambda: declaring(60_000, 60_000, bytes(30_000_000)),
    )
    yield refused("png/more than 10 MB.png", ErrorCode.TOO_LARGE, lambda: whole() + bytes(10 * 1024**2))
    yield unreadable_image("png/cut off after the header.png", lambda: whole()[:40])
    yield unreadable_image("png/cut off in the middle.png", lambda: whole()[: len(whole()) // 2])
    yield unreadable_image("png/wrong checksum.png", with_a_wrong_checksum)
    yield unreadable_image("png/garbage for pixels.png", with_garbage_for_pixels)
    yield unreadable_image("png/only part of the pixels.png", lambda: declaring(320, 96, bytes(1000)))
    yield unreadable_image("png/no header after the signature.png", lambda: SIGNATURE + b"Just text." * 9)
    yield blank_image("png/one pixel.png", lambda: saved(blank((1, 1)), "PNG"))
    yield blank_image("png/10,000 pixels wide.png", lambda: saved(blank((10_000, 8)), "PNG"))
    yield good("png/palette.png", lambda: saved(page("P"), "PNG"))
    yield good("png/black and white.png", lambda: saved(page("1"), "PNG"))
    yield good("png/16 bit.png", sixteen_bit)
    yield good("png/transparent.png", lambda: saved(page("RGBA"), "PNG"))
    yield good("png/garbage behind the end.png", lambda: whole() + b"garbage" * 100)
