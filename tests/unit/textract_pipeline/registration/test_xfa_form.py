"""Dynamic XFA forms are known by their first bytes where these are enough, and nothing else is taken for one."""

import pytest

from tests.bad_input.pdf import deflated, one_page, stream, written, xfa_form
from textract_pipeline.document import ObjectHead
from textract_pipeline.errors import DocumentError
from textract_pipeline.names import DocumentStatus
from textract_pipeline.registration.accepted_format import accepted_format
from textract_pipeline.registration.xfa_form import is_dynamic_form

HEAD_BYTES = 65_536
FILLER = b"%" + b"x" * 100_000 + b"\n"


def told(data: bytes) -> bool:
    return is_dynamic_form(data[:HEAD_BYTES], len(data))


def linearized(data: bytes) -> bytes:
    """The file with the mark of a linearized one, which says how many bytes it has."""
    mark = b"99 0 obj\n<< /Linearized 1 /L %010d >>\nendobj\n"
    return data.replace(b"%PDF-1.7\n", b"%PDF-1.7\n" + mark % (len(data) + len(mark % 0)), 1)


@pytest.mark.parametrize(
    "form",
    [
        b"/AcroForm << /XFA 6 0 R /Fields [] >>",
        b"/AcroForm<</Fields[]/XFA[(template)6 0 R(datasets)6 0 R]>>",
        b"/AcroForm 7 0 R",
    ],
)
def test_a_dynamic_form_is_unsupported_and_the_reason_says_what_to_do(form: bytes) -> None:
    data = xfa_form(form, o7=b"<< /Fields [] /XFA [(template) 6 0 R] >>")
    with pytest.raises(DocumentError, match=r"dynamic XFA form.*Print it to a new PDF") as caught:
        accepted_format(ObjectHead("etag", len(data), data))
    assert caught.value.code.status is DocumentStatus.UNSUPPORTED


def test_a_form_that_is_longer_than_its_first_bytes_is_known_if_it_is_linearized() -> None:
    marked = linearized(xfa_form() + FILLER)
    assert told(marked)
    assert not told(marked + b"an update, which may have replaced the form")
    assert not told(xfa_form() + FILLER)


@pytest.mark.parametrize(
    "data",
    [
        one_page(),
        xfa_form(rendering=b""),
        xfa_form(rendering=b"/NeedsRendering false"),
        xfa_form(b"/AcroForm << /Fields [] >>"),
        xfa_form(b"/AcroForm 70 0 R"),
        one_page(stream(b"% 1 0 obj << /AcroForm << /XFA 6 0 R >> /NeedsRendering true >> endobj")),
        one_page(o6=stream(xfa_form())),
        one_page(o6=deflated(xfa_form())),
        xfa_form()[:100],
        b"%PDF-1.7\n/Root 1 0 R",
    ],
    ids=range(10),
)
def test_other_files_are_left_to_textract(data: bytes) -> None:
    assert not told(data)


def test_the_latest_version_of_the_catalog_counts() -> None:
    flattened = b"\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    assert not told(xfa_form() + flattened)


def test_a_catalog_of_another_number_counts() -> None:
    form = b"<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm << /XFA [] >> >>"
    data = written({1: b"null", 2: b"<< /Type /Pages /Kids [] /Count 0 >>", 11: form})
    assert not told(data)
    assert told(data.replace(b"/Root 1 0 R", b"/Root 11 0 R"))
