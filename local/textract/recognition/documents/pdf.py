"""PDF: a page's text layer if it is what a reader sees, or else the page rendered at 200 dpi.

Only one thread may use PDFium at a time, even for different documents. A worker has only one thread.
"""

import math
import os
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
from pypdfium2 import raw

from local.textract.exceptions import BadDocumentError, DocumentTooLargeError, UnsupportedDocumentError
from local.textract.recognition.documents.open_document import Look
from local.textract.recognition.documents.text_layer import text_layer
from local.textract.recognition.page.geometry import PageImage
from textract_pipeline.registration import xfa_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfPage

SCALE = 200 / 72  # pixels per point: 200 dpi, for OCR
RULES_SCALE = 144 / 72  # if the text layer has the words, to find rules, boxes, and pictures
# 40 inches per side. Textract's page says "40 inches and 9000 points" (Developer Guide, "Set Quotas", 2026-11), and
# 9,000 points are 125 inches. It said 2,880 points before; this is the stricter reading (docs/decisions/0029).
MAX_POINTS = 2_880
SCANNED_SHARE = 0.5  # of the page; if images cover more, the text layer is probably from another OCR engine


class PdfReader:
    """Reads a PDF file."""

    def __init__(self, file: Path) -> None:
        self._pdf = _open(file)
        form_type = self._pdf.get_formtype()
        if form_type == raw.FORMTYPE_XFA_FULL:  # Textract does not say which error it gives for it
            raise UnsupportedDocumentError(f"{UnsupportedDocumentError.default}: {xfa_form.REASON}")
        self._is_form = form_type != raw.FORMTYPE_NONE
        if self._is_form:
            self._pdf.init_forms()

    def page_count(self) -> int:
        """The number of pages in the file."""
        return len(self._pdf)

    def look(self, number: int) -> Look:
        """Page `number`, from 1; raises BadDocumentError, and DocumentTooLargeError above 40 inches per side."""
        with self._open_page(number) as page:
            points = page.get_size()
            if max(points) > MAX_POINTS:
                raise DocumentTooLargeError(
                    f"{DocumentTooLargeError.default}: page {number} is {points[0]:.0f} × {points[1]:.0f} points; "
                    f"the limit is {MAX_POINTS:,} points (40 inches) per side"
                )
            has_more_than_text = self._is_form or _has_annotations(page) or _is_scanned(page)
            width, height = _pixels(points, RULES_SCALE)
            words = None if has_more_than_text else text_layer(page, width, height)
        if words is None:
            width, height = _pixels(points, SCALE)
        return Look(width, height, words)

    def draw(self, number: int, *, has_text: bool) -> PageImage:
        """The page's pixels, at a lower resolution if its words are known; raises BadDocumentError."""
        scale = RULES_SCALE if has_text else SCALE
        with self._open_page(number) as page, closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            return np.array(bitmap.to_numpy()[:, :, :3])

    @contextmanager
    def _open_page(self, number: int) -> "Iterator[PdfPage]":
        try:
            with closing(self._pdf[number - 1]) as page:
                yield page
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise BadDocumentError(f"Page {number} of the PDF file is damaged: {error}") from error


def _pixels(points: tuple[float, float], scale: float) -> tuple[int, int]:
    """The width and height in pixels of the image that PDFium makes of a page."""
    width, height = points
    return max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))


def _open(file: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if _loads(file):  # pypdfium2 cannot open a file without pages, and reports an old error for it
            raise BadDocumentError("The PDF file has no pages") from error
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise BadDocumentError("The PDF file is protected by a password: save it without one") from error
        raise BadDocumentError(f"The PDF file is damaged: {error}") from error


def _loads(file: Path) -> bool:
    """Whether PDFium itself can open the file."""
    document = raw.FPDF_LoadDocument(os.fsencode(file) + b"\0", None)
    if not document:
        return False
    raw.FPDF_CloseDocument(document)
    return True


def _has_annotations(page: "PdfPage") -> bool:
    """Whether the page has notes, stamps, or filled fields, which are drawn but not in the text layer."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if subtype not in {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}:
            return True
    return False


def _is_scanned(page: "PdfPage") -> bool:
    """Whether images cover more than half of the page."""
    width, height = page.get_size()
    covered = 0.0
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = image.get_bounds()
        covered += (right - left) * (top - bottom)
    return bool(covered > SCANNED_SHARE * width * height)
