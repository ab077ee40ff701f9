"""A form field, and what its finders share."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.selections import Selection
from local.textract.recognition.page.words import Word

MOST_KEY_WORDS = 6  # more is a sentence
SAME_ROW = 0.5  # of the lower line's height


@dataclass(frozen=True, slots=True)
class Field:
    """A key and its value: words, a checkbox, or neither if the field is empty. Confidence is 0–100."""

    key: tuple[Word, ...]
    value: tuple[Word, ...]
    selection: Selection | None
    confidence: float

    @property
    def key_box(self) -> Box:
        """Around the key's words."""
        return Box.around(word.box for word in self.key)

    @property
    def value_box(self) -> Box:
        """Around the value; for an empty one, a space to the right of the key and as large."""
        boxes = [word.box for word in self.value] + ([self.selection.box] if self.selection else [])
        key = self.key_box
        return Box.around(boxes) if boxes else Box(key.right, key.top, key.right + key.width, key.bottom)


def is_name(words: Sequence[Word]) -> bool:
    """Whether these words can be a key: few, and with letters."""
    return 0 < len(words) <= MOST_KEY_WORDS and any(letter.isalpha() for word in words for letter in word.text)


def are_level(box: Box, other: Box) -> bool:
    """Whether the two are in the same row."""
    return box.shared_height(other) >= SAME_ROW * min(box.height, other.height)
