"""Pages for tests: words at given positions, and images that show them."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from local.textract.recognition.page.geometry import Box, GrayImage, PageImage
from local.textract.recognition.page.rules import ink_mask
from local.textract.recognition.page.words import Word

LETTER_WIDTH, LETTER_HEIGHT = 10, 20


def word(text: str, left: float, top: float, height: float = LETTER_HEIGHT, confidence: float = 99.0) -> Word:
    """A word whose letters are half as wide as they are high."""
    return Word(text, Box(left, top, left + len(text) * height / 2, top + height), confidence)


def words(text: str, left: float, top: float, height: float = LETTER_HEIGHT) -> list[Word]:
    """The words of a line, with gaps of a third of their height."""
    placed = []
    for part in text.split():
        placed.append(word(part, left, top, height))
        left = placed[-1].box.right + height / 3
    return placed


def texts(placed: tuple[Word, ...] | list[Word]) -> str:
    """The words, separated by spaces."""
    return " ".join(each.text for each in placed)


class Sheet:
    """A white page to draw on."""

    def __init__(self, width: int = 800, height: int = 600) -> None:
        self.picture = Image.new("RGB", (width, height), "white")
        self.pen = ImageDraw.Draw(self.picture)

    def rule(self, left: int, top: int, right: int, bottom: int, color: str = "black") -> None:
        """Draw a line that is two pixels thick."""
        self.pen.line((left, top, right, bottom), fill=color, width=2)

    def grid(self, columns: list[int], rows: list[int], color: str = "black") -> None:
        """Draw rules at all these positions, from the first to the last."""
        for x in columns:
            self.rule(x, rows[0], x, rows[-1], color)
        for y in rows:
            self.rule(columns[0], y, columns[-1], y, color)

    def text(self, left: int, top: int, text: str, size: int = 24, color: str = "black") -> None:
        """Printed text."""
        self.pen.text((left, top), text, fill=color, font=ImageFont.load_default(size))

    def pixels(self) -> PageImage:
        """The page that recognition gets."""
        return np.asarray(self.picture)

    def ink(self) -> GrayImage:
        """A mask of the drawn pixels."""
        return ink_mask(self.pixels())

    def file(self, image_format: str = "PNG", **options: object) -> bytes:
        """The page as a file."""
        return file_of(self.picture, image_format, **options)


def file_of(picture: Image.Image, image_format: str = "PNG", **options: object) -> bytes:
    """An image as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **options)
    return buffer.getvalue()
