"""Find a page's orientation from the direction of its lines and from a model's opinion on some of them.

The model is PP-OCR's classifier of lines, which says whether a line is upside down.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from local.textract.recognition.ocr.detection import Region
from local.textract.recognition.ocr.networks import Model, model_input
from local.textract.recognition.page.geometry import PageImage

HEIGHT, WIDTH = 48, 192  # pixels of a line that the model sees
LINES_ASKED = 16  # the longest lines of the page
SURE = 0.7  # the average likelihood from which a page counts as upside down


def runs_sideways(regions: Sequence[Region]) -> bool:
    """Whether most of the text runs down or up the page."""
    upright = sum(region.width for region in regions if abs(region.degrees - 90) < 45)  # noqa: PLR2004 - half a quarter
    return upright > sum(region.width for region in regions) / 2


def is_upside_down(crops: Sequence[PageImage], model: Model) -> bool:
    """Whether the lines of a page are upside down."""
    longest = sorted(crops, key=lambda crop: crop.shape[1] / crop.shape[0], reverse=True)[:LINES_ASKED]
    batch = np.zeros((len(longest), 3, HEIGHT, WIDTH), np.float32)
    for pixels, crop in zip(batch, longest, strict=True):
        start = crop[:, : crop.shape[0] * WIDTH // HEIGHT]
        width = min(WIDTH, max(1, round(start.shape[1] * HEIGHT / start.shape[0])))
        pixels[:, :, :width] = model_input(np.asarray(cv2.resize(start, (width, HEIGHT)), dtype=np.uint8))
    return bool(longest) and float(model.run(batch)[:, 1].mean()) > SURE
