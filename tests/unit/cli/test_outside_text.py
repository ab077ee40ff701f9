"""Text from outside that is shown to people."""

import json
import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from cli.outside_text import as_json, in_table, visible, visible_lines
from tests.support.hostile_keys import HOSTILE_KEYS

RAW = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
TEXTS = st.one_of(st.sampled_from(HOSTILE_KEYS), st.text(), st.text(st.characters(max_codepoint=0x2100), max_size=30))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x9b1m\x7f\x00", "\\x9b1m\\x7f\\x00"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\u2066\u2069\u200e\u200f\u061c\ufeff\u200b", "\\u2066\\u2069\\u200e\\u200f\\u061c\\ufeff\\u200b"),
        ("\ud83d", "\\ud83d"),
        ("\U000e0041", "\\U000e0041"),
        ("Ünïcode 文書 👩\u200d💻 a\\b [x]", "Ünïcode 文書 👩\u200d💻 a\\b [x]"),
    ],
)
def test_what_is_not_seen_is_shown_as_python_would_write_it(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(TEXTS)
def test_nothing_that_steers_a_terminal_remains(text: str) -> None:
    assert not RAW.search(visible(text))
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


@given(TEXTS)
def test_text_of_many_lines_keeps_its_lines(text: str) -> None:
    shown = visible_lines(text)
    assert not RAW.search(shown.replace("\n", "").replace("\t", ""))
    assert shown.count("\n") == text.count("\n")


@given(TEXTS)
def test_json_says_the_same_without_what_steers_a_terminal(text: str) -> None:
    told = as_json({"key": text, text: ["ü"]})
    assert json.loads(told) == {"key": text, text: ["ü"]} or text == "key"
    assert not RAW.search(told.replace("\n", ""))
    assert "ü" in told


@given(st.one_of(st.sampled_from(HOSTILE_KEYS), st.text(st.characters(max_codepoint=0x7F))))
def test_a_table_shows_markup_as_it_is(text: str) -> None:
    file = StringIO()
    table = Table(show_header=False, title=in_table(text), title_justify="left")
    table.add_row(in_table(text))
    console = Console(file=file, width=3000, force_terminal=False)
    console.print(table)
    assert not RAW.search(file.getvalue().replace("\n", ""))
    assert file.getvalue().count(visible(text).strip()) >= 2
