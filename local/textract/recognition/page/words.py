"""A word, and the cleanup that every word goes through, wherever it was read.

Textract returns plain punctuation: straight quotes, hyphens, ASCII commas. The OCR models, also trained on Chinese,
sometimes return full-width forms; PDF files have typographic ones.
"""

import re
import unicodedata
from dataclasses import dataclass

from local.textract.recognition.page.geometry import Box

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
PLAIN = FULL_WIDTH | str.maketrans(
    {
        "。": ".",
        "、": ",",
        "【": "[",
        "】": "]",
        "《": "<",
        "》": ">",
        "〈": "<",
        "〉": ">",
        "「": '"',
        "」": '"',
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "￥": "¥",
        "\u00a0": " ",
        "\u3000": " ",
        "\u0002": "-",  # how PDFium marks a hyphen at a line's end
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
    }
)
LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
FORM_RULE = re.compile(
    r"(?<![^\W_])_+|_+(?![^\W_])|_{2,}|"  # the rule of an empty field, which OCR reads as underscores
    r"(?<!\S)[.…]+(?!\S)|[.…]{4,}|(?<=\S )·(?!\S)"  # leader dots from a text to its figure
)
AMOUNT = re.compile(r"\d{1,3}(\.\d{3})+\.\d{2}(?!\d)")  # nobody uses a period for both thousands and cents


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its position. Confidence is 0–100.

    On an upright page, few words are turned, by this many quarters clockwise: 1 if they run down the page, 3 if up.
    """

    text: str
    box: Box
    confidence: float
    turn: int = 0

    @property
    def print_height(self) -> float:
        """Pixels across the text."""
        return self.box.width if self.turn % 2 else self.box.height


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a page, in no particular order, and the degrees by which its lines fall to the right.

    Both refer to the page after this many counterclockwise quarter turns, which make it upright.
    """

    words: tuple[Word, ...]
    degrees: float = 0.0
    quarters: int = 0


def plain(text: str) -> str:
    """The text with ASCII punctuation and without ligatures and invisible characters."""
    return text.translate(PLAIN).translate(LIGATURES)


def with_commas(text: str) -> str:
    """The text with commas between thousands, if OCR read them as periods: `5.990.79`."""
    return AMOUNT.sub(lambda amount: amount[0].replace(".", ",", amount[0].count(".") - 1), text)


def without_form_rules(text: str) -> str:
    """The text with spaces in place of form rules and leader dots; a name's underscore stays."""
    return FORM_RULE.sub(lambda rule: " " * len(rule[0]), text)
