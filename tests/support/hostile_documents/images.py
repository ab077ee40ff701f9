"""PNG and JPEG files that become huge, or whose parts are endlessly many."""

import struct
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

from tests.bad_input import jpeg, png
from tests.bad_input.drawing import blank, page, saved
from tests.support.hostile_documents.streams import zeros_deflated

MOST = 10_000  # pixels a side that Textract takes


def _png(size: tuple[int, int], depth: int, color: int, *chunks: bytes, interlaced: bool = False) -> bytes:
    """A PNG file of black pixels, all of which are there."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    row = 1 + -(-size[0] * samples * depth // 8)
    header = struct.pack(">IIBBBBB", *size, depth, color, 0, 0, interlaced)
    palette = png.chunk(b"PLTE", bytes(range(240)) * 3) + png.chunk(b"tRNS", bytes(range(240))) if color == 3 else b""
    pixels = zeros_deflated(row * size[1] + 10**6)
    return b"".join(
        [
            png.SIGNATURE,
            png.chunk(b"IHDR", header),
            *chunks,
            palette,
            png.chunk(b"IDAT", pixels),
            png.chunk(b"IEND", b""),
        ]
    )


def _with_chunks(*chunks: bytes) -> bytes:
    """A good PNG file with more chunks before its pixels."""
    body = png.whole()
    return body[:33] + b"".join(chunks) + body[33:]


def _pixels_in_pieces(count: int) -> bytes:
    """A PNG file whose pixels come in as many pieces."""
    header = struct.pack(">IIBBBBB", 9999, 9, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000 * 9), 9)
    pieces = [png.chunk(b"IDAT", b"")] * count
    parts = [png.SIGNATURE, png.chunk(b"IHDR", header), *pieces, png.chunk(b"IDAT", data), png.chunk(b"IEND", b"")]
    return b"".join(parts)


def _exif(orientation: int = 6) -> bytes:
    """Exif data with directories that point at themselves, and an orientation."""
    entries = [(0x0112, 3, 1, orientation), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 2**31, 8)]
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + body + struct.pack("<I", 8)


def _with_segment(marker: int, data: bytes) -> bytes:
    """A good JPEG file with one more segment in front."""
    body = jpeg.whole()
    return body[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data + body[2:]


def _scans(side: int, count: int) -> bytes:
    """A progressive JPEG whose last scan comes so many times: each goes over the whole image."""
    body = saved(Image.new("L", (side, side), 255), "JPEG", progressive=True)
    last = body.rindex(b"\xff\xda")
    tables = body.rindex(b"\xff\xc4", 0, last)
    scan = body[tables:-2]
    return body[:-2] + scan * min(count, 9_000_000 // len(scan)) + b"\xff\xd9"


def _large_jpeg(mode: str, **options: object) -> bytes:
    return saved(Image.new(mode, (MOST, MOST)), "JPEG", quality=1, **options)


def _many_pictures() -> bytes:
    """A JPEG file that says it has 60,000 further pictures, all of them itself."""
    entries = [(0xB000, 7, 4, 0x30303130), (0xB001, 4, 1, 60_000), (0xB002, 7, 16 * 60_000, 50)]
    index = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return _with_segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + index + bytes(60_000))


FILES: Mapping[str, Callable[[], bytes]] = {
    "png/gray of 10,000 pixels a side": lambda: _png((MOST, MOST), 8, 0),
    "png/transparent, of 10,000 pixels a side": lambda: _png((MOST, MOST), 8, 6),
    "png/transparent and 16 bit, of 10,000 pixels a side": lambda: _png((MOST, MOST), 16, 6),
    "png/16 bit gray of 10,000 pixels a side": lambda: _png((MOST, MOST), 16, 0),
    "png/palette of 10,000 pixels a side": lambda: _png((MOST, MOST), 8, 3),
    "png/interlaced, of 10,000 pixels a side": lambda: _png((MOST, MOST), 8, 2, interlaced=True),
    "png/10,001 pixels a side": lambda: png.declaring(MOST + 1, MOST + 1, bytes(10**6)),
    "png/13,000 pixels a side": lambda: _png((13_000, 13_000), 1, 0),
    "png/2³¹ pixels wide": lambda: png.declaring(2**31 - 1, 1, bytes(10**6)),
    "png/text that inflates to 1 GB": lambda: _with_chunks(
        png.chunk(b"zTXt", b"Comment\0\0" + zeros_deflated(10**9)),
        png.chunk(b"iTXt", b"a\0\1\0\0\0" + zeros_deflated(10**9)),
    ),
    "png/profile that inflates to 1 GB": lambda: _with_chunks(png.chunk(b"iCCP", b"icc\0\0" + zeros_deflated(10**9))),
    "png/50,000 texts": lambda: _with_chunks(*[png.chunk(b"tEXt", b"Comment\0x")] * 50_000),
    "png/pixels in 500,000 pieces": lambda: _pixels_in_pieces(500_000),
    "png/2³¹ frames": lambda: _with_chunks(png.chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))),
    "png/Exif in a circle": lambda: _with_chunks(png.chunk(b"eXIf", _exif()[6:])),
    "png/chunk of 2³¹ bytes": lambda: png.whole()[:33] + struct.pack(">I", 2**31 - 1) + b"tEXt" + bytes(999),
    "png/continues as PDF": lambda: png.whole() + b"%PDF-1.7\n" + bytes(99),
    "jpeg/color of 10,000 pixels a side": lambda: _large_jpeg("RGB"),
    "jpeg/CMYK of 10,000 pixels a side": lambda: _large_jpeg("CMYK"),
    "jpeg/progressive, of 10,000 pixels a side": lambda: _large_jpeg("RGB", progressive=True),
    "jpeg/scans without end": lambda: _scans(4_000, 9_999),
    "jpeg/scans of 10,000 pixels a side": lambda: _scans(MOST, 500),
    "jpeg/65,000 pixels a side": lambda: jpeg.declaring(65_000, 65_000),
    "jpeg/says it has 10,000 pixels a side": lambda: jpeg.declaring(MOST, MOST),
    "jpeg/Exif in a circle": lambda: _with_segment(0xE1, _exif()),
    "jpeg/orientation 255": lambda: _with_segment(0xE1, _exif(255)),
    "jpeg/60,000 pictures": _many_pictures,
    "jpeg/140,000 comments": lambda: jpeg.whole()[:2] + b"\xff\xfe\0\4ok" * 140_000 + jpeg.whole()[2:],
    "jpeg/cut off by one byte": lambda: jpeg.whole()[:-1],
    "png/orientation of a blank page": lambda: saved(blank((9_000, 9_000), "1"), "PNG"),
    "jpeg/continues as TIFF": lambda: jpeg.whole() + saved(page(), "TIFF"),
}
