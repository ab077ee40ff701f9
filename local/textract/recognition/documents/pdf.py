"""PDF: a page's text layer if that is what a reader sees, else the page rendered at 200 dpi.

Only one thread at a time may use PDFium, even for different documents, so every call into it holds one lock, and
nothing of it is left for the garbage collector to close.
"""

import math
import threading
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pypdfium2
from pypdfium2 import raw

from local.textract.exceptions import BadDocumentError, DocumentTooLargeError
from local.textract.recognition.documents.text_layer import text_layer
from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfPage

SCALE = 200 / 72  # pixels per point: 200 dpi, for OCR
RULES_SCALE = 144 / 72  # if the text layer has the words, to find rules, boxes, and pictures
MAX_POINTS = 2_880  # 40 inches per side, as in Textract
SCANNED_SHARE = 0.5  # of the page; if images cover more, the text layer is probably from another OCR engine

_pdfium = threading.RLock()


class PdfDocument:
    """An open PDF file. Not thread-safe, but different threads may open different documents."""

    format: Literal["PDF"] = "PDF"

    def __init__(self, data: bytes, digest: str) -> None:
        self.digest = digest
        with _pdfium:
            self._pdf = _open(data)
            self._is_form = self._pdf.get_formtype() != raw.FORMTYPE_NONE
            if self._is_form:
                self._pdf.init_forms()
            self.page_count: int = len(self._pdf)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the file's memory."""
        with _pdfium:
            self._pdf.close()

    def page(self, number: int) -> Page:
        """Page `number`, from 1; raises BadDocumentError, and DocumentTooLargeError beyond 40 inches per side."""
        with self._open_page(number) as page:
            points = page.get_size()
            if max(points) > MAX_POINTS:
                raise DocumentTooLargeError(
                    f"{DocumentTooLargeError.default}: page {number} is {points[0]:.0f} × {points[1]:.0f} points; "
                    f"the most is {MAX_POINTS:,} points (40 inches) a side"
                )
            has_more_than_text = self._is_form or _has_annotations(page) or _is_scanned(page)
            width, height = _pixels(points, RULES_SCALE)
            words = None if has_more_than_text else text_layer(page, width, height)
        if words is None:
            width, height = _pixels(points, SCALE)
        return Page(width, height, partial(self._render, number, SCALE if words is None else RULES_SCALE), words)

    def _render(self, number: int, scale: float) -> PageImage:
        with self._open_page(number) as page, closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            return np.array(bitmap.to_numpy()[:, :, :3])

    @contextmanager
    def _open_page(self, number: int) -> "Iterator[PdfPage]":
        with _pdfium:
            try:
                with closing(self._pdf[number - 1]) as page:
                    yield page
            except (pypdfium2.PdfiumError, ValueError) as error:
                raise BadDocumentError(f"Page {number} of the PDF file is damaged: {error}") from error


def _pixels(points: tuple[float, float], scale: float) -> tuple[int, int]:
    """The width and height in pixels of PDFium's image of a page."""
    width, height = points
    return max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if _loads(data):  # pypdfium2 rejects files without pages, with an earlier file's error
            raise BadDocumentError("The PDF file has no pages") from error
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise BadDocumentError("The PDF file is protected by a password: save it without one") from error
        raise BadDocumentError(f"The PDF file is damaged: {error}") from error


def _loads(data: bytes) -> bool:
    """Whether PDFium itself can load the file."""
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
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
