import io
import threading
import time

import numpy as np
import pytest
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from local.textract.exceptions import (
    BadDocumentError,
    DocumentTooLargeError,
    OutOfTimeError,
    TextractError,
    UnsupportedDocumentError,
)
from local.textract.recognition.documents.formats import format_of, open_document
from local.textract.recognition.documents.text_layer import is_legible
from local.textract.recognition.page.page import Page
from local.textract.recognition.page.words import Word
from tests.bad_input import pdf as pdf_files
from tests.unit.local.textract.drawing import Sheet, file_of, texts

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow warns about damaged files


def words_on(page: Page) -> tuple[Word, ...]:
    """The page's text layer; empty if it has none."""
    return page.text_layer.words if page.text_layer else ()


def pdf(*lines: str, pagesize=(612, 792), **options) -> bytes:
    """A PDF file with a page for each of these texts, one inch from the left and from the top."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=pagesize, **options)
    for line in lines:
        page.drawString(72, 720, line)
        page.showPage()
    page.save()
    return buffer.getvalue()


def pdf_of_image(picture: Image.Image, text: str = "") -> bytes:
    """A PDF file whose page is an image with this text on top."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(612, 792))
    page.drawInlineImage(picture, 0, 0, 612, 792)
    page.drawString(72, 720, text)
    page.save()
    return buffer.getvalue()


def pixels_of(data: bytes, page: int = 1):
    with open_document(data) as document:
        return document.page(page).render()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF"])
def test_an_image_is_a_document_of_one_page(image_format) -> None:
    with open_document(Sheet(40, 30).file(image_format)) as document:
        assert (document.format, document.page_count) == (image_format, 1)
        page = document.page(1)
    assert (page.width, page.height, page.text_layer) == (40, 30, None)


@pytest.mark.parametrize(
    ("mode", "image_format"), [("CMYK", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("1", "TIFF"), ("CMYK", "TIFF")]
)
def test_every_color_space_becomes_rgb(mode, image_format) -> None:
    picture = Image.new("RGB", (32, 32), "white")
    picture.paste("black", (0, 0, 16, 32))
    pixels = pixels_of(file_of(picture.convert(mode), image_format))
    assert pixels.shape == (32, 32, 3)
    assert pixels[16, 4].max() < 60
    assert pixels[16, 28].min() > 220


def test_sixteen_bits_a_sample_are_brought_down_to_eight() -> None:
    samples = np.array([[0, 32_896, 65_535]], np.uint16)
    assert pixels_of(file_of(Image.fromarray(samples)))[0, :, 0].tolist() == [0, 128, 255]


def test_what_is_transparent_is_white() -> None:
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (0, 0, 0, 255))
    assert pixels_of(file_of(picture))[0, :, 0].tolist() == [255, 0]


def test_a_photo_of_several_pictures_is_its_first_one() -> None:
    first, second = Image.new("RGB", (40, 20), "red"), Image.new("RGB", (10, 10), "blue")
    buffer = io.BytesIO()
    first.save(buffer, "MPO", save_all=True, append_images=[second])
    assert format_of(buffer.getvalue()) == "JPEG"
    with open_document(buffer.getvalue()) as document:
        page = document.page(1)
        assert (document.page_count, page.width, page.height) == (1, 40, 20)


def test_a_photo_is_turned_upright() -> None:
    picture = Image.new("RGB", (40, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was rotated by 90 degrees
    assert pixels_of(file_of(picture, "JPEG", exif=exif)).shape == (40, 20, 3)


def test_a_large_scan_is_shrunk_without_losing_its_strokes() -> None:
    picture = Image.new("1", (8_000, 100), 1)
    picture.paste(0, (0, 0, 8_000, 50))
    pixels = pixels_of(file_of(picture, "TIFF"))
    assert pixels.shape == (50, 4_000, 3)


def test_the_largest_image_with_transparent_colors_fits_into_a_workers_memory() -> None:
    picture = Image.new("P", (10_000, 10_000), 3)
    assert pixels_of(file_of(picture, transparency=3, compress_level=1)).shape == (4_000, 4_000, 3)


def test_the_text_layer_of_a_pdf_page_is_read_where_it_stands() -> None:
    with open_document(pdf("Hello PDF world", "second")) as document:
        assert (document.format, document.page_count) == ("PDF", 2)
        page = document.page(1)
        assert texts(words_on(page)) == "Hello PDF world"
        box, pixels = words_on(page)[0].box, page.render()
    assert pixels.shape == (page.height, page.width, 3) == (1584, 1224, 3)
    assert box.left == pytest.approx(144, abs=3)
    assert box.bottom == pytest.approx(144, abs=3)
    assert pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].min() < 50
    blank = pixels.copy()
    blank[122:155, 137:432] = 255
    assert blank.min() == 255


def test_a_scanned_pdf_page_is_read_from_its_image() -> None:
    with open_document(pdf_of_image(Sheet().picture, "another engine's reading")) as document:
        page = document.page(1)
        assert page.text_layer is None
        assert page.render().shape == (page.height, page.width, 3) == (2200, 1700, 3)


def test_a_small_image_leaves_the_text_layer_in_use() -> None:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.drawInlineImage(Sheet().picture, 0, 0, 100, 100)
    page.drawString(72, 720, "Letterhead")
    page.save()
    with open_document(buffer.getvalue()) as document:
        assert texts(words_on(document.page(1))) == "Letterhead"


def test_a_filled_form_is_read_from_its_image_for_its_values_are_in_no_text_layer() -> None:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(612, 792))
    page.drawString(72, 720, "Name:")
    page.acroForm.textfield(name="name", value="Ada Lovelace", x=120, y=710, width=200, height=20)
    page.save()
    with open_document(buffer.getvalue()) as document:
        assert document.page(1).text_layer is None
        assert document.page(1).render()[190:235, 345:600].min() < 50


