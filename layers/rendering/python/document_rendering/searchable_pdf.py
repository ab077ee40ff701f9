"""`searchable.pdf`: the original with an invisible layer of its text in reading order.

A PDF keeps its pages and gets a text layer on each; for images and TIFF files, each page is its picture. Each word
fills its box, even if its page or line is rotated. Text that a page already contains, as in a PDF made by a program, is
not added again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject

from document_rendering.active_content import remove_active_content
from document_rendering.confined import A_PAGE, Confined
from document_rendering.images import PageImage
from document_rendering.invisible_font import WIDTH, InvisibleFont, dictionary, stream
from document_rendering.worker import Seconds
from textract_pipeline.response.page import Line, Page, Word
from textract_pipeline.response.reading_order import regions

_POINTS_AN_INCH = 72
_A4 = [595.0, 842.0]  # points
_BYTES_A_SECOND = 1_000_000  # that pypdf copies, at least

Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Surface:
    """A page's upper left corner in PDF coordinates, and the vectors along its full width and height."""

    corner: Vector
    right: Vector
    down: Vector

    def at(self, x: float, y: float) -> Vector:
        """The point at these fractions of the page."""
        return (
            self.corner[0] + x * self.right[0] + y * self.down[0],
            self.corner[1] + x * self.right[1] + y * self.down[1],
        )


def write_searchable_pdf(original: Path, pages: Iterable[Page], target: Path) -> None:
    """Write the PDF with a text layer on the given pages, and without active content.

    Raises OverLimitError, and what pypdf raises for a damaged file.
    """
    whole = _whole_file(original)
    with Confined(partial(_Overlay, original), whole) as overlay:
        for page in pages:
            overlay.ask(A_PAGE, _Overlay.lay_over, page)
        overlay.ask(whole, _Overlay.write, target)


class _Overlay:
    """A PDF that gets its text layer, in a worker."""

    def __init__(self, original: Path) -> None:
        self._file = original.open("rb")  # given a name, pypdf would read the whole file into memory
        reader = PdfReader(self._file)
        remove_active_content(reader)
        self._writer = PdfWriter(clone_from=reader)
        self._font = InvisibleFont(self._writer)

    def lay_over(self, page: Page) -> None:
        if page.number <= len(self._writer.pages):
            _lay_over(self._writer, self._writer.pages[page.number - 1], page, self._font)

    def write(self, target: Path) -> None:
        self._font.finish()
        with target.open("wb") as file:
            self._writer.write(file)


def _whole_file(original: Path) -> Seconds:
    """How long reading or writing the whole file may take."""
    more = original.stat().st_size / _BYTES_A_SECOND
    return Seconds(A_PAGE.working + more, A_PAGE.waiting + more)


def write_searchable_images(
    pages: Iterable[tuple[Page, PageImage | None]], file: IO[bytes], dots_an_inch: int = 150
) -> None:
    """Write a PDF whose pages are pictures with a text layer; a page without a picture is a white A4 sheet."""
    writer = PdfWriter()
    font = InvisibleFont(writer)
    for page, image in pages:
        points = [pixels * _POINTS_AN_INCH / dots_an_inch for pixels in (image.width, image.height)] if image else _A4
        sheet = writer.add_blank_page(*points)
        if image:
            _draw(writer, sheet, image)
        _lay_over(writer, sheet, page, font)
    font.finish()
    writer.write(file)


def _lay_over(writer: PdfWriter, sheet: PageObject, page: Page, font: InvisibleFont) -> None:
    """Add the page's text on top of the sheet's content, in the sheet's initial graphics state."""
    resources = _resources(sheet)
    fonts = resources["/Font"].get_object() if "/Font" in resources else None
    contents = sheet.get("/Contents")
    found = contents.get_object() if contents is not None else ArrayObject()
    drawn = list(found) if isinstance(found, ArrayObject) else [contents]
    own = Counter(sheet.extract_text().split())
    layer = "Q\nBT 3 Tr\n" + "".join(_text(page, _surface(sheet), font, own)) + "ET"
    added: dict[PdfObject, PdfObject] = {NameObject(name): reference for name, reference in font.fonts.items()}
    resources[NameObject("/Font")] = DictionaryObject(_entries(fonts) | added)
    before, after = (writer._add_object(stream(part)) for part in ("q", layer))
    sheet[NameObject("/Contents")] = ArrayObject([before, *drawn, after])


