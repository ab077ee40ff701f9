"""PDF files whose objects, page trees, and tables go in circles, or lie."""

from collections.abc import Callable, Mapping

from tests.bad_input.pdf import FONT, HELLO, deflated, encrypted, one_page, stream, with_two_pages, written
from tests.support.hostile_documents.streams import zeros_deflated

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 320 96] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> %s >>"
)


def one_page_of(catalog: bytes = b"", page: bytes = b"", content: bytes = HELLO, **more: bytes) -> bytes:
    """A page with more entries in its catalog or in itself, and further objects from number 6 on."""
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: PAGE % page,
            4: stream(content),
            5: FONT,
            **{int(name[1:]): body for name, body in more.items()},
        }
    )


def with_tree(tree: bytes, **more: bytes) -> bytes:
    """A page, and a page tree that is this."""
    own = {int(name[1:]): body for name, body in more.items()}
    return written({1: CATALOG, 2: tree, 3: PAGE % b"", 4: stream(HELLO), 5: FONT, **own})


def _deep_tree(levels: int) -> bytes:
    """A page below so many nodes."""
    nodes = {2: b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>"}
    for number in range(6, 6 + levels):
        kid = number + 1 if number < 5 + levels else 3
        nodes[number] = b"<< /Type /Pages /Parent 2 0 R /Kids [%d 0 R] /Count 1 >>" % kid
    return written({1: CATALOG, 2: nodes.pop(2), 3: PAGE % b"", 4: stream(HELLO), 5: FONT, **nodes})


def _doubling_tree(levels: int) -> bytes:
    """Nodes that each have the next one twice: 2 to the power of `levels` pages."""
    nodes = {}
    for number in range(6, 6 + levels):
        kid = number + 1 if number < 5 + levels else 3
        nodes[number] = b"<< /Type /Pages /Parent 2 0 R /Kids [%d 0 R %d 0 R] /Count 2 >>" % (kid, kid)
    tree = b"<< /Type /Pages /Kids [6 0 R] /Count 2000 >>"
    return written({1: CATALOG, 2: tree, 3: PAGE % b"", 4: stream(HELLO), 5: FONT, **nodes})


def _fuzzed() -> bytes:
    """A line break and the beginning of a program in a page's size, and an action without a name."""
    action = b"/OpenAction <avaScript/JS</S/JavaScript/JS(app.ald (Hello host\\(1\\))>>"
    return one_page_of(action).replace(b"[0 0 320 96]", b"[0 0 320 9m\nMZ2]")


def _after_trailer(body: bytes, entries: bytes) -> bytes:
    """The file with more in its trailer."""
    return body.replace(b"trailer <<", b"trailer << " + entries)


def _own_previous_table() -> bytes:
    body = one_page()
    return _after_trailer(body, b"/Prev %d" % body.rindex(b"xref\n0"))


def _many_tables(count: int) -> bytes:
    """A file that was changed so often, each time by nothing."""
    body = bytearray(one_page())
    table = body.rindex(b"xref\n0")
    for _ in range(count):
        begin = len(body)
        body += b"xref\n0 0\ntrailer << /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (table, begin)
        table = begin
    return bytes(body)


def _table_of(count: int) -> bytes:
    body = one_page()
    return body.replace(b"xref\n0 6", b"xref\n0 %d" % count, 1)


def _stream_table(entries: bytes, data: bytes) -> bytes:
    """A file whose table of objects is a stream with these entries."""
    body = one_page().partition(b"xref\n0")[0]
    table = stream(data, b"/Filter /FlateDecode /Type /XRef /Root 1 0 R " + entries)
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(body))


def _with_object_stream(entries: bytes, data: bytes) -> bytes:
    """A file whose catalog is in a stream of objects, with these entries."""
    body = bytearray(b"%PDF-1.7\n")
    places = {2: len(body)}
    body += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 1 >>\nendobj\n"
    places[8] = len(body)
    body += b"8 0 obj\n%s\nendobj\n" % deflated(data, b"/Type /ObjStm " + entries)
    places[9] = len(body)
    rows = [(0, 0, 0), (2, 8, 0), (1, places[2], 0), *[(0, 0, 0)] * 5, (1, places[8], 0), (1, places[9], 0)]
    table = b"".join(kind.to_bytes(1) + place.to_bytes(4) + index.to_bytes(2) for kind, place, index in rows)
    body += b"9 0 obj\n%s\nendobj\n" % deflated(table, b"/Type /XRef /Root 1 0 R /Size 10 /W [1 4 2] ")
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % places[9])


def _polyglot(beginning: bytes) -> bytes:
    """A PDF behind the first bytes of another format."""
    return beginning.ljust(64, b"\0") + one_page()


