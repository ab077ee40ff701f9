"""PDF files, bad and odd."""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.bad_input.case import Case, blank_job, failed_job, good, incomplete_job, refused
from textract_pipeline.errors import ErrorCode

HELLO = b"BT /F 24 Tf 20 40 Td (Invoice 4711) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def deflated(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object, compressed as well as can be."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def written(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF file of these objects, of which the first is the catalog."""
    body, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    body += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, xref)
    return bytes(body)


def one_page(content: bytes = b"", box: bytes = b"[0 0 320 96]", resources: bytes = b"", **more: bytes) -> bytes:
    """A file of one page with this content stream, and further objects from number 6 on."""
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> %s >> >>" % (box, resources),
            4: content or stream(HELLO),
            5: FONT,
            **{int(name[1:]): body for name, body in more.items()},
        }
    )


def xfa_form(
    form: bytes = b"/AcroForm << /Fields [] /XFA [(template) 6 0 R] >>",
    rendering: bytes = b"/NeedsRendering true",
    **more: bytes,
) -> bytes:
    """A form of XML with a page that says to wait; dynamic, and without pages of its own, unless told otherwise."""
    wait = stream(b"BT /F 12 Tf 20 40 Td (Please wait...) Tj ET")
    xml = deflated(b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template/></xdp:xdp>')
    data = one_page(wait, o6=xml, **more)
    return data.replace(b"<< /Type /Catalog", b"<< " + form + b" " + rendering + b" /Type /Catalog", 1)


def with_pages(kids: bytes, count: int) -> bytes:
    """A file whose page tree is this."""
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree})


def encrypted(user_password: str) -> bytes:
    """A file that is encrypted; an empty password opens for everyone."""
    file = BytesIO()
    canvas = Canvas(file, (320, 96), encrypt=StandardEncryption(user_password, "owner"), invariant=1)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(20, 40, "Invoice 4711")
    canvas.save()
    return file.getvalue()


def with_two_pages(second_box: bytes) -> bytes:
    """A good page, and one of this size."""
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 /Resources << /Font << /F 5 0 R >> >> >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 320 96] /Contents 4 0 R >>",
            4: stream(HELLO),
            5: FONT,
            6: b"<< /Type /Page /Parent 2 0 R /MediaBox %s >>" % second_box,
        }
    )


def nested_bomb(levels: int) -> bytes:
    """Forms that each draw the next ten times: 10 to the power of `levels` drawings in a few kilobytes."""
    more = {}
    for number in range(6, 6 + levels):
        resources = b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /N %d 0 R >> >>" % (number + 1)
        more[f"o{number}"] = stream(b"/N Do " * 10, b"/Type /XObject " + resources)
    more[f"o{6 + levels}"] = stream(b"0 0 1 1 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return one_page(stream(b"/N Do " * 10), resources=b"/XObject << /N 6 0 R >>", **more)


def endless() -> bytes:
    """A page that draws a form that draws itself twice, and so on: PDFium takes all the memory and time there is."""
    draws_itself = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    return one_page(stream(b"/X Do"), resources=b"/XObject << /X 6 0 R >>", o6=stream(b"/X Do /X Do", draws_itself))


def image_bomb(side: int) -> bytes:
    """A page with an image of `side` pixels a side, all of them black, in a few kilobytes."""
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    row = zlib.compress(bytes(side * 200), 9)
    image = stream(row, b"/Filter /FlateDecode " + entries % (side, side))
    return one_page(stream(b"320 0 0 96 0 0 cm /I Do"), resources=b"/XObject << /I 6 0 R >>", o6=image)


def cases() -> Iterator[Case]:
    """All of them."""
    yield failed_job("pdf/only the header.pdf", lambda: b"%PDF-1.7\n")
    yield failed_job("pdf/header and text.pdf", lambda: b"%PDF-1.7\n" + b"Just text.\n" * 20)
    yield failed_job("pdf/cut off early.pdf", lambda: one_page()[:60])
    yield failed_job("pdf/cut off before its trailer.pdf", lambda: one_page().partition(b"xref")[0])
    yield failed_job("pdf/password.pdf", lambda: encrypted("secret"))
    yield failed_job("pdf/no pages.pdf", lambda: with_pages(b"", 0))
    yield failed_job("pdf/page that is not there.pdf", lambda: with_pages(b"9 0 R", 1))
    yield failed_job("pdf/page tree in a circle.pdf", lambda: with_pages(b"2 0 R", 1))
    yield failed_job("pdf/page of 2,000 inches.pdf", lambda: one_page(box=b"[0 0 144000 144000]"))
    yield failed_job("pdf/page of 10⁹ points.pdf", lambda: one_page(box=b"[0 0 1000000000 1000000000]"))
    yield failed_job("pdf/more than 3,000 pages.pdf", lambda: with_pages(b"3 0 R " * 3001, 3001))
    yield incomplete_job("pdf/one of two pages too large.pdf", lambda: with_two_pages(b"[0 0 9999 9999]"))
    yield refused("pdf/dynamic XFA form.pdf", ErrorCode.UNSUPPORTED_FORMAT, xfa_form)
    yield good("pdf/XFA form with pages.pdf", lambda: xfa_form(rendering=b"", o4=stream(HELLO)))
    yield blank_job("pdf/blank page.pdf", lambda: one_page(stream(b"")))
    yield blank_job("pdf/content that inflates to 50 MB.pdf", lambda: one_page(deflated(b" " * 50_000_000)))
    yield blank_job("pdf/forms in forms.pdf", lambda: nested_bomb(3))
    yield blank_job("pdf/image of 30,000 pixels a side.pdf", lambda: image_bomb(30_000))
    yield good("pdf/broken xref.pdf", lambda: one_page().replace(b"startxref\n", b"startxref\n9"))
    yield good("pdf/no startxref.pdf", lambda: one_page().partition(b"startxref")[0])
    yield good("pdf/behind 1,000 bytes.pdf", lambda: b"\n" * 1000 + one_page())
    yield good("pdf/encrypted without password.pdf", lambda: encrypted(""))


def with_files(embedded: int, attached: int = 0, filler: int = 0) -> bytes:
    """A page, and files in the PDF: embedded, as in a portfolio, and attached to a place on the page."""
    names = b" ".join(b"(%d.txt) %d 0 R" % (number, 9 + number) for number in range(embedded))
    tree = b"/Names << /EmbeddedFiles 6 0 R >> /Collection << /View /D >>" if embedded else b""
    notes = b" ".join(b"%d 0 R" % (9 + embedded + number) for number in range(attached))
    note = b"<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 8 0 R >>"
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % tree,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Annots [%s] >>" % notes,
            4: stream(bytes(filler)),
            5: stream(b"the file", b"/Type /EmbeddedFile"),
            6: b"<< /Names [%s] >>" % names,
            7: stream(bytes(filler)),
            8: b"<< /Type /Filespec /F (tide.txt) /EF << /F 5 0 R >> >>",
        }
        | {9 + number: b"<< /Type /Filespec /F (%d.txt) /EF << /F 5 0 R >> >>" % number for number in range(embedded)}
        | {9 + embedded + number: note for number in range(attached)}
    )
