"""Step 6 of recognition: queries, answered from the form fields whose keys share the question's words.

An honest heuristic, not a language model: its confidence says how much of the question it understood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.textract.forms import Field
from local.textract.page import Word

_FILLERS = frozenset(
    ("a", "an", "are", "for", "in", "is", "of", "on", "s", "the", "this", "what", "when", "where", "which", "who")
)
_MAX_CONFIDENCE = 70.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The words that answer a question; confidence 0 to 100."""

    words: tuple[Word, ...]
    confidence: float


def answer(question: str, fields: Sequence[Field]) -> Answer | None:
    """The value of the field whose key is nearest to the question; None where none is near."""
    asked = _terms(question)
    best: Answer | None = None
    for field in fields:
        shared = asked & _terms(" ".join(word.text for word in field.key))
        if shared and field.value:
            confidence = _MAX_CONFIDENCE * len(shared) / len(asked)
            if best is None or confidence > best.confidence:
                best = Answer(field.value, confidence)
    return best


def _terms(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower())) - _FILLERS
