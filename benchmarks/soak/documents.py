"""The soak test's documents: four images (sync) for each two-page PDF (async); all different."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

_EVERY = 5  # one of these is a PDF
_SIDE = 64  # pixels of an image
_PAGE = (200, 100)  # points
_COLORS = 256


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document and its key."""

    key: str
    body: bytes


def documents(count: int) -> Iterator[NewDocument]:
    """`count` documents; the same count gives the same documents."""
    for number in range(count):
        if number % _EVERY:
            yield NewDocument(f"soak/{number:06d}.png", _png(number))
        else:
            yield NewDocument(f"soak/{number:06d}.pdf", _pdf(number))


def _png(number: int) -> bytes:
    file = io.BytesIO()
    color = (number // _COLORS**2 % _COLORS, number // _COLORS % _COLORS, number % _COLORS)
    Image.new("RGB", (_SIDE, _SIDE), color).save(file, "PNG")
    return file.getvalue()


def _pdf(number: int) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, _PAGE, invariant=True)
    for page in (1, 2):
        canvas.drawString(20, 50, f"Document {number}, page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()
