import cv2
import numpy as np
import pytest

from local.textract.recognition.ocr.detection import Region
from local.textract.recognition.ocr.engine import words_of
from local.textract.recognition.ocr.line_reader import Character

WIDTH, HEIGHT = 240, 40


@pytest.mark.parametrize(
    ("rule", "expected"),
    [((70, 32, 240, 34), ["To", "11"]), ((70, 32, 92, 34), ["To_11"])],
    ids=["on a form's rule", "with an underscore"],
)
def test_an_underscore_is_read_where_it_is_no_rule_to_write_on(rule, expected) -> None:
    letters = [(20, 10, 40, 30), (46, 10, 66, 30), (96, 10, 116, 30), (122, 10, 142, 30)]
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for left, top, right, bottom in [*letters, rule]:
        cv2.rectangle(pixels, (left, top), (right - 1, bottom - 1), (0, 0, 0), cv2.FILLED)
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    line = [Character(text, x / WIDTH, 0.99) for text, x in zip("To_11", (30, 56, 81, 106, 132), strict=True)]
    assert [word.text for word in words_of(Region(corners), pixels, line)] == expected
