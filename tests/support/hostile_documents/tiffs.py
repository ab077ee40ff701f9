"""TIFF files with directories in circles, or strips, tiles, and pages that are not there or too many."""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from PIL import Image

from tests.bad_input import tiff
from tests.bad_input.drawing import blank, page, saved
from tests.support.hostile_documents.streams import zeros_deflated

Tag = tuple[int, int, int, int]  # its number, type, count, and value
SHORT, LONG, ASCII, DOUBLE = 3, 4, 2, 12
MOST = 10_000


def gray(width: int, height: int, compression: int = 1, place: int = 8, size: int = 0, bits: int = 8) -> list[Tag]:
    """The tags of a gray image in one strip."""
    return [
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, 1, bits),
        (259, SHORT, 1, compression),
        (262, SHORT, 1, 1),
        (273, LONG, 1, place),
        (277, SHORT, 1, 1),
        (278, LONG, 1, height),
        (279, LONG, 1, size or width * height),
    ]


def changed(tags: Iterable[Tag], *others: Tag) -> list[Tag]:
    """The tags, with others in place of those of the same number."""
    return sorted({tag[0]: tag for tag in (*tags, *others)}.values())


def directory(tags: Iterable[Tag], following: int = 0) -> bytes:
    """A directory, and where the next one is."""
    entries = [struct.pack("<HHII", *tag) for tag in tags]
    return struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", following)


def file_of(tags: Iterable[Tag], data: bytes = b"", following: int = 0) -> bytes:
    """A file of one directory, which is behind its data, which begin at 8."""
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory(tags, following)


def _pages(count: int, tags: list[Tag]) -> bytes:
    """As many directories, all with the same tags: each a page of the same pixels."""
    size, begin = 6 + 12 * len(tags), 8 + 64
    body = bytearray(b"II*\0" + struct.pack("<I", begin) + b"\xff" * 64)
    for number in range(1, count + 1):
        body += directory(tags, begin + number * size if number < count else 0)
    return bytes(body)


def _circle_of(count: int) -> bytes:
    """Directories of which the last is followed by the first."""
    body = bytearray(_pages(count, gray(8, 8)))
    body[-4:] = struct.pack("<I", 72)
    return bytes(body)


