"""Answer queries by heuristics: the answer is the value whose name on the page matches the question.

No model reads the question. A field is named by its key, a table's cell by its row and column together; if nothing on
the page has a matching name, there is no answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.textract.recognition.fields.field import Field
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.columns import is_number
from local.textract.recognition.tables.tables import Cell, Table

FILLER = re.compile(
    r"all|an?|and|are|as|be|by|can|did|do(es)?|for|from|give|has|have|how|i[nst]?|its|list|many|me|much|o[fnr]|please|"
    r"show|tell|that|the|their|there|this|to|was|were|what|which|will|with|you|your"
)
SAME = {  # different words for the same thing; longer ones first
    "social security": "ssn",
    "purchase order": "po",
    "year to date": "ytd",
    "date of birth": "dob",
    "birth date": "dob",
    "birthdate": "dob",
    "born": "dob",
    "e mail": "email",
    "postal code": "zip",
    "post code": "zip",
    "postcode": "zip",
    "surname": "last name",
    "family name": "last name",
    "given name": "first name",
    "forename": "first name",
    "telephone": "phone",
    "mobile": "phone",
    "tel": "phone",
    "acct": "account",
    "addr": "address",
    "amt": "amount",
    "nbr": "number",
    "num": "number",
    "no": "number",
    "qty": "quantity",
    "when": "date",
    "who": "name",
    "whose": "name",
    "where": "address",
}
SAME_WORDS = re.compile(rf"\b({'|'.join(SAME)})\b")
PLURAL = re.compile(r"(?<!s)s$")
IMPLIED = re.compile(  # one side may have it and the other omit it
    r"date|name|address|number|document|form|invoice|receipt|statement|applicant|customer|employee|patient"
)
IMPLIED_WEIGHT = 0.5
DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\b(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b.*\d",
    re.IGNORECASE,
)
DATES = frozenset({"date", "dob"})  # a question with one of these words asks for a date
ASKS_AMOUNT = re.compile(r"how (much|many)\b", re.IGNORECASE)
LEAST_LIKENESS = 0.5  # of the words of question and name together
HIGHEST_CONFIDENCE = 70.0  # when question and name have the same words


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query and its position. Confidence is 0–100."""

    text: str
    box: Box
    confidence: float


def answer(question: str, fields: Sequence[Field], tables: Sequence[Table] = ()) -> Answer | None:
    """The value whose name is most like the question, or None."""
    asked = _words(question)
    best, likeness = None, 0.0
    for name, value in _named(fields, tables):
        common = _likeness(asked, _words(name))
        if common >= LEAST_LIKENESS and common > likeness and _may_answer(question, value):
            best, likeness = value, common
    if best is None:
        return None
    text = " ".join(word.text for word in best)
    return Answer(text, Box.around(word.box for word in best), HIGHEST_CONFIDENCE * likeness)


def _named(fields: Sequence[Field], tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[Word]]]:
    """The named values on the page, fields first."""
    for field in fields:
        yield " ".join(word.text for word in field.key), field.value
    for table in tables:
        heads = {cell.column: cell.text for cell in table.cells if cell.row == table.header_row}
        for row in table.rows():
            label = _label_of(row)
            if label and label.row > table.header_row:
                yield from ((f"{label.text} {heads.get(cell.column, '')}", cell.words) for cell in row if cell != label)


def _may_answer(question: str, value: Sequence[Word]) -> bool:
    """Whether the value is a date if the question asks for one, and a number other than a date if for an amount."""
    text = " ".join(word.text for word in value)
    if _words(question) & DATES:
        return bool(DATE.search(text))
    if ASKS_AMOUNT.search(question):
        return any(letter.isdigit() for letter in text) and not DATE.search(text)
    return bool(text)


def _label_of(row: Sequence[Cell]) -> Cell | None:
    """The cell that names a row: the first, unless it is a number."""
    first = next((cell for cell in row if cell.words), None)
    return None if first is None or all(is_number(word.text) for word in first.words) else first


def _likeness(asked: set[str], named: set[str]) -> float:
    """The share of words that both sides have in common (0–1); implied words count half."""
    every = _weight(asked | named)
    return _weight(asked & named) / every if every else 0.0


def _weight(words: set[str]) -> float:
    return sum(IMPLIED_WEIGHT if IMPLIED.fullmatch(word) else 1.0 for word in words)


def _words(text: str) -> set[str]:
    """The meaningful words in lower case, without a plural s."""
    spelled = " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("'s", "").replace("#", " number ")))
    words = SAME_WORDS.sub(lambda found: SAME[found[0]], spelled).split()
    return {PLURAL.sub("", word) for word in words if not FILLER.fullmatch(word)}
