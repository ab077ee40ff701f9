"""PDF pages that draw endlessly often, endlessly much, or themselves."""

import struct
from collections.abc import Callable, Mapping

from tests.bad_input.pdf import deflated, endless, nested_bomb, one_page, stream

FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 320 96] "
GROUP = FORM + b"/Group << /S /Transparency /I true /K true >> "


def drawing(content: bytes, resources: bytes = b"", box: bytes = b"[0 0 320 96]", **more: bytes) -> bytes:
    """A page with this content, compressed, and further objects from number 6 on."""
    return one_page(deflated(content), box=box, resources=resources, **more)


def _pattern(entries: bytes, content: bytes = b"0 0 1 1 re f", box: bytes = b"[0 0 320 96]") -> bytes:
    """A page that is filled with tiles."""
    tile = stream(content, b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 " + entries)
    fill = b"/Pattern cs /P scn 0 0 9999 9999 re f"
    return drawing(fill, b"/Pattern << /P 6 0 R >>", box, o6=tile)


def _shading(function: bytes, **more: bytes) -> bytes:
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 320 0 96] /Function %s >>" % function
    return drawing(b"/S sh", b"/Shading << /S 6 0 R >>", box=b"[0 0 2880 2880]", o6=shading, **more)


def _calculated(program: bytes) -> bytes:
    entries = b"/FunctionType 4 /Domain [0 320 0 96] /Range [0 1] "
    return _shading(b"7 0 R", o7=deflated(program, entries))


def _patches(count: int) -> bytes:
    """So many patches of a mesh, all of which fill the page."""
    points = [(0, 0), (0, 30), (0, 60), (0, 90), (99, 90), (200, 90), (300, 90), (300, 60), (300, 30), (300, 0)]
    points += [(200, 0), (99, 0)]
    patch = b"\0" + b"".join(struct.pack(">HH", x * 200, y * 600) for x, y in points) + b"\0\x55\xaa\xff"
    entries = b"/ShadingType 6 /ColorSpace /DeviceGray /BitsPerCoordinate 16 /BitsPerComponent 8 /BitsPerFlag 8 "
    entries += b"/Decode [0 2880 0 2880 0 1] "
    mesh = deflated(patch * count, entries)
    return drawing(b"/S sh", b"/Shading << /S 6 0 R >>", box=b"[0 0 2880 2880]", o6=mesh)


def _mask_of_itself() -> bytes:
    state = b"<< /SMask << /S /Luminosity /G 7 0 R >> >>"
    group = stream(b"/G gs 0 0 9 9 re f", GROUP + b"/Resources << /ExtGState << /G 6 0 R >> >> ")
    return drawing(b"/G gs 0 0 99 99 re f", b"/ExtGState << /G 6 0 R >>", o6=state, o7=group)


def _glyph_of_itself() -> bytes:
    font = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97"
    font += b" /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 7 0 R >>"
    font += b" /Resources << /Font << /T 6 0 R >> >> >>"
    glyph = stream(b"9 0 d0 BT /T 9 Tf (aa) Tj ET 0 0 1 1 re f")
    return drawing(b"BT /T 9 Tf (aaaa) Tj ET", b"/Font << /T 6 0 R >>", o6=font, o7=glyph)


def _nested_groups(levels: int) -> bytes:
    """Transparent groups of 40 inches in one another, each of which is drawn by itself first."""
    more = {}
    for number in range(6, 6 + levels):
        resources = b"/Resources << /XObject << /N %d 0 R >> /ExtGState << /G << /ca .5 >> >> >> " % (number + 1)
        more[f"o{number}"] = stream(b"/G gs /N Do", GROUP.replace(b"320 96", b"2880 2880") + resources)
    more[f"o{6 + levels}"] = stream(b"0 0 9 9 re f", FORM)
    return drawing(b"/N Do", b"/XObject << /N 6 0 R >>", b"[0 0 2880 2880]", **more)