def _deflated(side: int, bits: int, samples: int) -> bytes:
    """An image of zeros, all of which are there."""
    data = zeros_deflated(side * side * samples * bits // 8 + 10**6)
    depths = struct.pack(f"<{samples}H", *[bits] * samples)
    tags = changed(
        gray(side, side, 8, 8 + len(depths), len(data)),
        (258, SHORT, samples, 8),
        (262, SHORT, 1, 2 if samples > 2 else 1),
        (277, SHORT, 1, samples),
        *([(338, SHORT, 1, 2)] if samples == 4 else []),
    )
    return file_of(tags, depths + data)


def _fax(side: int, count: int) -> bytes:
    """Pages of nothing, of a few hundred bytes each."""
    sheet = blank((side, side), "1")
    return saved(sheet, "TIFF", compression="group4", save_all=True, append_images=[sheet] * (count - 1))


def _second_is_a_bomb() -> bytes:
    """A good page, and one that says it has 2³¹ pixels a side."""
    body = bytearray(saved(page("L"), "TIFF"))
    (first,) = struct.unpack_from("<I", body, 4)
    (entries,) = struct.unpack_from("<H", body, first)
    struct.pack_into("<I", body, first + 2 + 12 * entries, len(body))
    return bytes(body) + directory(gray(2**31 - 1, 2**31 - 1, size=8))


def _jpeg2000() -> bytes:
    file = BytesIO()
    page("L").save(file, "JPEG2000", no_jp2=True)
    data = file.getvalue()
    return file_of(gray(320, 96, 34712, 8, len(data)), data)


def _tiles(side: int) -> list[Tag]:
    kept = [tag for tag in gray(MOST, MOST) if tag[0] not in {273, 278, 279}]
    return changed(kept, (322, LONG, 1, side), (323, LONG, 1, side), (324, LONG, 2**28, 8), (325, LONG, 2**28, 8))


FILES: Mapping[str, Callable[[], bytes]] = {
    "tiff/200,000 pages": lambda: _pages(200_000, gray(8, 8)),
    "tiff/200,000 pages without tags": lambda: _pages(200_000, []),
    "tiff/3,001 pages of 10,000 pixels a side": lambda: _pages(3_001, gray(MOST, MOST)),
    "tiff/directory after itself": lambda: file_of(gray(10, 10), b"\xff" * 100, following=108),
    "tiff/1,000 directories in a circle": lambda: _circle_of(1_000),
    "tiff/directories inside themselves": lambda: file_of(
        changed(gray(8, 8), (330, LONG, 1, 72), (34665, LONG, 1, 72), (34853, LONG, 1, 72)), bytes(64)
    ),
    "tiff/2³² strips": lambda: file_of(
        changed(gray(MOST, MOST), (273, LONG, 2**32 - 1, 8), (278, LONG, 1, 1), (279, LONG, 2**32 - 1, 8)), bytes(999)
    ),
    "tiff/a million strips": lambda: file_of(
        changed(gray(MOST, MOST), (273, LONG, 10**6, 8), (278, LONG, 1, 1), (279, LONG, 10**6, 8)), bytes(4 * 10**6)
    ),
    "tiff/tiles of 2³¹ pixels": lambda: file_of(_tiles(2**31 - 16), bytes(999)),
    "tiff/2²⁸ tiles of a pixel": lambda: file_of(_tiles(1), bytes(999)),
    "tiff/BigTIFF": lambda: b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 0) + bytes(99),
    "tiff/JPEG 2000 inside": _jpeg2000,
    "tiff/gray of 10,000 pixels a side": lambda: _deflated(MOST, 8, 1),
    "tiff/color of 10,000 pixels a side": lambda: _deflated(MOST, 8, 3),
    "tiff/transparent, of 10,000 pixels a side": lambda: _deflated(MOST, 8, 4),
    "tiff/16 bit color of 10,000 pixels a side": lambda: _deflated(MOST, 16, 3),
    "tiff/32 bit of 10,000 pixels a side": lambda: _deflated(MOST, 32, 1),
    "tiff/60,000 pixels a side": lambda: file_of(gray(60_000, 60_000, 8, 8, 9), zlib.compress(b"")),
    "tiff/second page of 2³¹ pixels a side": _second_is_a_bomb,
    "tiff/three fax pages of 10,000 pixels a side": lambda: _fax(MOST, 3),
    "tiff/60,000 samples a pixel": lambda: file_of(changed(gray(99, 99), (277, SHORT, 1, 60_000)), bytes(999)),
    "tiff/64 bits a sample": lambda: file_of(
        changed(gray(99, 99), (258, SHORT, 1, 64), (339, SHORT, 1, 3)), bytes(999)
    ),
    "tiff/text of 2³² bytes": lambda: file_of(changed(gray(8, 8), (270, ASCII, 2**32 - 1, 8)), bytes(999)),
    "tiff/900 MB of numbers in 60,000 tags": lambda: file_of(
        changed(gray(8, 8), *((number, DOUBLE, 50_000, 8) for number in range(1000, 61_000))), bytes(400_000)
    ),
    "tiff/broken JPEG inside": lambda: file_of(gray(MOST, MOST, 7, 8, 999), b"\xff\xd8\xff\xda" + bytes(999)),
    "tiff/LZW without end": lambda: file_of(gray(MOST, MOST, 5, 8, 9_000), b"\x80" + bytes(9_000)),
    "tiff/cut off by one byte": lambda: tiff.whole()[:-1],
    "tiff/orientation of 10,000 pixels a side": lambda: saved(
        Image.new("L", (MOST, MOST)), "TIFF", compression="tiff_adobe_deflate", tiffinfo={274: 5}
    ),
}
