"""TIFF files: their pages, and what is said of those that cannot be read."""

import struct
import time

import pytest
from PIL import Image

from local.textract.exceptions import (
    BadDocumentError,
    DocumentTooLargeError,
    UnsupportedDocumentError,
)
from local.textract.recognition.documents.formats import open_document
from tests.bad_input import tiff as tiff_files
from tests.unit.local.textract.drawing import file_of


def pixels_of(data: bytes, page: int = 1):
    with open_document(data) as document:
        return document.page(page).render()


def test_a_tiff_file_may_have_several_pages() -> None:
    pages = [Image.new("L", (10 * number, 10), 200) for number in (1, 2, 3)]
    with open_document(file_of(pages[0], "TIFF", save_all=True, append_images=pages[1:])) as document:
        assert document.page_count == 3
        assert [document.page(number).width for number in (3, 1, 2)] == [30, 10, 20]


TAGS = {256: 9, 257: 9, 258: 8, 259: 1, 262: 1, 273: 0, 278: 9, 279: 81}  # 9 × 9 pixels, gray, in one strip


DIRECTORY_BYTES = 2 + 12 * len(TAGS) + 4


def chain_of_pages(pages: int, last: int = 0) -> bytes:
    """A TIFF file of that many directories, each of which points to the next. The last one points to `last`."""
    entries = struct.pack("<H", len(TAGS)) + b"".join(struct.pack("<HHII", tag, 4, 1, TAGS[tag]) for tag in TAGS)
    following = [8 + number * DIRECTORY_BYTES for number in range(1, pages)]
    return b"II*\0" + struct.pack("<I", 8) + b"".join(entries + struct.pack("<I", at) for at in [*following, last])


def test_a_tiff_file_of_200_000_pages_is_refused_before_it_is_counted_to_its_end() -> None:
    began_at = time.monotonic()
    with pytest.raises(DocumentTooLargeError, match="more than 3,000 pages"):
        open_document(chain_of_pages(200_000))
    assert time.monotonic() - began_at < 3


def test_a_tiff_file_whose_pages_go_round_in_a_circle_has_each_of_them_once() -> None:
    for last in (8, 8 + DIRECTORY_BYTES, 8 + 2 * DIRECTORY_BYTES):
        with open_document(chain_of_pages(3, last)) as document:
            assert document.page_count == 3


@pytest.mark.parametrize("data", [b"II+\0\x08\0\0\0" + bytes(50), b"MM\0+\0\x08\0\0" + bytes(50)])
def test_a_big_tiff_is_called_one(data: bytes) -> None:
    with pytest.raises(UnsupportedDocumentError, match="it is a BigTIFF file"):
        open_document(data)


@pytest.mark.parametrize(("number", "name"), [(34712, "JPEG 2000, 34712"), (34661, "JBIG, 34661"), (99, "unknown, 99")])
@pytest.mark.parametrize("bad", [(1,), (2,), (1, 2), (3,), (1, 3)])
def test_a_page_of_unknown_compression_costs_that_page_and_names_it(bad, number: int, name: str) -> None:
    with open_document(tiff_files.with_unknown_compression(*bad, of=3, compression=number)) as document:
        assert document.page_count == 3
        for page in (1, 2, 3, *bad):
            if page in bad:
                with pytest.raises(BadDocumentError, match=rf"Page {page} of the TIFF file .*compression \({name}\)"):
                    document.page(page)
            else:
                assert document.page(page).render().shape == pixels_of(tiff_files.whole("L")).shape
