"""Paths that are made from any keys."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.downloads.safe_paths import document_paths, file_path, folded
from tests.support.hostile_keys import HOSTILE_KEYS
from textract_pipeline.document import document_id

KEYS = st.one_of(
    st.sampled_from(HOSTILE_KEYS),
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["", ".", "..", "CON", "nul.txt", "a", "A", "x" * 300, "ü" * 200, "a.", "a ", "index.html"]
            ),
            st.from_regex(r"[a-c]~[0-9a-f]{32}", fullmatch=True),
        ),
        max_size=6,
    ).map("/".join),
    st.text(st.sampled_from("aAbÄä./\\: _~\x00\x1b\u0308\ud800"), max_size=12),
)
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³")}


def identifier(key: str, content: str = "etag") -> str:
    return document_id("documents", key.encode(errors="replace").decode(), content)


def every_path(key: str):
    return (*document_paths(key, identifier(key)), file_path(key))


@given(KEYS)
def test_a_path_is_relative_and_each_step_of_it_a_name_that_every_file_system_takes(key: str) -> None:
    for path in every_path(key):
        assert path.parts
        assert not path.is_absolute()
        for name in path.parts:
            assert 0 < len(name.encode()) <= 255
            assert not re.search(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]', name)
            assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", name)
            assert name[0] != "."
            assert name[-1] not in ". "
            assert name.partition(".")[0].rstrip().lower() not in DEVICES
        assert folded(path.parts[0]) != "index.html"


@given(KEYS, KEYS)
@example("a/b", "a//b")
@example("a/b", "a/../a/b")
@example("a:b", "a?b")
@example("a_b", "a:b")
@example("x" * 300, "x" * 301)
def test_two_keys_never_have_one_path(key: str, other: str) -> None:
    if key != other and identifier(key) != identifier(other):
        assert not {*document_paths(key, identifier(key))} & {*document_paths(other, identifier(other))}
        assert file_path(key) != file_path(other)


@given(KEYS)
def test_two_contents_of_a_key_have_a_place_each_however_file_systems_compare_names(key: str) -> None:
    first, second = (document_paths(key, identifier(key, content))[-1] for content in "ab")
    assert folded(str(first)) != folded(str(second))


@given(KEYS)
def test_the_last_resort_is_one_name_that_says_the_document(key: str) -> None:
    path = document_paths(key, identifier(key))[-1]
    assert len(path.parts) == 1
    assert path.name.endswith(f"~{identifier(key)}")


@pytest.mark.parametrize(
    "key", ["form.png", "2026/form 1.png", "a&b/form #1.png", "Ünïcode/文書.pdf", "a_b-c+d (1)/e,f=g@h!.tif", "x" * 255]
)
def test_a_key_that_does_no_harm_is_the_path(key: str) -> None:
    assert str(document_paths(key, identifier(key))[0]) == key


@pytest.mark.parametrize(
    ("key", "begins"),
    [
        ("2026-11-01T12:00/page.pdf", "2026-11-01T12_00/page.pdf~"),
        ("../x.pdf", "__/x.pdf~"),
        ("a//b.pdf", "a/_/b.pdf~"),
        ("aux/nul.pdf", "_aux/_nul.pdf~"),
        (".ssh/keys.", "_ssh/keys_~"),
        ("\x1b[31mred.pdf", "_[31mred.pdf~"),
        ("index.html", "index.html~"),
        ("index.html/x.pdf", "_index.html/x.pdf~"),
    ],
)
def test_a_path_is_as_like_its_key_as_it_may_be(key: str, begins: str) -> None:
    assert str(document_paths(key, identifier(key))[0]) == begins + identifier(key)


@pytest.mark.parametrize("name", ["text.txt", "response/job-1/1", "page-1-text.txt", "page-10-tables-pretty.txt"])
def test_an_output_s_name_is_its_path(name: str) -> None:
    assert str(file_path(name)) == name
