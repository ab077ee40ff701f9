"""Read a line of text. The model returns a likelihood for each character at each column.

The model is PP-OCRv6's recognizer, trained with connectionist temporal classification: a character may last for
several columns, and a blank (class 0) separates it from the next.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from local.textract.recognition.ocr.alphabet import reader
from local.textract.recognition.ocr.networks import Model, model_input
from local.textract.recognition.page.geometry import PageImage

HEIGHT = 48  # pixels that the model reads
NARROWEST = 96  # pixels; narrower lines are padded
STEP = 8  # pixels that make one column of the model's answer


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a line: its middle as a fraction (0–1) of the line's width, and its likelihood (0–1)."""

    text: str
    position: float
    likelihood: float


class LineReader:
    """Reads crops of single lines, one per core at a time; batches are no faster."""

    def __init__(self, network: Path) -> None:
        cut, self._alphabet = reader(network)
        self._model = Model(cut, threads=1)
        self._lanes = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lines")

    def read(self, crops: Sequence[PageImage]) -> list[list[Character]]:
        """The characters of each crop, left to right, including spaces."""
        return list(self._lanes.map(self._read_line, crops))

    def _read_line(self, crop: PageImage) -> list[Character]:
        width = max(STEP, int(crop.shape[1] * HEIGHT / crop.shape[0] + 0.5))
        padded = max(NARROWEST, -(-width // STEP) * STEP)
        pixels = np.zeros((1, 3, HEIGHT, padded), np.float32)
        resized = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_CUBIC)
        pixels[0, :, :, :width] = model_input(np.asarray(resized, dtype=np.uint8))
        return self._characters(self._model.run(pixels)[0], padded / width)

    def _characters(self, likelihoods: NDArray[np.float32], padding: float) -> list[Character]:
        """Join runs of one class to a character; `padding` is how much wider than the line the model's input was."""
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
