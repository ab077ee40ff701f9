"""`document.html`: every page's picture and text, in one file that loads nothing.

The text over a picture is invisible, and can be searched, selected, and copied. Overlays (words, lines, tables, fields,
words to check) can be switched on and off. The text is shown next to the picture, with tables as tables.
"""

from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import IO

from document_rendering.embedded_files import embedded_files_note, not_read
from document_rendering.images import PageImage, Tell, with_pictures
from textract_pipeline.response.checkboxes import with_checkboxes
from textract_pipeline.response.page import Box, Cell, Field, Line, Page, Skew, Table
from textract_pipeline.response.reading_order import Region, regions

LOW_CONFIDENCE = 80.0
_A4 = 210, 297
_PIXELS = 1400  # on a picture's longest side
_OVERLAYS = (
    ("words", "Words", False),
    ("lines", "Lines", False),
    ("tables", "Tables", True),
    ("fields", "Fields", True),
    ("low", f"Below {LOW_CONFIDENCE:.0f} %", True),
)
# Nothing is loaded from anywhere, no matter what a document contains.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_HEADINGS = {"TITLE": "h2", "SECTION_HEADER": "h3"}


def write_viewer(title: str, original: Path, pages: Iterable[Page], file: IO[bytes], tell: Tell) -> None:
    """Write the file, with pictures of the original's pages; `tell` gets what is missing, for instance a picture.

    Raises UnreadableFileError.
    """
    note = embedded_files_note(original)
    if note:
        tell(note)
    for piece in document_html(title, with_pictures(original, pages, _PIXELS, tell), note or ""):
        file.write(piece.encode())


def document_html(title: str, pages: Iterable[tuple[Page, PageImage | None]], note: str = "") -> Iterator[str]:
    """The file in pieces, one page at a time, after a note if there is one; a page without a picture is white."""
    yield (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_part('viewer.css')}</style></head><body>\n{_toolbar(title)}\n<main>\n"
        f"{_note(note)}"
    )
    for page, image in pages:
        yield _sheet(page, image)
    yield f"</main><script>{_part('viewer.js')}</script></body></html>\n"


@cache
def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _toolbar(title: str) -> str:
    switches = "".join(
        f'<label><input type="checkbox" value="{name}"{" checked" if is_on else ""}> {label}</label>'
        for name, label, is_on in _OVERLAYS
    )
    return (
        f"<header><h1>{escape(title)}</h1>{switches}"
        '<input type="search" placeholder="Search" aria-label="Search" title="Enter: next, Shift+Enter: previous">'
        "<output></output></header>"
    )


def _sheet(page: Page, image: PageImage | None) -> str:
    found = regions(page)
    width, height = (image.width, image.height) if image else _A4
    boxes, words = "".join(_boxes(page)), "".join(_words(page, found))
    picture = f'<img alt="Page {page.number}" src="data:image/jpeg;base64,{_base64(image)}">' if image else ""
    return (
        f'<section class="sheet" id="page-{page.number}">'
        f'<div class="page" style="aspect-ratio:{width}/{height}">{picture}'
        f'<div class="boxes">{boxes}</div><div class="text">{words}</div></div>\n'
        f'<article><p class="number">Page {page.number}</p>{_note(_attached(image))}'
        f"{''.join(_article(page, found))}</article></section>\n"
    )


def _attached(image: PageImage | None) -> str:
    count = image.attached_files if image else 0
    return not_read("This page has", count, "attached") if count else ""


def _note(sentence: str) -> str:
    return f'<p class="note">{escape(sentence)}</p>' if sentence else ""


def _base64(image: PageImage) -> str:
    return b64encode(image.jpeg).decode()


def _boxes(page: Page) -> Iterator[str]:
    for table in page.tables:
        yield _outline("table", table.box, f"Table, {table.confidence:.0f} %")
    for field in page.fields:
        yield _outline("field", field.key_box, field.key)
        if field.value_box:
            yield _outline("field", field.value_box, field.value)
    for line in page.lines:
        yield _outline("line", line.box)
        for word in line.words:
            yield _outline("word low" if word.confidence < LOW_CONFIDENCE else "word", word.box)


def _outline(kind: str, box: Box, title: str = "") -> str:
    said = f' title="{escape(title)}"' if title else ""
    place = f"left:{_percent(box.left)};top:{_percent(box.top)};"
    return f'<i class="{kind}" style="{place}width:{_percent(box.width)};height:{_percent(box.height)}"{said}></i>'


def _words(page: Page, found: Iterable[Region]) -> Iterator[str]:
    """The words in reading order, each in its position and followed by a space, so that they are copied as words."""
    skew = None if page.angle else page.skew
    for region in found:
        for row in region.rows:
            for line in row:
                yield from _line_words(line) if line.angle or not skew else _askew_words(line, skew)


