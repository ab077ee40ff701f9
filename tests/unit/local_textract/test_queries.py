import pytest

from local.textract.forms import Field
from local.textract.queries import answer
from tests.unit.local_textract.drawing import words


def field(key: str, value: str) -> Field:
    return Field(tuple(words(key, 20, 20)), tuple(words(value, 300, 20)), None, 95.0)


FIELDS = [
    field("Invoice Number:", "INV-7"),
    field("Invoice Date:", "2026-01-02"),
    field("Total:", "9.50"),
    field("Tax:", ""),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the invoice number?", "INV-7"),
        ("What is the invoice's date?", "2026-01-02"),
        ("How much is the total?", "9.50"),
    ],
)
def test_the_field_with_the_questions_words_answers_it(question, expected) -> None:
    found = answer(question, FIELDS)
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    "question", ["Who signed?", "What is the number of the house?", "What is the tax?", "What is it?", ""]
)
def test_a_question_that_no_filled_field_is_like_has_no_answer(question) -> None:
    assert answer(question, FIELDS) is None


def test_the_less_alike_the_less_sure() -> None:
    exact, near = answer("invoice number", FIELDS), answer("customer invoice number", FIELDS)
    assert exact is not None
    assert near is not None
    assert near.confidence < exact.confidence <= 70
