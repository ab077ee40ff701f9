"""Draw the sample documents that contents.toml describes, and write down what they contain.

`python generate.py [FOLDER]` typesets each document with reportlab, renders it with pdfium if it is an image, and
derives `expected.json` from the same parts that were drawn. The same program gives the same bytes: fixed seeds, no
dates, and pdfium's built-in fonts instead of the machine's.
"""

import io
import json
import sys
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from time import gmtime
from typing import Final, TypedDict

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageFilter
from pydantic import TypeAdapter
from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
from reportlab.platypus.flowables import BalancedColumns

HERE: Final = Path(__file__).resolve().parent
MARGIN: Final = 56.0  # lengths are in points, 72 per inch
GUTTER: Final = 26.0
FRAME_PADDING: Final = 6.0  # which SimpleDocTemplate adds inside its margins
TEXT_WIDTH: Final = A4[0] - 2 * MARGIN
RULE: Final = HexColor("#6f6f6f")
EPOCH: Final = gmtime(0)
NO_SYSTEM_FONTS: Final = pdfium.FPDF_SYSFONTINFO(version=1)  # pdfium keeps a pointer to it


@dataclass(frozen=True, slots=True)
class Masthead:
    """The document's name and a line below it, across the page."""

    title: str
    strapline: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs separated by empty lines; one that starts with `# ` is a heading."""

    text: str
    columns: int = 1

    def paragraphs(self) -> list[str]:
        """The paragraphs, each as one line."""
        return [" ".join(paragraph.split()) for paragraph in self.text.strip().split("\n\n")]


@dataclass(frozen=True, slots=True)
class Fields:
    """`Key: value`, each on a ruled line, or together in a box."""

    fields: dict[str, str]
    per_row: int = 1
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Checkboxes after a label: what each means, and whether it is checked."""

    label: str
    options: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table with a line around every cell, its header first; widths are fractions of the page's."""

    widths: list[float]
    rows: list[list[str]]


class Truth(TypedDict):
    """What a page contains, by construction."""

    phrases: list[str]
    fields: dict[str, str]
    choices: dict[str, bool]
    tables: list[list[list[str]]]


Part = Masthead | Prose | Fields | Choices | Ruled


@dataclass(frozen=True, slots=True)
class Page:
    """A page, part by part."""

    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Document:
    """A document and its appearance."""

    name: str
    pages: list[Page]
    accent: str
    serif: bool = False
    scanned: bool = False
    size: float = 11  # of the text, in points

    @property
    def regular(self) -> str:
        """The text's font, one of the standard fourteen."""
        return "Times-Roman" if self.serif else "Helvetica"

    @property
    def bold(self) -> str:
        """The font of headings and keys."""
        return "Times-Bold" if self.serif else "Helvetica-Bold"

    def style(self, font: str | None = None, scale: float = 1, **settings: object) -> ParagraphStyle:
        """A paragraph style in proportion to the text's size."""
        size = self.size * scale
        return ParagraphStyle("", fontName=font or self.regular, fontSize=size, leading=size * 1.42, **settings)


def typeset(document: Document) -> bytes:
    """The document as a PDF with a text layer."""
    story: list[Flowable] = []
    for page in document.pages:
        for part in page.parts:
            story += drawn(part, document)
        story.append(PageBreak())
    file = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN - FRAME_PADDING)
    template = SimpleDocTemplate(file, pagesize=A4, title=Path(document.name).stem, invariant=1, **margins)
    template.build(story, onFirstPage=_number, onLaterPages=_number)
    return file.getvalue()


def _number(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(A4[0] / 2, MARGIN / 2, f"Page {template.page}")


def drawn(part: Part, document: Document) -> list[Flowable]:
    """What reportlab typesets for a part."""
    match part:
        case Masthead():
            return _masthead(part, document)
        case Prose():
            paragraphs = [_paragraph(text, document) for text in part.paragraphs()]
            if part.columns == 1:
                return paragraphs
            return [BalancedColumns(paragraphs, part.columns, innerPadding=GUTTER, leftPadding=0, rightPadding=0)]
        case Fields():
            return [_fields(part, document)]
        case Choices():
            return [_choices(part, document), Spacer(1, 4)]
        case Ruled():
            return [Spacer(1, 4), _ruled(part, document), Spacer(1, 12)]


def _masthead(part: Masthead, document: Document) -> list[Flowable]:
    return [
        Paragraph(escape(part.title), document.style(document.bold, 2.3, textColor=document.accent)),
        Paragraph(escape(part.strapline), document.style(scale=1.15, spaceBefore=2, spaceAfter=8)),
        HRFlowable(width="100%", thickness=2, color=document.accent, spaceAfter=12),
    ]


def _paragraph(text: str, document: Document) -> Paragraph:
    heading = text.removeprefix("# ")
    if heading == text:
        return Paragraph(escape(text), document.style(spaceAfter=7))
    style = document.style(document.bold, 1.2, textColor=document.accent, spaceBefore=9, spaceAfter=4, keepWithNext=1)
    return Paragraph(escape(heading), style)


def _fields(part: Fields, document: Document) -> Table:
    entries = [f'<font name="{document.bold}">{escape(key)}:</font> {escape(part.fields[key])}' for key in part.fields]
    cells = [Paragraph(entry, document.style()) for entry in entries]
    rows = [cells[start : start + part.per_row] for start in range(0, len(cells), part.per_row)]
    if part.boxed:
        return Table(rows, style=[("BOX", (0, 0), (-1, -1), 1, RULE)])
    spaced = [[first, *(cell for other in others for cell in ("", other))] for first, *others in rows]
    width = (TEXT_WIDTH - GUTTER * (part.per_row - 1)) / part.per_row
    lines = [("LINEBELOW", (column, 0), (column, -1), 0.7, RULE) for column in range(0, 2 * part.per_row, 2)]
    style = [*lines, ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 8)]
    return Table(spaced, colWidths=[width, *[GUTTER, width] * (part.per_row - 1)], style=style)


