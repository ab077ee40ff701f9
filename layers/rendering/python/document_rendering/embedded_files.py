"""Files inside a PDF, as in a portfolio or as attachments: Textract reads the pages alone, so people are told."""

from contextlib import closing
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from document_rendering.confined import A_PAGE, OverLimitError, run
from document_rendering.library_errors import DAMAGED


def embedded_files_note(original: Path) -> str | None:
    """A sentence about the files in a PDF, which were not read; None if there are none, or if nobody can tell."""
    with original.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            return None
    try:
        count = run(A_PAGE, _count, original)
    except (OverLimitError, *DAMAGED):
        return None
    return not_read("The PDF has", count, "embedded") if count else None


def attached_files(page: pypdfium2.PdfPage) -> int:
    """How many files are attached to places on this page."""
    found = 0
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            found += raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def not_read(has: str, count: int, kind: str) -> str:
    """The sentence; it names no file, as logs must not contain what a document says."""
    if count == 1:
        return f"{has} an {kind} file, which was not read. Submit it by itself."
    return f"{has} {count:,} {kind} files, which were not read. Submit each by itself."


def _count(original: Path) -> int:
    with closing(pypdfium2.PdfDocument(original)) as pdf:
        return max(0, int(raw.FPDFDoc_GetAttachmentCount(pdf)))
