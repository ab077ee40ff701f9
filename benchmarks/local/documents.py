"""The benchmark's documents: pages of prose with a known number of words, all different, as images and PDF."""

import io
import random
from collections.abc import Iterator, Sequence
from textwrap import wrap

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

MARGIN, LEADING, SIZE = 60, 17, 11  # points
LINE_LETTERS = 78
SCALE = 150 / 72  # pixels per point: 150 dpi
JPEG_QUALITY = 85
VOCABULARY = (
    "account address agreement amount annual applies balance before branch building certain charge claim clause "
    "client company consent contract copy costs county court customer damage days deposit discount document due "
    "employer entry event evidence examination fee file first form general given house income insurance interest "
    "invoice issue item keep land lease letter liable list loan local meeting member month mortgage name notice "
    "number office order other owner page paid part party payment period person place plan policy premises price "
    "property public rate reason receipt record repair report request return right schedule seller service share"
)


def page_text(words: int, seed: int) -> str:
    """Text of `words` words; the same seed gives the same words."""
    chance = random.Random(seed)
    return f"Letter {seed:04d}: " + " ".join(chance.choices(VOCABULARY.split(), k=words - 2))


def pdf(texts: Sequence[str]) -> bytes:
    """A born-digital PDF file with one page per text."""
    file = io.BytesIO()
    canvas = Canvas(file, A4, invariant=True)
    for text in texts:
        lines = canvas.beginText(MARGIN, A4[1] - MARGIN)
        lines.setFont("Helvetica", SIZE, LEADING)
        lines.textLines(wrap(text, LINE_LETTERS))
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def jpeg(text: str) -> bytes:
    """The page as if scanned."""
    (image,) = _images([text])
    return _encoded([image], "JPEG", quality=JPEG_QUALITY)


def tiff(texts: Sequence[str]) -> bytes:
    """One file with one page per text."""
    return _encoded(list(_images(texts)), "TIFF", compression="tiff_lzw")


def _images(texts: Sequence[str]) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf(texts))
    for page in document:
        yield page.render(scale=SCALE).to_pil()
        page.close()
    document.close()


def _encoded(images: Sequence[Image.Image], image_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    extra = {"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}
    images[0].save(file, image_format, **options, **extra)
    return file.getvalue()
