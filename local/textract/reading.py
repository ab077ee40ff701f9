"""Step 2b of OCR: what a line of text says. The model answers a likelihood for each character at each column.

The model is PP-OCRv6's recogniser, trained with connectionist temporal classification: a character may last for
several columns, and a blank (class 0) separates it from the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.geometry import PageImage
from local.textract.models import Model, model_input

HEIGHT = 48  # pixels that the model reads
NARROWEST = 96  # pixels; narrower lines are padded
STEP = 32  # widths are padded to multiples, so that similar lines make one batch
LARGEST_BATCH = 8  # lines
WIDEST_BATCH = 4096  # pixels, all lines of a batch together


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a line: its middle as a share (0–1) of the line's width, and its likelihood (0–1)."""

    text: str
    position: float
    likelihood: float


class LineReader:
    """Reads crops of single lines."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._alphabet = ["", *model.characters(), " "]

    def read(self, crops: Sequence[PageImage]) -> list[list[Character]]:
        """The characters of each crop, left to right, spaces among them."""
        lines: list[list[Character]] = [[] for _ in crops]
        for width, batch in _batches([_width(crop) for crop in crops]):
            pixels = np.zeros((len(batch), 3, HEIGHT, width), np.float32)
            for row, number in enumerate(batch):
                resized = cv2.resize(crops[number], (_width(crops[number]), HEIGHT), interpolation=cv2.INTER_CUBIC)
                pixels[row, :, :, : resized.shape[1]] = model_input(np.asarray(resized, dtype=np.uint8))
            likelihoods = self._model.run(pixels)
            for row, number in enumerate(batch):
                lines[number] = self._characters(likelihoods[row], width / _width(crops[number]))
        return lines

    def _characters(self, likelihoods: NDArray[np.float32], padding: float) -> list[Character]:
        """Runs of one class make a character; `padding` is how much wider than the line the model's input was."""
        classes = likelihoods.argmax(axis=1)
        edges: list[int] = [0, *(np.flatnonzero(np.diff(classes)) + 1).tolist(), len(classes)]
        characters = []
        for start, end in pairwise(edges):
            found = int(classes[start])
            if found:
                position = (start + end) / 2 / len(classes) * padding
                likelihood = float(likelihoods[start:end, found].max())
                characters.append(Character(self._alphabet[found], min(position, 1.0), likelihood))
        return characters


def _width(crop: PageImage) -> int:
    height, width, _ = crop.shape
    return max(STEP // 4, int(width * HEIGHT / height + 0.5))


def _batches(widths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Lines of similar width, by number, and the width that holds them."""
    batch: list[int] = []
    padded = 0
    for number in sorted(range(len(widths)), key=lambda line: widths[line]):
        wanted = max(NARROWEST, -(-widths[number] // STEP) * STEP)
        if batch and (wanted != padded or len(batch) == LARGEST_BATCH or (len(batch) + 1) * wanted > WIDEST_BATCH):
            yield padded, batch
            batch = []
        padded = wanted
        batch.append(number)
    if batch:
        yield padded, batch
