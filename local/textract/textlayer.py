"""The text that a PDF page holds itself: exact, and a thousand times faster than reading its picture."""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from local.textract.page import Box, Line, Word

_CONFIDENCE = 99.9
_MIN_CHARACTERS = 10  # fewer are a stamp or a page number on a scan
_MIN_READABLE = 0.9  # of the characters; a font without a mapping to Unicode gives garbage
_SAME_LINE = 0.5  # of the word's height
_LINE_GAP = 1.5  # of the line's height: a wider gap starts a new line, as between columns


def text_layer(page: pdfium.PdfPage, width: int, height: int) -> tuple[Line, ...] | None:
    """The page's lines on its image of this size in pixels; None where it has no text worth the name."""
    text_page = page.get_textpage()
    try:
        words = list(_words(page, text_page, width, height))
    finally:
        text_page.close()
    text = "".join(word.text for word in words)
    readable = sum(character.isprintable() and character != "�" for character in text)
    if len(text) < _MIN_CHARACTERS or readable < _MIN_READABLE * len(text):
        return None
    return tuple(_lines(words))


def _words(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, width: int, height: int) -> Iterator[Word]:
    letters: list[tuple[str, Box]] = []
    for index in range(text_page.count_chars()):
        character = chr(pdfium_c.FPDFText_GetUnicode(text_page, index))
        if character.isspace() or character == "\0":
            yield from _word(letters)
            letters = []
            continue
        box = _on_image(page, text_page.get_charbox(index, loose=False), width, height)
        if letters and not _continues(letters[-1][1], box):
            yield from _word(letters)
            letters = []
        letters.append((character, box))
    yield from _word(letters)


def _word(letters: list[tuple[str, Box]]) -> Iterator[Word]:
    if letters:
        box = letters[0][1]
        for _, other in letters[1:]:
            box = box.union(other)
        if box.width > 0 and box.height > 0:
            yield Word("".join(character for character, _ in letters), box, _CONFIDENCE)


def _continues(before: Box, after: Box) -> bool:
    """Whether a letter belongs to the word of the one before: on its line, and close to it."""
    size = max(before.height, after.height, before.width)
    return abs(before.bottom - after.bottom) < size and -size < after.left - before.right < size


def _on_image(page: pdfium.PdfPage, box: tuple[float, float, float, float], width: int, height: int) -> Box:
    """A box in the page's own units, from its bottom left, as pixels of its image; the page may be rotated."""
    left, bottom, right, top = box
    corners = [_pixel(page, x, y, width, height) for x, y in ((left, top), (right, bottom))]
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _pixel(page: pdfium.PdfPage, x: float, y: float, width: int, height: int) -> tuple[float, float]:
    # PDFium gives whole pixels: on a picture ten times as large they are exact to a tenth.
    device_x, device_y = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, width * 10, height * 10, 0, x, y, device_x, device_y)
    return device_x.value / 10, device_y.value / 10


def _lines(words: list[Word]) -> Iterator[Line]:
    """Words in the order of the text into lines; a wide gap ends one, as Textract has it."""
    line: list[Word] = []
    for word in words:
        if line and not _same_line(line[-1], word):
            yield Line(tuple(line))
            line = []
        line.append(word)
    if line:
        yield Line(tuple(line))


def _same_line(before: Word, after: Word) -> bool:
    overlap = min(before.box.bottom, after.box.bottom) - max(before.box.top, after.box.top)
    height = max(before.box.height, after.box.height)
    gap = after.box.left - before.box.right
    return overlap > _SAME_LINE * min(before.box.height, after.box.height) and -height < gap < _LINE_GAP * height