def _content_repeated(times: int) -> bytes:
    """One stream, whose content is the page's so many times over."""
    return one_page(b"[%s]" % (b"6 0 R " * times), o6=deflated(b"0 0 9 9 re f " * 10_000))


def _sampled(size: bytes) -> bytes:
    entries = b"/FunctionType 0 /Domain [0 320 0 96] /Range [0 1] /BitsPerSample 8 /Size " + size
    return _shading(b"7 0 R", o7=deflated(bytes(10**6), entries))


FILES: Mapping[str, Callable[[], bytes]] = {
    "pdf/form that draws itself": endless,
    "pdf/forms nested to 10⁷ drawings": lambda: nested_bomb(7),
    "pdf/tile that is filled with itself": lambda: _pattern(
        b"/BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << /Pattern << /P 6 0 R >> >>",
        b"/Pattern cs /P scn 0 0 9 9 re f",
    ),
    "pdf/tiles of a thousandth of a point": lambda: _pattern(
        b"/BBox [0 0 .001 .001] /XStep .001 /YStep .001 /Resources << >>", box=b"[0 0 2880 2880]"
    ),
    "pdf/tile of 10⁹ points": lambda: _pattern(
        b"/BBox [0 0 1e9 1e9] /XStep .5 /YStep .5 /Resources << >>", box=b"[0 0 2880 2880]"
    ),
    "pdf/function that is made of itself": lambda: _shading(
        b"7 0 R",
        o7=b"<< /FunctionType 3 /Domain [0 1] /Functions [7 0 R 7 0 R] /Bounds [.5] /Encode [0 1 0 1] >>",
    ),
    "pdf/function of 10⁶ steps at each point": lambda: _calculated(b"{ " + b"1 add 1 sub " * 500_000 + b" pop }"),
    "pdf/function nested 100,000 deep": lambda: _calculated(b"{" * 100_000 + b"}" * 100_000),
    "pdf/function of 2³² samples": lambda: _sampled(b"[65536 65536]"),
    "pdf/mesh of 300,000 patches": lambda: _patches(300_000),
    "pdf/mask of itself": _mask_of_itself,
    "pdf/glyph that is written with itself": _glyph_of_itself,
    "pdf/80 groups of 40 inches": lambda: _nested_groups(80),
    "pdf/10,000 groups in one another": lambda: _nested_groups(10_000),
    "pdf/content 100,000 times over": lambda: _content_repeated(100_000),
    "pdf/3 million lines": lambda: drawing(b"0 0 m 300 90 l S " * 3_000_000),
    "pdf/path of 5 million curves": lambda: drawing(b"0 0 m " + b"9 9 300 0 0 90 c " * 5_000_000 + b"f*"),
    "pdf/path of 200,000 crossing lines": lambda: drawing(
        b"0 0 m " + b"".join(b"%d %d l " % (n * 7919 % 319, n * 104729 % 97) for n in range(200_000)) + b"f*"
    ),
    "pdf/3 million states saved": lambda: drawing(b"q " * 3_000_000),
    "pdf/a million clippings": lambda: drawing(b"0 0 m 300 9 l 200 90 l h W n " * 1_000_000 + b"0 0 300 90 re f"),
    "pdf/line of 10⁹ dashes": lambda: drawing(b"[.000001] 0 d .1 w 0 5 m 2880 5 l S", box=b"[0 0 2880 96]"),
    "pdf/10,000 lines of dashes": lambda: drawing(b"[.01 .01] 0 d 9 w " + b"0 5 m 320 90 l S " * 10_000),
    "pdf/million marks in one another": lambda: drawing(b"/Span << /MCID 0 >> BDC " * 1_000_000),
    "pdf/operands without an operator": lambda: drawing(b"(x) 1 [ " * 3_000_000),
    "pdf/string of 100 MB": lambda: drawing(b"BT /F 9 Tf (" + b"x" * 100_000_000 + b") Tj ET"),
    "pdf/letters of 10⁹ points": lambda: drawing(b"BT /F 1000000000 Tf (Hello) Tj ET " * 1000),
}
