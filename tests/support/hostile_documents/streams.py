"""PDF files whose streams, images, and fonts become huge when they are read, or never end."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image

from tests.bad_input.jpeg import declaring as jpeg_declaring
from tests.bad_input.pdf import deflated, image_bomb, one_page, stream

GIGABYTE = 10**9
_SHOWN = b"320 0 0 96 0 0 cm /I Do"


def zeros_deflated(count: int, times: int = 1) -> bytes:
    """Zeros, at least so many, that are deflated so many times over."""
    packer = zlib.compressobj(9, wbits=-15)
    megabytes = -(-count // 10**6)
    block = packer.compress(bytes(10**6)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (megabytes * 10**6 % 65_521) << 16 | 1  # Adler-32 of zeros
    data = b"\x78\xda" + block * megabytes + b"\3\0" + struct.pack(">I", checksum)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def _image(entries: bytes, data: bytes, size: tuple[int, int] = (8, 8), **more: bytes) -> bytes:
    """A page with an image of these entries and data."""
    own = b"/Type /XObject /Subtype /Image /Width %d /Height %d " % size
    image = stream(data, own + entries)
    return one_page(stream(_SHOWN), resources=b"/XObject << /I 6 0 R >>", o6=image, **more)


def _lzw(count: int) -> bytes:
    """Zeros, as LZW of 9 bits has them: a code for each byte, and never more of them."""
    bits = "".join(f"{code:09b}" for code in [256, *[0] * 250] * (count // 250))
    return int(bits, 2).to_bytes(-(-len(bits) // 8))


def _jbig2(side: int) -> bytes:
    """A page of this size, and a region that fills it whose data end at once."""
    page = struct.pack(">IBBI", 0, 48, 1, 19) + struct.pack(">IIIIBH", side, side, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", side, side, 0, 0, 0) + b"\0" + bytes([3, 255, 253, 255, 2, 254, 254, 254]) + bytes(9)
    return page + struct.pack(">IBBI", 1, 38, 1, len(region)) + region


def _jpeg2000(side: int) -> bytes:
    """A good image that says it has this size, as one tile."""
    file = BytesIO()
    Image.new("L", (64, 64), 255).save(file, "JPEG2000", no_jp2=True)
    body = bytearray(file.getvalue())
    place = body.index(b"\xff\x51") + 6
    body[place : place + 8] = struct.pack(">II", side, side)
    body[place + 16 : place + 24] = struct.pack(">II", side, side)
    return bytes(body)


def _fonts(entries: bytes, **more: bytes) -> bytes:
    """A page of text in a font with these entries."""
    font = b"<< /Type /Font /BaseFont /Odd %s >>" % entries
    return one_page(
        stream(b"BT /O 24 Tf 20 40 Td (Invoice) Tj <000100020003> Tj ET"),
        resources=b"/Font << /O 6 0 R >>",
        o6=font,
        **more,
    )


def _described(file: bytes) -> bytes:
    return _fonts(
        b"/Subtype /TrueType /FirstChar 0 /LastChar 0 /Widths [9] /FontDescriptor 7 0 R",
        o7=b"<< /Type /FontDescriptor /FontName /Odd /Flags 4 /FontBBox [0 0 9 9] /FontFile2 8 0 R >>",
        o8=file,
    )


def _glyph_of_itself() -> bytes:
    """A TrueType font whose one glyph is composed of itself."""
    glyph = (
        struct.pack(">hhhhh", -1, 0, 0, 999, 999)
        + struct.pack(">HHbb", 0x22, 0, 0, 0)
        + struct.pack(">HHbb", 2, 0, 0, 0)
    )
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 1, 0, 12) + struct.pack(">HHH", 0, 262, 0) + bytes(256),
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, 999, 999, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 900, -100, 0, 999, 0, 0, 999, 1, 0, 0, 0, 0, 0, 0, 0, 1),
        b"hmtx": struct.pack(">HH", 999, 0),
        b"loca": struct.pack(">II", 0, len(glyph)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 1, 9, 9, 9, 9, 1, 0, 0, 0, 0, 0, 0, 2, 65535),
    }
    head, body = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 48), b""
    for name, data in tables.items():
        head += name + struct.pack(">III", 0, 12 + 16 * len(tables) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return head + body


def _character_map(body: bytes) -> bytes:
    return _fonts(b"/Subtype /Type1 /ToUnicode 7 0 R", o7=deflated(body))


def _used_by_itself() -> bytes:
    entries = b"/Subtype /Type0 /Encoding 7 0 R /DescendantFonts [8 0 R]"
    descendant = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << >> /FontDescriptor 9 0 R >>"
    return _fonts(
        entries,
        o7=stream(b"/X usecmap", b"/Type /CMap /CMapName /X /UseCMap 7 0 R "),
        o8=descendant,
        o9=b"<< /Type /FontDescriptor /FontName /Odd /Flags 4 >>",
    )


def _colors(space: bytes, **more: bytes) -> bytes:
    entries = b"/BitsPerComponent 8 /ColorSpace %s /Filter /FlateDecode " % space
    return _image(entries, zlib.compress(bytes(64)), (8, 8), **more)


def _bomb_of(filters: bytes, data: bytes) -> bytes:
    return one_page(stream(data, b"/Filter %s " % filters))


_GRAY = b"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter "

FILES: Mapping[str, Callable[[], bytes]] = {
    "pdf/content that inflates to 1 GB": lambda: _bomb_of(b"/FlateDecode", zeros_deflated(GIGABYTE)),
    "pdf/content that inflates twice to 9 GB": lambda: _bomb_of(
        b"[/FlateDecode /FlateDecode]", zeros_deflated(9 * GIGABYTE, 2)
    ),
    "pdf/content behind 10,000 filters": lambda: _bomb_of(b"[%s]" % (b"/ASCIIHexDecode " * 10_000), b"30" * 999),
    "pdf/content of LZW": lambda: _bomb_of(b"[/FlateDecode /LZWDecode]", zlib.compress(_lzw(500_000), 9)),
    "pdf/content of run lengths": lambda: _bomb_of(
        b"[/FlateDecode /RunLengthDecode]", zlib.compress(b"\x81 " * 4_000_000, 9)
    ),
    "pdf/predicted in 2³¹ columns": lambda: one_page(
        stream(
            zlib.compress(bytes(10**6)),
            b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 4 >> ",
        )
    ),
    "pdf/image of 40,000 pixels a side": lambda: image_bomb(40_000),
    "pdf/image in the text of 30,000 pixels a side": lambda: one_page(
        deflated(b"q 320 0 0 96 0 0 cm BI /W 30000 /H 30000 /BPC 8 /CS /G ID " + bytes(10**8) + b" EI Q")
    ),
    "pdf/10,000 images in the text": lambda: one_page(
        deflated(b"q 320 0 0 96 0 0 cm BI /W 999 /H 9 /BPC 8 /CS /G ID " * 10_000)
    ),
    "pdf/JBIG2 of 65,000 pixels a side": lambda: _image(_GRAY + b"/JBIG2Decode", _jbig2(65_000), (65_000, 65_000)),
    "pdf/JPEG 2000 of 60,000 pixels a side": lambda: _image(b"/Filter /JPXDecode", _jpeg2000(60_000), (60_000, 60_000)),
    "pdf/JPEG of 65,000 pixels a side": lambda: _image(
        _GRAY + b"/DCTDecode", jpeg_declaring(65_000, 65_000), (65_000, 65_000)
    ),
    "pdf/fax of 65,000 pixels a side": lambda: _image(
        b"/ImageMask true /BitsPerComponent 1 /Filter /CCITTFaxDecode"
        b" /DecodeParms << /K -1 /Columns 65000 /Rows 65000 >> ",
        b"\xff" * 9999,
        (65_000, 65_000),
    ),
    "pdf/image that is its own mask": lambda: _image(
        _GRAY + b"/FlateDecode /SMask 6 0 R /Mask 6 0 R /Alternates [<< /Image 6 0 R >>] ", zlib.compress(bytes(64))
    ),
    "pdf/color profile that inflates to 900 MB": lambda: _colors(
        b"[/ICCBased 7 0 R]", o7=stream(zeros_deflated(9 * 10**8), b"/N 1 /Filter /FlateDecode ")
    ),
    "pdf/colors of themselves": lambda: _colors(b"7 0 R", o7=b"[/Indexed 7 0 R 255 7 0 R]"),
    "pdf/profile of itself": lambda: _colors(
        b"[/ICCBased 7 0 R]", o7=stream(b"", b"/N 1 /Alternate [/ICCBased 7 0 R] ")
    ),
    "pdf/32,000 inks": lambda: _colors(
        b"[/DeviceN [%s] /DeviceGray 7 0 R]" % (b"/A " * 32_000), o7=b"<< /FunctionType 2 >>"
    ),
    "pdf/font that inflates to 900 MB": lambda: _described(stream(zeros_deflated(9 * 10**8), b"/Filter /FlateDecode ")),
    "pdf/glyph that is composed of itself": lambda: _described(deflated(_glyph_of_itself())),
    "pdf/character map that uses itself": _used_by_itself,
    "pdf/characters up to 2³²": lambda: _character_map(b"1 beginbfrange <00> <ffffffff> <0041> endbfrange\n" * 1000),
    "pdf/a million characters mapped": lambda: _character_map(
        b"9 beginbfchar <01> <%s> endbfchar\n" % (b"0041" * 9_000_000)
    ),
    "pdf/metadata of a billion laughs": lambda: one_page(
        resources=b"/Metadata 6 0 R",
        o6=stream(
            b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 9999 + b'">]><x>&b;</x>', b"/Type /Metadata "
        ),
    ),
}
