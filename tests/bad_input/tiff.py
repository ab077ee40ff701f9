"""TIFF files, bad and odd."""

import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.bad_input.case import Case, blank_job, failed_job, good, incomplete_job, refused
from tests.bad_input.drawing import blank, page, saved
from textract_pipeline.errors import ErrorCode


def whole(mode: str = "RGB", **options: object) -> bytes:
    """A good image."""
    return saved(page(mode), "TIFF", **options)


def pages(*images: Image.Image) -> bytes:
    """A file of several images."""
    return saved(images[0], "TIFF", save_all=True, append_images=images[1:])


def sixteen_bit() -> bytes:
    """A good image of 16 bits a sample."""
    return saved(Image.fromarray(np.asarray(page("L")).astype(np.uint16) * 257), "TIFF")


def declaring(width: int, height: int, compression: int = 1) -> bytes:
    """An image that says it has this size, and has next to no pixels. Little-endian, tags before pixels."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1), (273, 4, 200)]
    tags += [(277, 3, 1), (278, 4, height), (279, 4, 8)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return (b"II*\0" + struct.pack("<I", 8) + directory).ljust(200, b"\0") + bytes(8)


def with_directories_in_a_circle() -> bytes:
    """An image whose next image is itself."""
    body = bytearray(declaring(8, 1))
    body[10 + 9 * 12 : 14 + 9 * 12] = struct.pack("<I", 8)
    return bytes(body)


def with_unknown_compression(*numbers: int, of: int, compression: int = 4711) -> bytes:
    """A file of so many good images, of which these, from 1, say that they are compressed in another way."""
    data = bytearray(pages(*[page("L") for _ in range(of)]))
    (directory,) = struct.unpack_from("<I", data, 4)
    for number in range(1, of + 1):
        (entries,) = struct.unpack_from("<H", data, directory)
        for place in range(directory + 2, directory + 2 + 12 * entries, 12):
            if number in numbers and struct.unpack_from("<H", data, place)[0] == 259:
                struct.pack_into("<HII", data, place + 2, 3, 1, compression)
        (directory,) = struct.unpack_from("<I", data, directory + 2 + 12 * entries)
    return bytes(data)


def cases() -> Iterator[Case]:
    """All of them."""
    yield refused("tiff/only the first bytes.tiff", ErrorCode.BAD_DOCUMENT, lambda: b"II*\0")
    yield refused("tiff/cut off before its tags.tiff", ErrorCode.BAD_DOCUMENT, lambda: whole()[:8])
    yield refused("tiff/tags beyond the end.tiff", ErrorCode.BAD_DOCUMENT, lambda: b"MM\0*\x7f\xff\xff\xff" + bytes(99))
    yield refused("tiff/10,001 pixels wide.tiff", ErrorCode.TOO_LARGE, lambda: declaring(10_001, 8))
    yield refused("tiff/bomb of 2³¹ pixels a side.tiff", ErrorCode.TOO_LARGE, lambda: declaring(2**31, 2**31))
    yield refused("tiff/no height.tiff", ErrorCode.BAD_DOCUMENT, lambda: declaring(320, 0))
    yield failed_job("tiff/only part of the pixels.tiff", lambda: declaring(320, 96))
    yield failed_job("tiff/unknown compression.tiff", lambda: declaring(8, 1, compression=4711))
    yield failed_job("tiff/BigTIFF header cut off.tiff", lambda: b"II*\0\x08\0\0\0\0\0" + bytes(100))
    yield incomplete_job("tiff/one of two pages too large.tiff", lambda: pages(page("L"), blank((10_001, 8))))
    yield incomplete_job("tiff/unknown compression on the first page.tiff", lambda: with_unknown_compression(1, of=2))
    yield blank_job("tiff/images in a circle.tiff", with_directories_in_a_circle)
    yield good("tiff/LZW.tiff", lambda: whole(compression="tiff_lzw"))
    yield good("tiff/fax group 4.tiff", lambda: whole("1", compression="group4"))
    yield good("tiff/JPEG inside.tiff", lambda: whole(compression="jpeg"))
    yield good("tiff/PackBits.tiff", lambda: whole(compression="packbits"))
    yield good("tiff/CMYK.tiff", lambda: whole("CMYK"))
    yield good(
        "tiff/16 bit.tiff", lambda: saved(Image.fromarray(np.asarray(page("L")).astype(np.uint16) * 257), "TIFF")
    )
    yield good("tiff/two pages.tiff", lambda: pages(page("L"), page("1")))