def _resources(sheet: DictionaryObject) -> DictionaryObject:
    """The sheet's resources, copied first: other pages or the page tree may share them."""
    holder: PdfObject | None = sheet
    passed: set[int] = set()  # a hostile page tree may be circular
    while isinstance(holder, DictionaryObject) and "/Resources" not in holder and id(holder) not in passed:
        passed.add(id(holder))
        holder = holder["/Parent"].get_object() if "/Parent" in holder else None
    found = holder.get("/Resources") if isinstance(holder, DictionaryObject) else None
    own = DictionaryObject(_entries(found.get_object() if found is not None else None))
    sheet[NameObject("/Resources")] = own
    return own


def _entries(found: PdfObject | None) -> dict[PdfObject, PdfObject]:
    return {name: found.raw_get(name) for name in found} if isinstance(found, DictionaryObject) else {}


def _surface(sheet: PageObject) -> _Surface:
    box = sheet.cropbox
    left, bottom, right, top = map(float, (box.left, box.bottom, box.right, box.top))
    width, height = right - left, top - bottom
    match _rotation(sheet):
        case 90:
            return _Surface((left, bottom), (0, height), (width, 0))
        case 180:
            return _Surface((right, bottom), (-width, 0), (0, height))
        case 270:
            return _Surface((right, top), (0, -height), (-width, 0))
    return _Surface((left, top), (width, 0), (0, -height))


def _rotation(sheet: PageObject) -> int:
    """The sheet's rotation in degrees, 0–359; 0 if the entry is not a number, as in PDF readers."""
    turned = sheet.get("/Rotate", 0)
    return int(turned) % 360 if isinstance(turned, int | float) else 0


def _text(page: Page, surface: _Surface, font: InvisibleFont, own: Counter[str]) -> Iterator[str]:
    """The operators that write the page's words; skips a word as often as the sheet already has it."""
    for region in regions(page):
        for row in region.rows:
            placed = [(word, line) for line in row for word in line.words]
            for number, (word, line) in enumerate(placed, start=1):
                parts = Counter(word.text.split())
                if parts <= own:
                    own -= parts
                else:
                    said = word.text if number == len(placed) else word.text + " "
                    yield f"{_matrix(word, line, surface)} Tm {font.shown(said)}\n"


def _matrix(word: Word, line: Line, surface: _Surface) -> str:
    """The text matrix that makes a word fill its box: the font height along and across the line, and the origin."""
    box = word.box
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    turns = line.angle // 90
    top, _, end, begin = (surface.at(*corner) for corner in corners[turns:] + corners[:turns])
    length = max(len(word.text), 1) * WIDTH
    along = (end[0] - begin[0]) / length, (end[1] - begin[1]) / length
    across = top[0] - begin[0], top[1] - begin[1]
    return " ".join(f"{value:.4f}" for value in (*along, *across, *begin))


def _draw(writer: PdfWriter, sheet: PageObject, image: PageImage) -> None:
    """Fill the sheet with the picture."""
    picture = writer._add_object(_picture(image))
    _resources(sheet)[NameObject("/XObject")] = DictionaryObject({NameObject("/Picture"): picture})
    drawing = f"q {sheet.mediabox.width:.3f} 0 0 {sheet.mediabox.height:.3f} 0 0 cm /Picture Do Q"
    sheet[NameObject("/Contents")] = writer._add_object(stream(drawing))


def _picture(image: PageImage) -> StreamObject:
    picture = StreamObject()
    picture.set_data(image.jpeg)
    picture.update(
        dictionary(
            Type="/XObject",
            Subtype="/Image",
            Width=image.width,
            Height=image.height,
            ColorSpace="/DeviceGray" if image.is_gray else "/DeviceRGB",
            BitsPerComponent=8,
            Filter="/DCTDecode",
        )
    )
    return picture
