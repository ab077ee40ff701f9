import numpy as np
import pytest

from local.textract.recognition.ocr.ink import ink_of, vertical_span, word_spans


def crop(*boxes: tuple[int, int, int, int], width: int = 200, height: int = 40, dark: int = 0, light: int = 255):
    """A crop of a line, with dark boxes (left, top, right, bottom)."""
    pixels = np.full((height, width), light, np.uint8)
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = dark
    return pixels


LETTERS = [(20, 10, 30, 30), (34, 10, 44, 30), (80, 10, 90, 30), (94, 14, 104, 36)]
CENTRES = [np.array([25.0, 39.0]), np.array([85.0, 99.0])]


def test_a_word_reaches_from_its_first_to_its_last_ink() -> None:
    spans = word_spans(ink_of(crop(*LETTERS)), CENTRES)
    assert [(span.start, span.end) for span in spans] == [(20, 44), (80, 104)]


def test_light_ink_on_dark_is_ink() -> None:
    spans = word_spans(ink_of(crop(*LETTERS, dark=255, light=30)), CENTRES)
    assert [(span.start, span.end) for span in spans] == [(20, 44), (80, 104)]


@pytest.mark.parametrize("rule", [(0, 36, 200, 38), (2, 0, 5, 40)])
def test_a_rule_below_or_beside_is_no_ink(rule) -> None:
    spans = word_spans(ink_of(crop(*LETTERS[:3], rule)), [CENTRES[0], np.array([85.0])])
    assert [(span.start, span.end) for span in spans] == [(20, 44), (80, 90)]


def test_words_that_touch_are_parted_in_the_middle() -> None:
    first, second = word_spans(ink_of(crop((20, 10, 78, 30))), [np.array([25.0, 45.0]), np.array([55.0, 75.0])])
    assert first.end == second.start == 50


def test_a_word_is_as_high_as_its_own_ink() -> None:
    ink = ink_of(crop(*LETTERS))
    spans = [vertical_span(ink, span) for span in word_spans(ink, CENTRES)]
    assert [(span.start, span.end) for span in spans] == [(10, 30), (10, 36)]


def test_the_ends_of_the_lines_above_and_below_are_left_out() -> None:
    ink = ink_of(crop(*LETTERS, (20, 0, 30, 2), (20, 38, 30, 40)))
    (span, _) = word_spans(ink, CENTRES)
    assert (vertical_span(ink, span).start, vertical_span(ink, span).end) == (10, 30)


def test_a_dot_over_a_letter_belongs_to_it() -> None:
    ink = ink_of(crop((20, 5, 24, 8), (20, 12, 24, 30)))
    (span,) = word_spans(ink, [np.array([22.0])])
    assert vertical_span(ink, span).start == 5


def test_a_mark_a_space_away_is_not_the_words() -> None:
    checkbox = (2, 12, 12, 30)
    (span, _) = word_spans(ink_of(crop(checkbox, *LETTERS)), CENTRES)
    assert (span.start, span.end) == (20, 44)
