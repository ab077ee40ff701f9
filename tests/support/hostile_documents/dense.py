"""Pages that are full of what recognition looks for: words, rules, boxes, specks."""

from collections.abc import Callable, Mapping
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.bad_input.drawing import saved
from tests.support.hostile_documents.content import drawing

_SHEET = b"[0 0 2880 2880]"


def _specks(side: int, of_pixels: int, share: float) -> Image.Image:
    """Squares of so many pixels, black or white at random, in a pattern that repeats itself."""
    tile = np.random.default_rng(1).random((64, 64)) < share
    sheet = np.kron(np.tile(tile, (side // 64 // of_pixels + 1,) * 2), np.ones((of_pixels, of_pixels)))
    return Image.fromarray((255 * (1 - sheet[:side, :side])).astype(np.uint8))


def _grid(side: int, step: int) -> Image.Image:
    """Rules across and down, so many pixels apart."""
    sheet = np.full((side, side), 255, np.uint8)
    sheet[::step, :] = sheet[:, ::step] = 0
    return Image.fromarray(sheet)


def _boxes(side: int, step: int) -> Image.Image:
    """Empty boxes in rows and columns, as of a form with nothing but checkboxes."""
    box = np.full((step, step), 255, np.uint8)
    box[3:-3, 3:-3] = 0
    box[5:-5, 5:-5] = 255
    return Image.fromarray(np.tile(box, (side // step, side // step)))


def _small_print(side: int, points: int) -> Image.Image:
    """A page full of words in small print."""
    row = Image.new("L", (side, points + 2), 255)
    ImageDraw.Draw(row).text((0, 0), "Total: 4711 " * 400, fill=0, font=ImageFont.load_default(points))
    return Image.fromarray(np.tile(np.asarray(row), (side // row.height, 1)))


def _words(count: int, said: bytes = b"x:", at: Callable[[int], tuple[float, float]] | None = None) -> bytes:
    """A PDF page of as many words as text, in rows and columns unless it is said where."""
    place = at or (lambda number: (number % 300 * 9.5, number // 300 * 2880 / (count / 300)))
    words = [b"1 0 0 1 %.1f %.1f Tm (%s) Tj" % (*place(number), said) for number in range(count)]
    return drawing(b"BT /F 3 Tf " + b"\n".join(words) + b" ET", box=_SHEET)


def _scattered(number: int) -> tuple[float, float]:
    chance = Random(number)
    return chance.uniform(0, 2870), chance.uniform(0, 2870)


def _drawn_boxes(count: int) -> bytes:
    """A PDF page of a few words and as many boxes."""
    boxes = [b"%d %d 6 6 re" % (number % 280 * 10 + 20, number // 280 * 10 + 50) for number in range(count)]
    return drawing(b"BT /F 20 Tf 20 20 Td (Invoice 4711) Tj ET .7 w " + b"\n".join(boxes) + b" S", box=_SHEET)


FILES: Mapping[str, Callable[[], bytes]] = {
    "dense/specks.png": lambda: saved(_specks(4_000, 1, 0.5), "PNG", bits=1),
    "dense/specks of 3 pixels.png": lambda: saved(_specks(4_000, 3, 0.3), "PNG"),
    "dense/specks of 12 pixels.png": lambda: saved(_specks(4_000, 12, 0.3), "PNG"),
    "dense/rules 8 pixels apart.png": lambda: saved(_grid(4_000, 8), "PNG"),
    "dense/rules 30 pixels apart.png": lambda: saved(_grid(4_000, 30), "PNG"),
    "dense/boxes of 24 pixels.png": lambda: saved(_boxes(4_000, 24), "PNG"),
    "dense/small print.png": lambda: saved(_small_print(4_000, 14), "PNG"),
    "dense/smallest print.png": lambda: saved(_small_print(4_000, 8), "PNG"),
    "dense/print of 8 pixels.png": lambda: saved(_small_print(1_280, 8), "PNG"),
    "dense/10,000 words.pdf": lambda: _words(10_000),
    "dense/60,000 words.pdf": lambda: _words(60_000),
    "dense/20,000 words anywhere.pdf": lambda: _words(20_000, at=_scattered),
    "dense/20,000 words at one place.pdf": lambda: _words(20_000, at=lambda _: (99.0, 99.0)),
    "dense/word of 200,000 letters.pdf": lambda: drawing(b"BT /F 1 Tf (" + b"x" * 200_000 + b") Tj ET", box=_SHEET),
    "dense/70,000 boxes.pdf": lambda: _drawn_boxes(70_000),
}