def _choices(part: Choices, document: Document) -> Table:
    cells: list[Flowable] = [Paragraph(escape(part.label), document.style(document.bold))]
    for option, ticked in part.options.items():
        cells += [_checkbox(ticked=ticked), Paragraph(escape(option), document.style())]
    widths = [0.2 * TEXT_WIDTH, *[20, 0.26 * TEXT_WIDTH - 20] * len(part.options)]
    paddings = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 6)]
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *paddings]
    return Table([cells], colWidths=widths, hAlign="LEFT", style=style)


def _checkbox(*, ticked: bool) -> Drawing:
    cross = [Line(2.5, 2.5, 9.5, 9.5, strokeWidth=1.6), Line(2.5, 9.5, 9.5, 2.5, strokeWidth=1.6)]
    return Drawing(12, 12, Rect(0, 0, 12, 12, fillColor=None, strokeWidth=1), *(cross if ticked else []))


def _ruled(part: Ruled, document: Document) -> Table:
    header, first, *_ = part.rows
    alignments = [TA_RIGHT if text.replace(".", "").isdigit() else TA_LEFT for text in first]
    cells = [
        [
            Paragraph(escape(text), document.style(document.bold if row is header else None, alignment=alignment))
            for text, alignment in zip(row, alignments, strict=True)
        ]
        for row in part.rows
    ]
    style = [("GRID", (0, 0), (-1, -1), 0.9, RULE), ("LINEBELOW", (0, 0), (-1, 0), 1.6, HexColor(document.accent))]
    return Table(cells, colWidths=[TEXT_WIDTH * width for width in part.widths], style=style)


def rendered(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages of a PDF as RGB images."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def scanned(page: Image.Image, seed: int) -> Image.Image:
    """The page as if from an office scanner: slightly skewed, soft, unevenly lit, and noisy."""
    askew = page.convert("L").rotate((0.8, -0.6)[seed % 2], Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(askew.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64)
    light = np.linspace(0.98, 0.84, soft.shape[1]) * np.linspace(1, 0.92, soft.shape[0])[:, np.newaxis]
    noise = np.random.default_rng(seed).normal(0, 5, soft.shape)
    ink = 30 + soft * (225 / 255)
    return Image.fromarray(np.clip(ink * light + noise, 0, 255).astype(np.uint8))


def save(document: Document, file: Path) -> None:
    """Save the document in the format of its name."""
    pdf = typeset(document)
    match file.suffix:
        case ".png":
            rendered(pdf, 150)[0].quantize(64).save(file, optimize=True, dpi=(150, 150))
        case ".jpg":
            rendered(pdf, 150)[0].save(file, quality=85, dpi=(150, 150))
        case ".tiff":
            first, *others = [page.convert("1", dither=Image.Dither.NONE) for page in rendered(pdf, 200)]
            first.save(file, save_all=True, append_images=others, compression="group4", dpi=(200, 200))
        case _ if document.scanned:
            first, *others = [scanned(page, seed) for seed, page in enumerate(rendered(pdf, 150))]
            dates = {"creationDate": EPOCH, "modDate": EPOCH}
            first.save(file, "PDF", save_all=True, append_images=others, quality=50, resolution=150, **dates)
        case _:
            file.write_bytes(pdf)


def truth(page: Page) -> Truth:
    """What must be read from a page; phrases in reading order, each short enough for one line."""
    found = Truth(phrases=[], fields={}, choices={}, tables=[])
    for part in page.parts:
        match part:
            case Masthead():
                found["phrases"] += [part.title, part.strapline]
            case Prose():
                openings = (paragraph.removeprefix("# ").split()[:4] for paragraph in part.paragraphs())
                found["phrases"] += [" ".join(words) for words in openings]
            case Fields():
                found["fields"] |= part.fields
            case Choices():
                found["choices"] |= part.options
            case Ruled():
                found["tables"].append(part.rows)
    return found


def main(folder: Path) -> None:
    """Draw every document into the folder, and write expected.json next to them."""
    pdfium.FPDF_SetSystemFontInfo(NO_SYSTEM_FONTS)
    contents = tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))
    documents = TypeAdapter(list[Document]).validate_python(contents["documents"])
    for document in documents:
        save(document, folder / document.name)
    expected = {document.name: [truth(page) for page in document.pages] for document in documents}
    text = json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
