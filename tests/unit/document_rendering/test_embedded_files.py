"""A PDF with files in it says that they were not read."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from document_rendering.embedded_files import embedded_files_note
from document_rendering.viewer import write_viewer
from tests.bad_input.pdf import encrypted, one_page, stream, with_files
from tests.unit.textract_pipeline.outputs.formats.drawing import line
from textract_pipeline.response.page import Page


def stored(tmp_path: Path, body: bytes) -> Path:
    path = tmp_path / "original"
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("count", "note"),
    [
        (1, "The PDF has an embedded file, which was not read. Submit it by itself."),
        (3, "The PDF has 3 embedded files, which were not read. Submit each by itself."),
    ],
)
def test_embedded_files_are_counted(tmp_path: Path, count: int, note: str) -> None:
    assert embedded_files_note(stored(tmp_path, with_files(count))) == note


def image(kind: str) -> bytes:
    body = BytesIO()
    Image.new("L", (9, 9)).save(body, kind)
    return body.getvalue()


def plain() -> bytes:
    body = BytesIO()
    canvas = Canvas(body)
    canvas.drawString(9, 9, "no files")
    canvas.save()
    return body.getvalue()


@pytest.mark.parametrize(
    "body",
    [plain(), one_page(stream(b"")), with_files(0), image("PNG"), image("TIFF"), b"%PDF-1.7", encrypted("secret")],
)
def test_other_documents_have_no_note(tmp_path: Path, body: bytes) -> None:
    assert embedded_files_note(stored(tmp_path, body)) is None


def viewed(tmp_path: Path, body: bytes) -> tuple[str, list[str]]:
    told: list[str] = []
    file = BytesIO()
    write_viewer("tides.pdf", stored(tmp_path, body), [Page(1, (line("Cover", 0.1, 0.1),))], file, told.append)
    return file.getvalue().decode(), told


def test_the_viewer_says_so(tmp_path: Path) -> None:
    html, told = viewed(tmp_path, with_files(2, attached=1))
    notes = [
        "The PDF has 2 embedded files, which were not read. Submit each by itself.",
        "Page 1 has an attached file, which was not read. Submit it by itself.",
    ]
    assert told == notes
    assert f'<p class="note">{notes[0]}</p>' in html
    assert '<p class="note">This page has an attached file, which was not read. Submit it by itself.</p>' in html


def test_the_viewer_of_any_other_pdf_does_not(tmp_path: Path) -> None:
    html, told = viewed(tmp_path, plain())
    assert told == []
    assert '<p class="note"' not in html
