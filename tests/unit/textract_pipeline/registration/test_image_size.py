"""The size of an image, from its first bytes."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from textract_pipeline.document import DocumentFormat
from textract_pipeline.registration.image_size import EndedError, image_size

IMAGES = [DocumentFormat.JPEG, DocumentFormat.PNG, DocumentFormat.TIFF]
MAGIC = {
    DocumentFormat.JPEG: b"\xff\xd8\xff",
    DocumentFormat.PNG: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    DocumentFormat.TIFF: b"II*\0",
}


def encoded(image_format: DocumentFormat, **options: object) -> bytes:
    file = BytesIO()
    Image.new("L", (31, 17)).save(file, image_format, **options)
    return file.getvalue()


@pytest.mark.parametrize("image_format", IMAGES)
def test_the_size_is_told_as_width_and_height(image_format: DocumentFormat):
    assert image_size(image_format, encoded(image_format)) == (31, 17)


def test_a_progressive_jpeg_tells_its_size_too():
    assert image_size(DocumentFormat.JPEG, encoded(DocumentFormat.JPEG, progressive=True)) == (31, 17)


def test_fill_bytes_before_a_jpeg_marker_are_passed_over():
    body = encoded(DocumentFormat.JPEG)
    assert image_size(DocumentFormat.JPEG, body[:2] + b"\xff\xff" + body[2:]) == (31, 17)


def test_a_tiff_of_several_images_has_no_one_size():
    body = encoded(DocumentFormat.TIFF, save_all=True, append_images=[Image.new("L", (5, 5))])
    assert image_size(DocumentFormat.TIFF, body) is None


@pytest.mark.parametrize("image_format", IMAGES)
def test_a_file_that_ends_in_its_header_is_known(image_format: DocumentFormat):
    with pytest.raises(EndedError):
        image_size(image_format, encoded(image_format)[:7])


@pytest.mark.parametrize("image_format", IMAGES)
@given(tail=st.binary(max_size=200))
def test_whatever_the_bytes_are_the_size_is_told_or_not(image_format: DocumentFormat, tail: bytes):
    try:
        size = image_size(image_format, MAGIC[image_format] + tail)
    except EndedError:
        return
    assert size is None or min(size) >= 0
