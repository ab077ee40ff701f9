"""A searchable PDF: each word is invisible, and where it is in the picture, at any rotation."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from document_rendering.images import PageImage
from document_rendering.searchable_pdf import write_searchable_images
from tests.bad_input.pdf import one_page, stream, written
from tests.support.pdf_readers import searchable
from tests.unit.textract_pipeline.outputs.formats.drawing import line
from textract_pipeline.response.page import Box, Line, Page, Word

PAGE = Page(1, (line("Invoice 4711", 0.1, 0.1), line("Größe ≥ 2", 0.5, 0.3), line("The end", 0.2, 0.8)))
NEAR = 0.02  # of the page


def original(rotation: int = 0, pages: int = 1) -> bytes:
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(400, 600))
    for _ in range(pages):
        canvas.rect(100, 100, 50, 50, fill=1)
        canvas.showPage()
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(drawn))
    for page in writer.pages:
        page.rotate(rotation)
        page.cropbox.lower_left = (40, 60)
    turned = BytesIO()
    writer.write(turned)
    return turned.getvalue()


def words_of(body: bytes, number: int = 1) -> list[tuple[str, Box]]:
    """The words of a page, with boxes as fractions of the page as it is displayed."""
    page = pypdfium2.PdfDocument(body)[number - 1]
    text = page.get_textpage()
    found: list[tuple[str, Box]] = []
    signs: list[tuple[float, float, float, float]] = []
    said = ""
    for index, sign in enumerate(text.get_text_range() + " "):
        if sign.isspace():
            if said:
                lefts, bottoms, rights, tops = zip(*signs, strict=True)
                found.append((said, shown(page, min(lefts), min(bottoms), max(rights), max(tops))))
            said, signs = "", []
        else:
            said += sign
            signs.append(text.get_charbox(index, loose=True))
    return found


def shown(page: pypdfium2.PdfPage, left: float, bottom: float, right: float, top: float) -> Box:
    x0, y0, x1, y1 = page.get_cropbox()
    a, b = (left - x0) / (x1 - x0), (right - x0) / (x1 - x0)
    c, d = (y1 - top) / (y1 - y0), (y1 - bottom) / (y1 - y0)
    return Box(a, c, b - a, d - c).turned_upright((360 - page.get_rotation()) % 360)


def assert_where_it_stands(page: Page, found: list[tuple[str, Box]]) -> None:
    expected = [(word.text, word.box) for each in page.lines for word in each.words]
    assert [text for text, _ in found] == [text for text, _ in expected]
    for (text, box), (_, true) in zip(found, expected, strict=True):
        edges = [(box.left, true.left), (box.top, true.top), (box.right, true.right), (box.bottom, true.bottom)]
        assert all(abs(is_ - should) < NEAR for is_, should in edges), (text, box, true)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_are_where_they_are_seen_however_the_page_is_turned(rotation: int) -> None:
    assert_where_it_stands(PAGE, words_of(searchable(PAGE, original(rotation))))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_line_that_runs_another_way_is_searched_as_it_runs(angle: int) -> None:
    box = Box(0.3, 0.3, 0.02, 0.2) if angle != 180 else Box(0.3, 0.3, 0.2, 0.02)
    page = Page(1, (Line("Stamp", box, 90.0, (Word("Stamp", box, 90.0),), angle),))
    assert_where_it_stands(page, words_of(searchable(page, original())))


def test_characters_of_any_script_are_found() -> None:
    signs = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 300))
    page = Page(1, (line("漢字 → ™ x 𝒜", 0.1, 0.1), line(signs, 0.0, 0.5)))
    assert [text for text, _ in words_of(searchable(page, original()))] == ["漢字", "→", "™", "x", "𝒜", signs]


def test_what_a_page_says_itself_is_not_said_again() -> None:
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(400, 600))
    canvas.setFont("Helvetica", 8)
    canvas.drawString(40, 530, "Invoice")
    canvas.save()
    assert sorted(text for text, _ in words_of(searchable(PAGE, drawn.getvalue()))) == sorted(
        word.text for each in PAGE.lines for word in each.words
    )


def test_lines_side_by_side_do_not_run_together() -> None:
    page = Page(1, (line("left", 0.1, 0.1), line("right", 0.145, 0.1)))
    assert [text for text, _ in words_of(searchable(page, original()))] == ["left", "right"]


def test_nothing_is_seen_of_the_text() -> None:
    def picture(body: bytes) -> bytes:
        return bytes(pypdfium2.PdfDocument(body)[0].render().to_pil().tobytes())

    assert picture(searchable(PAGE, original())) == picture(original())


def test_pages_that_are_not_given_stay_as_they_are() -> None:
    body = searchable(Page(2, PAGE.lines), original(pages=3))
    assert [len(words_of(body, number)) for number in (1, 2, 3)] == [0, 7, 0]


def test_a_page_that_the_original_does_not_have_is_passed_over() -> None:
    assert words_of(searchable(Page(9, PAGE.lines), original())) == []


def test_a_page_tree_that_goes_round_in_a_circle_has_an_end() -> None:
    tree = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] >>",
    }
    assert_where_it_stands(PAGE, words_of(searchable(PAGE, written(tree))))


@pytest.mark.parametrize("turned", [b"/x", b"(90)", b"null", b"[90]"])
def test_a_rotation_that_is_no_number_is_none(turned: bytes) -> None:
    body = one_page(stream(b"")).replace(b"/Contents 4 0 R", b"/Contents 4 0 R /Rotate " + turned)
    assert_where_it_stands(PAGE, words_of(searchable(PAGE, body)))


ACTIVE = (b"app.alert", b"evil.exe", b"MZbinary", b"calc.exe", b"example.com", b"<xdp/>", b"cmd.exe")


def with_active_content() -> bytes:
    """A file that runs scripts, embeds files, starts programs, and sends forms. One link leads to a page of its own."""
    annotations = {
        11: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.com) >> >>",
        12: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (calc.exe) >> >>",
        13: b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (b) /Rect [0 0 9 9]"
        b" /A << /S /SubmitForm /F (https://example.com) >> /AA << /E << /S /JavaScript /JS (app.alert) >> >> >>",
        14: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9]"
        b" /A << /S /GoTo /D [3 0 R /Fit] /Next [<< /S /Launch /F (cmd.exe) >> 9 0 R] >> >>",
    }
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R"
            b" /AcroForm << /Fields [13 0 R] /XFA [(template) 6 0 R] >>"
            b" /AA << /WC 9 0 R >> /AF [7 0 R] /Names << /JavaScript << /Names [(a) 9 0 R] >>"
            b" /EmbeddedFiles << /Names [(evil.exe) 7 0 R] >> >> >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /AA << /O 9 0 R >>"
            b" /Annots [11 0 R 12 0 R 13 0 R 14 0 R] >>",
            6: stream(b"<xdp/>"),
            7: b"<< /Type /Filespec /F (evil.exe) /EF << /F 8 0 R >> >>",
            8: stream(b"MZbinary", b"/Type /EmbeddedFile"),
            9: b"<< /S /JavaScript /JS 10 0 R >>",
            10: stream(b"app.alert(1)"),
            **annotations,
        }
    )


def test_nothing_in_it_acts_by_itself_or_leads_out_of_it() -> None:
    original = with_active_content()
    assert all(part in original for part in ACTIVE)
    body = searchable(PAGE, original)
    assert [part for part in ACTIVE if part in body] == []
    names = (b"/JavaScript", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Launch", b"/URI", b"/SubmitForm", b"/XFA")
    assert [name for name in names if name in body] == []
    assert b"/GoTo" in body
    assert_where_it_stands(PAGE, words_of(body))


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_pictures_become_pages(mode: str) -> None:
    jpeg = BytesIO()
    Image.new(mode, (300, 600), "white").save(jpeg, "JPEG")
    file = BytesIO()
    image = PageImage(jpeg.getvalue(), 300, 600, is_gray=mode == "L")
    write_searchable_images([(PAGE, image), (Page(2, PAGE.lines[:1]), image)], file)
    body = file.getvalue()
    assert pypdfium2.PdfDocument(body)[0].get_size() == (144, 288)
    assert_where_it_stands(PAGE, words_of(body))
    assert [text for text, _ in words_of(body, 2)] == ["Invoice", "4711"]
