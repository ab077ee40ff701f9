"""A searchable PDF of a page over an original, and the text of its first page as three readers find it.

Without poppler, tests are skipped; where POPPLER_MUST_BE_THERE is set, they fail.
"""

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import pytest
from pypdf import PdfReader

from document_rendering.searchable_pdf import write_searchable_pdf
from textract_pipeline.response.page import Page

READERS = ("poppler", "poppler's layout", "PDFium", "pypdf")


def searchable(page: Page, original: bytes) -> bytes:
    """The searchable PDF of an original with what was read on its first page."""
    with TemporaryDirectory() as folder:
        given, written = Path(folder, "original"), Path(folder, "searchable")
        given.write_bytes(original)
        write_searchable_pdf(given, [page], written)
        return written.read_bytes()


def read(reader: str, body: bytes) -> str:
    """The page's text, as one of the READERS finds it."""
    if reader == "PDFium":
        return str(pypdfium2.PdfDocument(body)[0].get_textpage().get_text_range())
    if reader == "pypdf":
        return PdfReader(BytesIO(body)).pages[0].extract_text()
    return _poppler(body, *(["-layout"] if reader == "poppler's layout" else []))


def _poppler(body: bytes, *options: str) -> str:
    if shutil.which("pdftotext") is None:
        told = "pdftotext is not here: apt install poppler-utils"
        pytest.fail(told) if os.environ.get("POPPLER_MUST_BE_THERE") else pytest.skip(told)
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=body, capture_output=True, check=True)
    return done.stdout.decode()


def rows_of(text: str) -> list[str]:
    """The rows of a text that are not empty, with single spaces."""
    return [row for row in (" ".join(line.split()) for line in text.splitlines()) if row]
