"""Good inputs that several targets start from, all made by code."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.bad_input import jpeg, pdf, png, tiff
from tests.bad_input.drawing import page, saved
from tests.support.responses import Block, box, cell, relation, two_field_form, word

PDF_WORDS = (
    *(b"<<", b">>", b"[", b"]", b"obj", b"endobj", b"stream\n", b"\nendstream", b"%PDF-1.7\n", b"%%EOF", b"xref", b"/"),
    *(b" R", b"1 0 R", b"2 0 R", b"3 0 R", b"null", b"trailer", b"startxref", b"/Kids", b"/Parent 3 0 R", b"/Count"),
    *(b"/Filter /FlateDecode", b"/Filter [/ASCII85Decode /LZWDecode]", b"/Length", b"/MediaBox [0 0 0 0]", b"/Rotate"),
    *(b"/Resources 4 0 R", b"/Contents [4 0 R 4 0 R]", b"/Font", b"/Encrypt", b"/ObjStm", b"/Prev 0", b"<0041>", b"("),
    *(b"/CropBox [1e9 0 -1 5]", b"/Type /Pages", b"/Predictor 15 /Columns", b"\r", b"\0", b"BT", b"ET", b" Tj", b"/F"),
)


@cache
def pdfs() -> Sequence[bytes]:
    """PDF files: plain, with several pages, compressed, encrypted, and one that a PDF library made."""
    file = BytesIO()
    canvas = Canvas(file, (320, 96), invariant=1)
    for number in range(3):
        canvas.drawString(20, 40, f"Invoice 471{number}")
        canvas.showPage()
    canvas.save()
    cropped = pdf.one_page().replace(b"/MediaBox", b"/Rotate 90 /CropBox [10 10 300 90] /MediaBox")
    return (
        pdf.one_page(),
        cropped,
        pdf.with_two_pages(b"[0 0 320 96]"),
        pdf.one_page(pdf.deflated(pdf.HELLO)),
        pdf.encrypted(""),
        pdf.nested_bomb(1),
        file.getvalue(),
    )


@cache
def jpegs() -> Sequence[bytes]:
    """JPEG files."""
    return jpeg.whole(), jpeg.whole("CMYK"), jpeg.whole(progressive=True), jpeg.turned(6)


@cache
def pngs() -> Sequence[bytes]:
    """PNG files."""
    gray = png.declaring(8, 2, bytes(18))
    return png.whole(), saved(page("P"), "PNG"), saved(page("RGBA"), "PNG"), png.sixteen_bit(), gray


@cache
def tiffs() -> Sequence[bytes]:
    """TIFF files with one page and with several, in the compressions that scanners use."""
    tiny = Image.new("L", (9, 3), 255)
    return (
        *(tiff.whole(compression=name) for name in ("tiff_lzw", "jpeg", "packbits", "tiff_adobe_deflate")),
        *(tiff.whole("1", compression="group4"), tiff.whole("CMYK"), tiff.sixteen_bit()),
        *(tiff.pages(page("L"), page("1")), tiff.pages(tiny, tiny, tiny), tiff.declaring(8, 1)),
    )


def files() -> Sequence[bytes]:
    """Files of every kind that Textract reads."""
    return (*pdfs(), *jpegs(), *pngs(), *tiffs())


@cache
def responses() -> Sequence[dict[str, Any]]:
    """Textract's responses: a form with a table, two pages, a page with all other block types, and no blocks at all."""
    first, second = two_field_form(1), two_field_form(2)
    both = first | {"Blocks": [*first["Blocks"], *second["Blocks"]]}
    return first, both, first | {"Blocks": [*first["Blocks"], *_everything_else()]}, {"Blocks": []}


def _everything_else() -> list[Block]:
    """Queries, layout, signatures, checkboxes, and merged cells with a title and a footer."""
    turned = box(0.1, 0.5, 0.02, 0.2) | {"Polygon": [{"X": 0.1, "Y": 0.5}, {"X": 0.1, "Y": 0.7}]}
    titles = [relation("TABLE_TITLE", "h"), relation("TABLE_FOOTER", "h")]
    words = [relation("CHILD", "w", "x")]
    return [
        _block("QUERY", "q", Query={"Text": "Who?", "Alias": "who"}, Relationships=[relation("ANSWER", "a")]),
        _block("QUERY_RESULT", "a", Text="Ada", Geometry=box(0, 0, 1)),
        _block("SIGNATURE", "s", Geometry=box(0.5, 0.8, 0.2)),
        _block("SELECTION_ELEMENT", "x", SelectionStatus="SELECTED", Geometry=box(0.6, 0.6, 0.02)),
        _block("LAYOUT_LIST", "y", Geometry=box(0.1, 0.1, 0.5, 0.2), Relationships=[relation("CHILD", "z")]),
        _block("LAYOUT_TEXT", "z", Geometry=box(0.1, 0.1, 0.5), Relationships=[relation("CHILD", "p1-l1", "p1-l2")]),
        _block("TABLE", "t", Relationships=[relation("CHILD", "c"), relation("MERGED_CELL", "m"), *titles]),
        cell("c", 1, 1, "w", "x") | {"EntityTypes": ["COLUMN_HEADER"]},
        cell("m", 1, 1, "c", columns=3) | {"BlockType": "MERGED_CELL", "RowSpan": 2},
        _block("TABLE_TITLE", "h", Relationships=words),
        _block("LINE", "l", Text="turned", Geometry=turned, Relationships=words),
        word("w", "turned") | {"Geometry": turned, "TextType": "HANDWRITING"},
    ]


def _block(kind: str, name: str, **members: object) -> Block:
    return {"BlockType": kind, "Id": name, "Page": 1, "Confidence": 80.5, **members}
