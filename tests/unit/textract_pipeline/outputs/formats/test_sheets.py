"""CSV files that a spreadsheet program opens without running anything."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line, table
from textract_pipeline.outputs.formats import sheets
from textract_pipeline.response.page import Answer, Page


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1+1", "=HYPERLINK(1)"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert sheets.as_text(text) == "'" + text


INVISIBLE = (
    "\u200b",
    "\ufeff",
    "\u202e",
    "\u2066",
    "\u200e",
    "\u00a0",
    "\u2060",
    "\u00ad",
    "\x00",
    "\x0b",
    "\x1f",
    "\x7f",
)


@pytest.mark.parametrize("text", ["".join(parts) for parts in product(INVISIBLE, ("=1+1", "@A1", "+A1", "-A1", "＝1"))])
def test_what_is_not_seen_before_a_formula_does_not_hide_it(text: str) -> None:
    assert sheets.as_text(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["- item", "-A1", "+A1", "--1+A1", "-(1)", "+1*2", "-1/2", "-12 kg", "+1-2", "-1 2-3 4"]
)
def test_a_sign_before_anything_but_a_number_begins_a_formula(text: str) -> None:
    assert sheets.as_text(text) == "'" + text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a\t=1+1;", "a\t'=1+1;"),
        ("a\n=1+1;b", "a\n'=1+1;b"),
        ("a\r\n@A1", "a\r\n'@A1"),
        ('a;"=1+1;', "a;'\"=1+1;"),
        ("a; \u200b=1;-1;-A1", "a;' \u200b=1;-1;'-A1"),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_what_would_be_a_formula_if_the_sheet_were_split_elsewhere_is_text(text: str, safe: str) -> None:
    assert sheets.as_cell(text) == safe


@pytest.mark.parametrize(
    "text",
    [
        *("-", "--", "---", "- ", "+", "=", "= ", "==", "@", "+-", "-=", "\u200b-"),
        *("-12", "-.5", "- 12.00", "-1,234.56", "-1.234,56", "-1 234,56", "-1'234.50", "-12%", "-1.5e-3", "+1e6"),
        *("-$45.00", "-$ 45", "$-45.00", "-45.00 €", "-€45", "+£5", "-45,00€", "-USD 45.00", "-45.00 EUR", "-¥1,000"),
        *(
            "+1 555 0100",
            "+1 (555) 010-0100",
            "+49 30 1234567",
            "+1-555-010-0100",
            "+1.555.010.0100",
            "+49 (0)30/123456",
        ),
        *("a@b.example", "x-1", "a-b;c", "a;-12", "a\tb", "1;2"),
    ],
)
def test_what_no_spreadsheet_would_run_has_no_apostrophe(text: str) -> None:
    assert sheets.as_cell(text) == text


@pytest.mark.parametrize("text", ["a,b", "a;b", "a\tb", 'a"b', "a\rb", "a\nb", " a", "a ", "\u00a0a", "a\u3000", "\ta"])
def test_a_field_that_could_be_split_is_quoted(text: str) -> None:
    escaped = text.replace('"', '""')
    assert sheets.as_csv([(1, text, "x")]) == f'1,"{escaped}",x\r\n'


def test_a_field_that_could_not_be_split_is_not_quoted() -> None:
    assert sheets.as_csv([(1, "plain text", "", "-5.00")]) == "1,plain text,,-5.00\r\n"


def test_a_row_of_one_empty_field_is_a_row() -> None:
    assert sheets.as_csv([("",), ()]) == '""\r\n\r\n'


@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=5), max_size=5))
@example([["a;b", "=1\t2", '"', "\r", "\n", " "]])
def test_a_sheet_is_read_as_it_was_written(rows: list[list[str]]) -> None:
    assert list(csv.reader(StringIO(sheets.as_csv(map(tuple, rows)), newline=""))) == rows


HOSTILE_TEXT = st.text(st.sampled_from("=+-@;,\t\r\n\"' 1aA€(\u200b\ufeff"), max_size=20)
_A_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,;\t\r\n]*')


def split_at_any(text: str) -> Iterator[str]:
    """The fields of a line as LibreOffice splits them: at commas, semicolons, and tabs."""
    place = 0
    while place <= len(text):
        field = _A_FIELD.match(text, place)
        assert field
        yield field[0]
        place = field.end() + 1


@given(st.lists(HOSTILE_TEXT, min_size=1, max_size=4))
def test_no_other_separator_splits_a_field(texts: list[str]) -> None:
    line = sheets.as_csv([(1, *texts)]).removesuffix("\r\n")
    read = [field[1:-1].replace('""', '"') if field.startswith('"') else field for field in split_at_any(line)]
    assert read == ["1", *texts]


_SEEMS_EMPTY = re.compile("[\\s\u200b\ufeff]*")


@given(st.lists(HOSTILE_TEXT, min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
@example(['a;"=1+1;'], ";")
def test_no_cell_is_a_formula_whichever_separator_is_taken(texts: list[str], separator: str) -> None:
    sheet = sheets.as_csv([(1, *map(sheets.as_cell, texts))])
    for row in csv.reader(StringIO(sheet, newline=""), delimiter=separator):
        for cell in row:
            seen = _SEEMS_EMPTY.sub("", cell, count=1)
            assert not re.match("[=@]+[^=@+ \\-\\s\"',;\u200b\ufeff]", seen), (cell, sheet)


@pytest.mark.parametrize("text", ["a;b", "a\tb", "x;y;z"])
def test_a_program_that_finds_the_separator_out_finds_the_comma(text: str) -> None:
    sheet = sheets.as_csv([sheets.FORMS_HEADER, *((page, "key", text, "90.0", "80.0") for page in range(1, 6))])
    dialect = csv.Sniffer().sniff(sheet, delimiters=",;\t")
    assert [row[2] for row in csv.reader(StringIO(sheet, newline=""), dialect)] == ["value", *[text] * 5]


@pytest.mark.parametrize("text", ["-5.00", "+1", "-12,50 %", "Due:", "", "a=b", "2026-11-23"])
def test_numbers_and_other_text_stay_as_they_are(text: str) -> None:
    assert sheets.as_text(text) == text


def test_every_column_that_comes_from_the_document_is_safe() -> None:
    evil = line("=1+1", 0.1, 0.1)
    page = invoice()._replace(tables=(table([[evil]]),), answers=(Answer("=1+1", "=1+1", 90.0),))
    page = page._replace(fields=(page.fields[0]._replace(key="=1+1", value="=1+1"),))
    text = sheets.as_csv([*sheets.form_rows(page), *sheets.table_rows(page), *sheets.query_rows(page)])
    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert cells.count("'=1+1") == 5
    assert "=1+1" not in cells


def queries_sheet(*pages: Page) -> str:
    rows = [row for page in pages for row in sheets.query_rows(page)]
    return "".join(sheets.without_needless_blanks(StringIO(sheets.as_csv([sheets.QUERIES_HEADER, *rows]), newline="")))


def answered(number: int, **answers: str) -> Page:
    told = (Answer(asked, text, 90.0 if text else 0.0) for asked, text in answers.items())
    return Page(number, (), answers=tuple(told))


def test_every_page_that_answers_a_question_has_a_row() -> None:
    pages = answered(1, Who="Ada", When=""), answered(2, Who="", When=""), answered(3, Who="Eve", When="May")
    sheet = queries_sheet(*pages)
    assert sheet == "page,question,answer,confidence\r\n1,Who,Ada,90.0\r\n3,Who,Eve,90.0\r\n3,When,May,90.0\r\n"


def test_a_question_that_no_page_answers_has_one_empty_row() -> None:
    sheet = queries_sheet(*(answered(number, Who="", When="May" if number == 3 else "") for number in range(2, 9)))
    assert sheet.splitlines()[1:] == ["2,Who,,0.0", "3,When,May,90.0"]


def test_the_sheet_of_one_page_has_every_question_in_its_order() -> None:
    assert queries_sheet(answered(1, a="", b="x", c="")).splitlines()[1:] == ["1,a,,0.0", "1,b,x,90.0", "1,c,,0.0"]


def test_the_header_is_no_question() -> None:
    assert queries_sheet(answered(1, question="")).splitlines()[1:] == ["1,question,,0.0"]


@pytest.mark.parametrize("text", ['a "b", c', "a\r\nb", "a\nb\rc", "=1;2", "x" * 200_000, "\x00"])
def test_an_answer_of_any_text_stays_as_it_was(text: str) -> None:
    page = answered(1, Who=text)
    assert queries_sheet(page) == sheets.as_csv([sheets.QUERIES_HEADER, *sheets.query_rows(page)])
