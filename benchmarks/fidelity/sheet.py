"""A page to draw on, which records what was drawn where."""

import io
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.pdfgen.canvas import Canvas

from benchmarks.fidelity.content import PageContent, Selection, Table, Text
from local.textract.recognition.page.geometry import Box

WIDTH, HEIGHT = letter  # points
CAPITALS = 0.72  # of a font's size: the height of capitals
DESCENDERS = frozenset("gjpqy,;()[]$Q/")


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; sizes are in points, ink is from 0 (black) to 1 (white)."""

    font: str = "Helvetica"
    size: float = 10
    ink: float = 0

    def bold(self) -> "Style":
        """The same style in bold."""
        return replace(self, font={"Times-Roman": "Times-Bold"}.get(self.font, f"{self.font}-Bold"))

    def width(self, text: str) -> float:
        """The text's width in points."""
        return float(stringWidth(text, self.font, self.size))


@dataclass(slots=True)
class Sheet:
    """A US Letter page, with coordinates in points from its top left corner."""

    content: PageContent = field(default_factory=PageContent)
    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    canvas: Canvas = field(init=False)

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.buffer, pagesize=letter, invariant=True)

    def text(self, left: float, baseline: float, text: str, style: Style, align: str = "left") -> Box:
        """Draw one line; `left` is its right end or middle if it is so aligned. Returns its box, in points."""
        left -= {"left": 0.0, "right": 1.0, "center": 0.5}[align] * style.width(text)
        self.canvas.setFont(style.font, style.size)
        self.canvas.setFillGray(style.ink)
        self.canvas.drawString(left, HEIGHT - baseline, text)
        right = left
        for number, word in enumerate(text.split(" ")):
            start = right + (style.width(" ") if number else 0)
            right = start + style.width(word)
            self.content.words.append(Text(word, _share(_ink_box(word, start, baseline, right, style))))
        box = _ink_box(text, left, baseline, right, style)
        self.content.lines.append(Text(text, _share(box)))
        return box

    def rule(self, left: float, top: float, right: float, bottom: float, ink: float = 0.2, width: float = 0.7) -> None:
        """Draw a straight rule."""
        self.canvas.setStrokeGray(ink)
        self.canvas.setLineWidth(width)
        self.canvas.line(left, HEIGHT - top, right, HEIGHT - bottom)

    def fill(self, box: Box, ink: float) -> None:
        """Draw a shaded area."""
        self.canvas.setFillGray(ink)
        self.canvas.rect(box.left, HEIGHT - box.bottom, box.width, box.height, stroke=0, fill=1)

    def checkbox(self, box: Box, mark: str | None, width: float, *, is_round: bool = False) -> str:
        """Draw a checkbox or radio button with its mark: a cross, a protruding tick, or a fill. Returns its state."""
        self.canvas.setStrokeGray(0.1)
        self.canvas.setLineWidth(width)
        x, y, size = box.left, HEIGHT - box.bottom, box.width
        if is_round:
            self.canvas.circle(x + size / 2, y + size / 2, size / 2)
        else:
            self.canvas.rect(x, y, size, size)
        self.canvas.setFillGray(0)
        if mark and is_round:
            self.canvas.circle(x + size / 2, y + size / 2, size / 4, fill=1)
        elif mark == "cross":
            self.canvas.line(x + size * 0.15, y + size * 0.15, x + size * 0.85, y + size * 0.85)
            self.canvas.line(x + size * 0.15, y + size * 0.85, x + size * 0.85, y + size * 0.15)
        elif mark == "tick":
            self.canvas.line(x + size * 0.2, y + size * 0.5, x + size * 0.45, y + size * 0.15)
            self.canvas.line(x + size * 0.45, y + size * 0.15, x + size * 1.1, y + size * 1.15)
        elif mark == "fill":
            self.canvas.rect(x + size * 0.2, y + size * 0.2, size * 0.6, size * 0.6, stroke=0, fill=1)
        status = "SELECTED" if mark else "NOT_SELECTED"
        self.content.selections.append(Selection(_share(box), status))
        return status

    def table(self, row_edges: list[float], column_edges: list[float], texts: list[list[str]]) -> None:
        """Record that a table with these cells was drawn here."""
        cells = {
            (row + 1, column + 1): Text(text, _share(Box(left, top, right, bottom)))
            for row, (top, bottom) in enumerate(pairwise(row_edges))
            for column, (left, right) in enumerate(pairwise(column_edges))
            if (text := texts[row][column])
        }
        whole = Box(column_edges[0], row_edges[0], column_edges[-1], row_edges[-1])
        self.content.tables.append(Table(_share(whole), cells))

    def image(self, dpi: int, noise: float, blur: float, rng: np.random.Generator) -> bytes:
        """The page as if scanned: a JPEG file, blurred (pixels), with noisy gray levels (0–255)."""
        self.canvas.save()
        with pypdfium2.PdfDocument(self.buffer.getvalue()) as pdf:
            page = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil()
        levels = np.asarray(page.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64)
        scanned = np.clip(levels + rng.normal(0, noise, levels.shape), 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(scanned).save(file, "JPEG", quality=70)
        return file.getvalue()


def _ink_box(text: str, left: float, baseline: float, right: float, style: Style) -> Box:
    """The approximate box of a text's ink: from its capitals' height to its descenders, if any."""
    _, descent = getAscentDescent(style.font, style.size)
    bottom = baseline - descent if DESCENDERS & set(text) else baseline
    return Box(left, baseline - CAPITALS * style.size, right, bottom)


def _share(box: Box) -> Box:
    return Box(box.left / WIDTH, box.top / HEIGHT, box.right / WIDTH, box.bottom / HEIGHT)
