"""Attacks in a document or its name on the people who open the outputs. None of them takes effect."""

import csv
from io import StringIO
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.textract_pipeline.outputs.formats.drawing import field, line, table
from textract_pipeline.document import is_output_key, output_prefix
from textract_pipeline.outputs.formats.markdown import page_markdown
from textract_pipeline.outputs.formats.sheets import as_csv, as_text, form_rows, table_rows
from textract_pipeline.response.page import Page
from textract_pipeline.response.reading_order import regions

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")')
BEFORE = ("", " ", "\t", "\r", "\n", "\u00a0")
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "--> <script>alert(1)</script>",
    "[x]: http://evil.example",
    "| --- | <b>",
    "```html",
)
IDENTIFIER = "0" * 32


@pytest.mark.parametrize("text", ["".join(parts) for parts in product(BEFORE, FORMULAS)])
def test_no_cell_of_a_sheet_is_a_formula(text: str) -> None:
    said = line(text, 0.1, 0.1)
    page = Page(1, (), (field(said, said),), (table([[said]]),))
    cells = [
        cell
        for rows in (form_rows(page), table_rows(page))
        for row in csv.reader(StringIO(as_csv(rows), newline=""))
        for cell in row
    ]
    assert [cell for cell in cells if cell.strip()[:1] in {"=", "+", "-", "@"}] == []


@given(st.text(max_size=50))
def test_a_cell_never_leaves_its_column_nor_its_row(text: str) -> None:
    assert list(csv.reader(StringIO(as_csv([("before", as_text(text), "after")]), newline=""))) == [
        ["before", as_text(text), "after"]
    ]


@pytest.mark.parametrize("text", MARKUP)
def test_what_a_document_says_is_text_in_markdown_and_nothing_else(text: str) -> None:
    said = line(text, 0.1, 0.1)
    page = Page(1, (said,), (field(said, said),), (table([[said]]),))
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(page_markdown(page, regions(page)))
    for harm in ("<script", "<img", "<a ", "<b>", "<pre"):
        assert harm not in shown


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "/absolute.png", "a/../b.png", "C:\\x.png", "a\x00b.png", "\u202egnp.exe", "%2e%2e/x.png"],
)
def test_outputs_stand_below_the_documents_own_key_whatever_it_is(key: str) -> None:
    assert output_prefix(key, IDENTIFIER) == f"{key}-analysis/{IDENTIFIER}/"


@pytest.mark.parametrize("key", ["x" * 1024, "ü" * 512, "/" * 1024])
def test_the_longest_keys_leave_room_for_the_names_of_outputs(key: str) -> None:
    prefix = output_prefix(key, IDENTIFIER)
    assert len(prefix.encode()) < 1024
    assert is_output_key(f"{prefix}text.txt")


@pytest.mark.parametrize("key", ["notes-analysis/letter.png", "a-analysis/b.png", f"x-analysis-{IDENTIFIER}/b.png"])
def test_a_name_that_only_looks_like_an_outputs_is_a_documents(key: str) -> None:
    assert not is_output_key(key)


def test_a_field_of_megabytes_is_written_whole_and_in_no_time() -> None:
    text = "=" + "A1&" * 1_000_000
    page = Page(1, (), (field(line("key", 0, 0), line(text, 0, 0)),))
    assert "'" + text in as_csv(form_rows(page))
