"""Figures, which are dark areas that are neither text nor rules."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from local.textract.recognition.page.geometry import Box, PageImage

DARKER = 50  # gray levels (0–255) darker than the paper; a watermark is paler
SMALLEST = 0.025  # of the page's longer side
LARGEST = 0.9  # of the page's area; more is a dark page
FILLED = 0.08  # of its box; less is a frame
SPECK = 3  # pixels
NEAR = 0.012  # of the page's longer side; parts this close make one figure


def find_figures(image: PageImage, others: Iterable[Box]) -> Iterator[Box]:
    """The pictures, logos, and barcodes of a page; `others` is everything else on it."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    dark = np.asarray(gray < np.median(gray) - DARKER, dtype=np.uint8) * 255
    for box in others:
        dark[max(0, int(box.top) - 2) : int(box.bottom) + 3, max(0, int(box.left) - 2) : int(box.right) + 3] = 0
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((SPECK, SPECK), np.uint8))
    longer = max(solid.shape)
    reach = max(3, round(longer * NEAR))
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for left, top, width, height, _ in found[1:].tolist():
        share = np.count_nonzero(solid[top : top + height, left : left + width]) / (width * height)
        is_large = min(width, height) >= SMALLEST * longer
        if is_large and width * height <= LARGEST * dark.size and share >= FILLED:
            yield Box(left, top, left + width, top + height)
