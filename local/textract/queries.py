"""Step 8 of recognition: queries, by rule of thumb: the form field whose key has the question's words is the answer.

No model reads the question; one that no field's key resembles has no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.textract.forms import Field
from local.textract.geometry import Box

FILLER = re.compile(
    r"an?|and|are|be|by|can|do(es)?|for|from|give|has|have|how|i[nst]?|its|list|many|me|much|o[fnr]|please|show|tell|"
    r"that|the|their|there|this|to|was|were|what|when|where|which|who|whose|will|with|you|your"
)
LEAST_LIKENESS = 0.5  # of the words of question and key together
HIGHEST_CONFIDENCE = 70.0  # when question and key have the same words


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a query, and where it stands. Confidence is 0–100."""

    text: str
    box: Box
    confidence: float


def answer(question: str, fields: Sequence[Field]) -> Answer | None:
    """The value of the field that is most like the question, or None."""
    asked = _words(question)
    best, likeness = None, LEAST_LIKENESS
    for field in fields:
        named = _words(" ".join(word.text for word in field.key))
        common = len(asked & named) / len(asked | named) if asked | named else 0.0
        if field.value and common >= likeness and (best is None or common > likeness):
            best, likeness = field, common
    if best is None:
        return None
    text = " ".join(word.text for word in best.value)
    return Answer(text, best.value_box, HIGHEST_CONFIDENCE * likeness)


def _words(text: str) -> set[str]:
    """The words that carry meaning, in lower case; a plural's s left out."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'s", ""))
    return {word.removesuffix("s") for word in words if not FILLER.fullmatch(word)}