def test_text_across_a_page_is_a_watermark() -> None:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.drawString(72, 720, "Invoice")
    page.translate(200, 200)
    page.rotate(45)
    page.drawString(0, 0, "PAID")
    page.save()
    with open_document(buffer.getvalue()) as document:
        assert texts(words_on(document.page(1))) == "Invoice"


@pytest.mark.parametrize(
    ("text", "legible"), [("Hello, wörld!", True), ("", False), ("\x01\x02\x03a", False), ("a\ufffd", False)]
)
def test_a_text_layer_of_noise_is_not_used(text, legible) -> None:
    assert is_legible(text) is legible


@pytest.mark.parametrize("data", [b"", b"just text", file_of(Image.new("L", (9, 9)), "GIF"), b"PK\x03\x04"])
def test_other_formats_are_unsupported(data) -> None:
    assert format_of(data) is None
    with pytest.raises(UnsupportedDocumentError):
        open_document(data)


def test_an_empty_document_is_said_to_be_empty() -> None:
    with pytest.raises(UnsupportedDocumentError, match="empty"):
        open_document(b"")


def test_a_password_is_said_to_be_the_reason() -> None:
    with pytest.raises(BadDocumentError, match="password"):
        open_document(pdf("secret", encrypt=pdfencrypt.StandardEncryption("secret")))


def test_a_pdf_that_anyone_may_open_needs_no_password() -> None:
    owned = pdf("free", encrypt=pdfencrypt.StandardEncryption("", ownerPassword="owner"))
    with open_document(owned) as document:
        assert texts(words_on(document.page(1))) == "free"


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("kept", [8, 60, 600])
def test_a_truncated_image_is_a_bad_document(image_format, kept) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    with pytest.raises(BadDocumentError, match=image_format):
        pixels_of(file_of(Image.fromarray(noise), image_format)[:kept])


def test_a_damaged_pdf_is_a_bad_document() -> None:
    with pytest.raises(BadDocumentError):
        open_document(pdf("Hello")[:200])


@pytest.mark.parametrize("size", [(10_001, 2), (2, 10_001), (15_000, 15_000)])
def test_an_image_beyond_ten_thousand_pixels_a_side_is_too_large(size) -> None:
    with pytest.raises(DocumentTooLargeError, match="10,000 pixels"):
        pixels_of(file_of(Image.new("1", size)))


def test_a_pdf_page_beyond_forty_inches_is_too_large() -> None:
    for pagesize in ((2_881, 792), (792, 2_881), (9_001, 9_001)):
        with open_document(pdf("Poster", pagesize=pagesize)) as document, pytest.raises(DocumentTooLargeError):
            document.page(1)
    with open_document(pdf("Poster", pagesize=(2_880, 2_880))) as document:
        assert texts(words_on(document.page(1))) == "Poster"


def test_damage_of_any_kind_ends_in_one_of_textracts_errors_or_in_pages() -> None:
    chance = np.random.default_rng(7)
    whole = [Sheet(90, 60).file(image_format) for image_format in ("JPEG", "PNG", "TIFF")] + [pdf("Hello")]
    for _ in range(400):
        data = bytearray(whole[chance.integers(len(whole))])
        for position in chance.integers(0, len(data), 4):
            data[position] = chance.integers(256)
        try:
            pixels_of(bytes(data[: chance.integers(1, len(data) + 1)] if chance.random() < 0.3 else data))
        except TextractError:
            continue


def test_a_page_without_end_is_a_bad_document_and_nobody_elses_waits() -> None:
    def read() -> None:
        with open_document(pdf_files.endless()) as document:
            assert document.page_count == 1
            with pytest.raises(BadDocumentError, match=r"Page 1 of the PDF file cannot be read: it (took|crashed)"):
                document.page(1).render()

    endless = threading.Thread(target=read)
    endless.start()
    time.sleep(0.5)
    with open_document(pdf("Hello")) as document:
        assert texts(words_on(document.page(1))) == "Hello"
        assert endless.is_alive()
    endless.join(timeout=15)
    assert not endless.is_alive()


def test_the_time_that_is_left_holds_inside_a_page() -> None:
    with open_document(pdf_files.endless(), lambda: 0.5) as document, pytest.raises(OutOfTimeError):
        document.page(1)
    with open_document(pdf("Hello"), iter([1.0, -1.0]).__next__) as document, pytest.raises(OutOfTimeError):
        document.page(1)


@pytest.mark.parametrize("filler", [0, 100_000])
def test_a_dynamic_xfa_form_is_unsupported_wherever_its_catalog_is(filler: int) -> None:
    whole = pdf_files.xfa_form()
    start = whole.index(b"1 0 obj")
    moved = whole[:start] + b"%" + b"x" * filler + b"\n" + whole[start:]
    with pytest.raises(UnsupportedDocumentError, match="dynamic XFA form"):
        open_document(moved)
    with open_document(pdf_files.xfa_form(rendering=b"")) as document:
        assert document.page_count == 1
