"""Which files are sent to Textract, and the reasons for refusing the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textract_pipeline.document import DocumentFormat, ObjectHead
from textract_pipeline.errors import DocumentError, ErrorCode
from textract_pipeline.names import DocumentStatus
from textract_pipeline.registration.accepted_format import accepted_format, detect_format

HEADS = {
    DocumentFormat.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF",
    DocumentFormat.PNG: b"\x89PNG\r\n\x1a\n\x00\x00",
    DocumentFormat.PDF: b"%PDF-1.7\n",
    DocumentFormat.TIFF: b"II*\x00\x08\x00",
}


@pytest.mark.parametrize(("expected", "head"), HEADS.items())
def test_the_first_bytes_decide_the_format(expected: DocumentFormat, head: bytes) -> None:
    assert accepted_format(ObjectHead("etag", 100, head)) is expected


def test_a_big_endian_tiff_and_a_pdf_behind_a_preamble_are_known() -> None:
    assert detect_format(b"MM\x00*\x00\x00") is DocumentFormat.TIFF
    assert detect_format(b"\r\n" * 200 + b"%PDF-1.4") is DocumentFormat.PDF


@given(st.binary(max_size=1024))
def test_any_bytes_are_either_a_format_or_none(head: bytes) -> None:
    assert detect_format(head) in {None, *DocumentFormat}


@pytest.mark.parametrize("head", [b"Hello", b"GIF89a", b"PK\x03\x04", b"BM", b"\x00"])
def test_other_files_are_unsupported_and_the_reason_says_what_to_do(head: bytes) -> None:
    with pytest.raises(DocumentError, match="Convert it") as caught:
        accepted_format(ObjectHead("etag", 5, head))
    assert caught.value.code.status is DocumentStatus.UNSUPPORTED


@pytest.mark.parametrize("head", [b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"])
def test_a_big_tiff_is_called_one(head: bytes) -> None:
    with pytest.raises(DocumentError, match=r"BigTIFF.*Convert it to TIFF") as caught:
        accepted_format(ObjectHead("etag", 8, head))
    assert caught.value.code is ErrorCode.UNSUPPORTED_FORMAT


def test_an_empty_file_is_unsupported() -> None:
    with pytest.raises(DocumentError, match="empty") as caught:
        accepted_format(ObjectHead("etag", 0, b""))
    assert caught.value.code is ErrorCode.EMPTY_OBJECT
    assert caught.value.code.status is DocumentStatus.UNSUPPORTED


@pytest.mark.parametrize(("expected", "head"), HEADS.items())
def test_a_file_over_textracts_limit_fails_before_it_costs_a_call(expected: DocumentFormat, head: bytes) -> None:
    accepted_format(ObjectHead("etag", expected.max_bytes, head))
    with pytest.raises(DocumentError, match="at most") as caught:
        accepted_format(ObjectHead("etag", expected.max_bytes + 1, head))
    assert caught.value.code.status is DocumentStatus.FAILED
