"""`searchable.pdf`: the original with an invisible layer of its text in reading order.

A PDF keeps its pages and gets a text layer on each; for images and TIFF files, each page is its picture. `text_layer`
says where words are laid. Text that a page already has in the same place, as in a PDF made by a program, is not added
again.
"""

from codecs import BOM_UTF16_BE
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, RectangleObject, StreamObject

from document_rendering.active_content import remove_active_content
from document_rendering.confined import A_PAGE, Confined
from document_rendering.images import PageImage
from document_rendering.invisible_font import InvisibleFont, dictionary, stream
from document_rendering.own_text import OwnText, OwnWords
from document_rendering.text_layer import LaidRow, Surface, text_layer
from document_rendering.worker import Seconds
from textract_pipeline.response.page import Page

_POINTS_AN_INCH = 72
_A4 = [595.0, 842.0]  # points
_BYTES_A_SECOND = 1_000_000  # that pypdf copies, at least


def write_searchable_pdf(original: Path, pages: Iterable[Page], target: Path) -> None:
    """Write the PDF with a text layer on the given pages, and without active content.

    Raises OverLimitError, and what pypdf raises for a damaged file.
    """
    whole = _whole_file(original)
    with Confined(partial(_Overlay, original), whole) as overlay, OwnText(original) as own_text:
        for page in pages:
            overlay.ask(A_PAGE, _Overlay.lay_over, page, own_text.of(page.number))
        overlay.ask(whole, _Overlay.write, target)


class _Overlay:
    """A PDF that gets its text layer, in a worker."""

    def __init__(self, original: Path) -> None:
        self._file = original.open("rb")  # given a name, pypdf would read the whole file into memory
        reader = PdfReader(self._file)
        remove_active_content(reader)
        self._writer = PdfWriter(clone_from=reader)
        self._font = InvisibleFont(self._writer)

    def lay_over(self, page: Page, own: OwnWords) -> None:
        if page.number <= len(self._writer.pages):
            _lay_over(self._writer, self._writer.pages[page.number - 1], page, self._font, own)

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
        _lay_over(writer, sheet, page, font, OwnWords())
    font.finish()
    writer.write(file)


def _lay_over(writer: PdfWriter, sheet: PageObject, page: Page, font: InvisibleFont, own: OwnWords) -> None:
    """Add the page's text on top of the sheet's content, in the sheet's initial graphics state."""
    resources = _resources(sheet)
    contents = sheet.get("/Contents")
    found = contents.get_object() if contents is not None else ArrayObject()
    drawn = list(found) if isinstance(found, ArrayObject) else [contents]
    told = _ToldRows(writer, font, sheet.mediabox)
    rows = [told.row(row) if row.text else row.operators for row in text_layer(page, _surface(sheet), font, own.have)]
    layer = "Q\n3 Tr\n" + "".join(rows)
    for kind, added in (("/Font", font.fonts), ("/XObject", told.forms)):
        if added:
            present = _entries(resources[kind].get_object() if kind in resources else None)
            named: dict[PdfObject, PdfObject] = {NameObject(name): reference for name, reference in added.items()}
            resources[NameObject(kind)] = DictionaryObject(present | named)
    before, after = (writer._add_object(stream(part)) for part in ("q", layer))
    sheet[NameObject("/Contents")] = ArrayObject([before, *drawn, after])


class _ToldRows:
    """Rows that come with their text as a whole, for readers that would not find their words in one row (poppler).

    The words are in a form. PDFium does not look at the marks around it, and so knows the place of each word.
    """

    def __init__(self, writer: PdfWriter, font: InvisibleFont, box: RectangleObject) -> None:
        self.forms: dict[str, PdfObject] = {}  # by the name that the page uses
        self._writer = writer
        self._font = font
        self._box = box

    def row(self, row: LaidRow) -> str:
        """The operators that show the row."""
        form = stream("3 Tr\n" + row.operators)
        form.update(dictionary(Type="/XObject", Subtype="/Form"))
        fonts = DictionaryObject({NameObject(name): reference for name, reference in self._font.fonts.items()})
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        form[NameObject("/BBox")] = self._box
        name = f"/TextLayerRow{len(self.forms)}"
        self.forms[name] = self._writer._add_object(form)
        text = (BOM_UTF16_BE + row.text.encode("utf-16-be")).hex()
        start = (
            f"BT {next(iter(self._font.fonts))} 1 Tf {row.matrix} Tm ET"  # where poppler looks for the text's height
        )
        return f"{start} /Span <</ActualText <{text}>>> BDC {name} Do EMC\n"


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


def _surface(sheet: PageObject) -> Surface:
    box = sheet.cropbox
    left, bottom, right, top = map(float, (box.left, box.bottom, box.right, box.top))
    width, height = right - left, top - bottom
    match _rotation(sheet):
        case 90:
            return Surface(complex(left, bottom), complex(0, height), complex(width, 0))
        case 180:
            return Surface(complex(right, bottom), complex(-width, 0), complex(0, height))
        case 270:
            return Surface(complex(right, top), complex(0, -height), complex(-width, 0))
    return Surface(complex(left, top), complex(width, 0), complex(0, -height))


def _rotation(sheet: PageObject) -> int:
    """The sheet's rotation in degrees, 0–359; 0 if the entry is not a number, as in PDF readers."""
    turned = sheet.get("/Rotate", 0)
    return int(turned) % 360 if isinstance(turned, int | float) else 0


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