def _askew_words(line: Line, skew: Skew) -> Iterator[str]:
    """Words that fall to the right as their page does."""
    turn = f"{skew.degrees:.2f}deg"
    for word in line.words:
        (left, top), (width, height) = skew.upper_left(word.box), skew.level_size(word.box)
        place = f"left:{_percent(left)};top:{_percent(top)};font-size:{_number(height * 100)}cqh;"
        yield (
            f'<span data-w="{_number(width * 100)}" data-fall="{turn}" '
            f'style="{place}transform:rotate({turn})">{escape(word.text)} </span>'
        )


def _line_words(line: Line) -> Iterator[str]:
    turn = f"transform:rotate({line.angle}deg);" if line.angle else ""
    for word in line.words:
        box = word.box
        left, top = box.left, box.top
        if line.angle in {90, 180}:
            left = box.right
        if line.angle in {180, 270}:
            top = box.bottom
        size = (
            f"font-size:{_number(box.width * 100)}cqw;"
            if line.angle in {90, 270}
            else f"font-size:{_number(box.height * 100)}cqh;"
        )
        marked = ' data-turned="1"' if line.angle else ""
        place = f"left:{_percent(left)};top:{_percent(top)};"
        yield (
            f'<span data-w="{_number(box.width * 100)}"{marked} style="{place}{size}{turn}">{escape(word.text)} </span>'
        )


def _article(page: Page, found: Sequence[Region]) -> Iterator[str]:
    shown = set(_shown_words(found))
    in_tables = {id(mark) for table in page.tables for cell in table.cells for mark in cell.selections}
    for region in with_checkboxes(found, [mark for mark in page.selections if id(mark) not in in_tables]):
        if region.table:
            yield _table(region.table, shown)
            continue
        tag = _HEADINGS.get(region.kind, "p")
        text = "\n".join("  ".join(line.text for line in row) for row in region.rows)
        yield f"<{tag}>{'• ' if region.kind == 'LIST' else ''}{escape(text)}</{tag}>"
    if page.fields:
        yield f"<h3>Fields</h3><dl>{''.join(map(_field, _in_order(page, found)))}</dl>"
    for answer in page.answers_to_show:
        yield f"<h3>{escape(answer.question)}</h3><p>{escape(answer.text)}</p>"


def _in_order(page: Page, found: Iterable[Region]) -> list[Field]:
    """The fields from the top down; those of an askew page in the order in which its words are read."""
    if page.skew is None:
        return sorted(page.fields, key=lambda field: (round(field.key_box.top, 2), field.key_box.left))
    words = (word for region in found for row in region.rows for line in row for word in line.words)
    places = {id(word): place for place, word in enumerate(words)}
    last = len(places)
    return sorted(
        page.fields, key=lambda field: min((places.get(id(word), last) for word in field.words), default=last)
    )


def _field(field: Field) -> str:
    value = ("☑" if field.selections[0].is_selected else "☐") if field.is_checkbox else field.value
    return f"<dt>{escape(field.key)}</dt><dd>{escape(value)}</dd>"


def _shown_words(found: Iterable[Region]) -> Iterator[int]:
    """The identities of the words that the article shows, in cells or in lines."""
    for region in found:
        words = (
            region.table.words if region.table else (word for row in region.rows for line in row for word in line.words)
        )
        yield from map(id, words)


def _table(table: Table, shown: Collection[int]) -> str:
    """The table. Its title is usually a line of the page or a cell; only if it is not shown there, it has a caption."""
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row if cell)}</tr>" for row in _with_gaps(table))
    is_shown = bool(table.title_words) and all(id(word) in shown for word in table.title_words)
    caption = f"<caption>{escape(table.title)}</caption>" if table.title and not is_shown else ""
    return f'<div class="wide"><table>{caption}{rows}</table></div>'


def _with_gaps(table: Table) -> Iterator[list[Cell | None]]:
    """The rows of the table, with an empty cell wherever no cell starts or extends."""
    reached: set[tuple[int, int]] = set()
    for row_number, row in enumerate(table.rows(), start=1):
        cells: list[Cell | None] = []
        for column, cell in enumerate(row, start=1):
            if cell:
                spans = range(row_number, row_number + cell.row_span), range(column, column + cell.column_span)
                reached |= {(down, right) for down in spans[0] for right in spans[1]}
                cells.append(cell)
            elif (row_number, column) not in reached:
                cells.append(Cell(row_number, column, 1, 1, "", 100.0, Box(0, 0, 0, 0)))
        yield cells


def _cell(cell: Cell) -> str:
    tag = "th" if cell.is_column_header or cell.is_row_header else "td"
    spans = (f' rowspan="{cell.row_span}"' if cell.row_span > 1 else "") + (
        f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    )
    return f"<{tag}{spans}>{escape(cell.text)}</{tag}>"


def _percent(share: float) -> str:
    return _number(share * 100) + "%"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
