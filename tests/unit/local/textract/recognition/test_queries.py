import pytest

from local.textract.recognition.fields.field import Field
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.queries import answer
from local.textract.recognition.tables.tables import Cell, Table
from tests.unit.local.textract.drawing import words


def field(key: str, value: str) -> Field:
    return Field(tuple(words(key, 20, 20)), tuple(words(value, 300, 20)), None, 95.0)


FIELDS = [
    field("Invoice Number:", "INV-7"),
    field("Invoice Date:", "2026-01-02"),
    field("Total:", "9.50"),
    field("Tax:", ""),
    field("Due date:", "2026-02-01"),
    field("Balance due:", "7.25"),
    field("DOB", "1970-03-04"),
    field("SSN", "123-45-6789"),
    field("E-mail", "a@example.com"),
]
HEADS = ("Earnings", "Rate", "This period", "Year to date")
TABLE = Table(
    row_edges=(100, 130, 160, 190),
    column_edges=(0, 200, 400, 600, 800),
    cells=tuple(
        Cell(row, column, 1, 1, Box(0, 0, 1, 1), tuple(words(text, 200 * column - 190, 70 + 30 * row)))
        for row, texts in enumerate((HEADS, ("Gross pay", "", "452.43", "23,526.80"), ("17", "1", "2", "3")), start=1)
        for column, text in enumerate(texts, start=1)
    ),
    header_row=1,
    confidence=95.0,
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the invoice number?", "INV-7"),
        ("What is the invoice's date?", "2026-01-02"),
        ("How much is the total?", "9.50"),
        ("When is the invoice due?", "2026-02-01"),
        ("How much is due?", "7.25"),
        ("When was the patient born?", "1970-03-04"),
        ("What is the social security number?", "123-45-6789"),
        ("What is the customer's email address?", "a@example.com"),
        ("What is the year to date gross pay?", "23,526.80"),
        ("What is the gross pay this period?", "452.43"),
    ],
)
def test_the_field_with_the_questions_words_answers_it(question, expected) -> None:
    found = answer(question, FIELDS, [TABLE])
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who signed?",
        "What is the number of the house?",
        "What is the tax?",
        "What is it?",
        "What is the date of the order?",
        "When is the total?",
        "",
    ],
)
def test_a_question_that_no_filled_field_is_like_has_no_answer(question) -> None:
    assert answer(question, FIELDS, [TABLE]) is None


def test_the_less_alike_the_less_sure() -> None:
    exact, near = answer("invoice number", FIELDS), answer("customer invoice number", FIELDS)
    assert exact is not None
    assert near is not None
    assert near.confidence < exact.confidence <= 70