def _five_pages_one_too_large() -> bytes:
    return with_tree(
        b"<< /Type /Pages /Kids [3 0 R 3 0 R 6 0 R 3 0 R 3 0 R] /Count 5 >>",
        o6=(PAGE % b"").replace(b"[0 0 320 96]", b"[0 0 3400 200]"),
    )


FILES: Mapping[str, Callable[[], bytes]] = {
    "pdf/page is its tree's parent": lambda: with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>"),
    "pdf/rotated by a name": lambda: one_page_of(page=b"/Rotate /x"),
    "pdf/rotated, with content rotated back": lambda: one_page_of(
        page=b"/Rotate 90", content=b"0 1 -1 0 200 0 cm BT /F 24 Tf 20 40 Td (Invoice 4711) Tj ET"
    ),
    "pdf/rotated by 10¹²": lambda: one_page_of(page=b"/Rotate 999999999999"),
    "pdf/changed at random": _fuzzed,
    "pdf/five pages, one of 47 inches": _five_pages_one_too_large,
    "pdf/page tree 10,000 deep": lambda: _deep_tree(10_000),
    "pdf/page tree that doubles 30 times": lambda: _doubling_tree(30),
    "pdf/page tree that has itself": lambda: with_tree(b"<< /Type /Pages /Kids [3 0 R 2 0 R 3 0 R] /Count 3 >>"),
    "pdf/says it has 2³¹ pages": lambda: with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"),
    "pdf/says it has -1 pages": lambda: with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>"),
    "pdf/says it has 40 pages": lambda: with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count 40 >>"),
    "pdf/page of 40 inches": lambda: one_page(box=b"[0 0 2880 2880]"),
    "pdf/page of 10³⁰⁸ points": lambda: one_page(box=b"[-1e308 0 1e308 1e308]"),
    "pdf/page without an area": lambda: one_page(box=b"[0 0 0 0]"),
    "pdf/unit of 10⁶ points": lambda: one_page_of(page=b"/UserUnit 1000000"),
    "pdf/second page is a stream": lambda: with_two_pages(b"4 0 R"),
    "pdf/resources that are their own parent": lambda: one_page(resources=b"/Parent 3 0 R /Font 3 0 R"),
    "pdf/length that is itself": lambda: one_page(b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % HELLO),
    "pdf/content that is a circle of arrays": lambda: one_page(b"[4 0 R 4 0 R]"),
    "pdf/arrays nested 400,000 deep": lambda: one_page_of(page=b"/X " + b"[" * 400_000),
    "pdf/dictionaries nested 200,000 deep": lambda: one_page_of(b"/X " + b"<</A" * 200_000),
    "pdf/table before which it comes itself": _own_previous_table,
    "pdf/5,000 tables": lambda: _many_tables(5_000),
    "pdf/table of 10⁹ objects": lambda: _table_of(999_999_999),
    "pdf/table and stream in a circle": lambda: _after_trailer(one_page(), b"/XRefStm 9 /Prev 9"),
    "pdf/stream of a table of 2³¹ objects": lambda: _stream_table(
        b"/Size 2147483647 /W [1 8 8]", zeros_deflated(17_000_000)
    ),
    "pdf/stream of a table that inflates to 1 GB": lambda: _stream_table(b"/Size 6 /W [1 2 1]", zeros_deflated(10**9)),
    "pdf/stream of objects that extends itself": lambda: _with_object_stream(
        b"/N 1 /First 4 /Extends 8 0 R", b"1 0 << /Type /Catalog /Pages 2 0 R >>"
    ),
    "pdf/stream of 10⁹ objects": lambda: _with_object_stream(b"/N 999999999 /First 4", b"1 0 " * 9_000_000),
    "pdf/100,000 objects without a table": lambda: (
        b"%PDF-1.7\n" + b"".join(b"%d 0 obj << /Kids [1 0 R] /Type /Pages >> endobj\n" % n for n in range(100_000))
    ),
    "pdf/900,000 brackets": lambda: one_page().partition(b"xref")[0] + b"<<[" * 300_000,
    "pdf/cut off by one byte": lambda: one_page()[:-1],
    "pdf/unknown encryption": lambda: _after_trailer(one_page(), b"/Encrypt << /Filter /Standard /V 9 /R 99 >>"),
    "pdf/encryption that is itself": lambda: encrypted("").replace(b"/Filter /Standard", b"/Filter 1 0 R /V 5"),
    "pdf/begins as TIFF": lambda: _polyglot(b"II*\0\x08\0\0\0"),
    "pdf/begins as JPEG": lambda: _polyglot(b"\xff\xd8\xff\xe0\0\x3c"),
    "pdf/begins as ZIP": lambda: _polyglot(b"PK\3\4"),
}
