"""The folders to which documents' files are written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import cast

import pytest

from cli.downloads import folders
from cli.downloads.folders import Folders, NotWrittenError
from cli.downloads.safe_paths import folded
from textract_pipeline.document import Document, Lane, document_id
from textract_pipeline.names import Feature

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def document(key: str, content: str = "etag") -> Document:
    return Document(document_id("b", key, content), "b", key, content, 1, Lane.LIVE, (Feature.TEXT,), NOW, NOW)


def store(root: Path, *documents: Document) -> list[Path]:
    """Write a file of each document, with a new `Folders`, as each command does."""
    paths = []
    for one in documents:
        with Folders(root).new_file(one, "text.txt") as (path, file):
            file.write(one.document_id.encode())
        paths.append(path)
    return paths


@pytest.mark.parametrize(
    "keys",
    [
        ("a/b", "a//b", "a/../b", "b"),
        ("A.pdf", "a.pdf"),
        ("Scans/a.pdf", "scans/a.pdf"),
        ("\u00e4.pdf", "a\u0308.pdf", "\u00c4.pdf"),
        ("Straße.pdf", "STRASSE.pdf"),
        ("a", "a/b", "a/b/c"),
        ("a", "a/text.txt", "a/text.txt/text.txt"),
    ],
)
def test_no_two_documents_share_a_folder_whichever_comes_first(tmp_path, keys):
    for number, order in enumerate(permutations(map(document, keys))):
        root = tmp_path / str(number)
        paths = store(root, *order)
        assert [path.read_text() for path in paths] == [one.document_id for one in order]
        places = [path.parent for path in paths]
        assert not any(one in other.parents or one == other for one, other in permutations(places, 2))
        assert len({folded(str(place)) for place in places}) == len(keys)
        assert store(root, *order) == paths
        assert [Folders(root).of(one) for one in order] == places


def test_two_contents_of_a_key_have_a_folder_each(tmp_path):
    first, second = document("form.png", "1"), document("form.png", "2")
    paths = store(tmp_path, first, second, first)
    assert paths[0] == paths[2] == tmp_path / "form.png/text.txt"
    assert paths[1] == tmp_path / f"form.png~{second.document_id}/text.txt"
    assert paths[1].read_text() == second.document_id


def test_a_folder_says_whose_it_is(tmp_path):
    store(tmp_path, document("form.png"))
    claim = (tmp_path / "form.png" / folders.CLAIM).read_text()
    assert document("form.png").document_id in claim
    assert "s3://b/form.png" in claim


@pytest.mark.parametrize("place", ["2026", "2026/form.png", "2026/form.png/.document.json"])
def test_a_file_where_a_folder_is_wanted_is_left_alone(tmp_path, place):
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text("mine")
    (path,) = store(tmp_path, document("2026/form.png"))
    assert path.parent.parent == tmp_path
    assert (tmp_path / place).read_text() == "mine"


@pytest.mark.parametrize("place", ["2026", "2026/form.png", "2026/FORM.PNG"])
def test_a_folder_that_is_somebody_s_own_is_left_alone(tmp_path, place):
    (tmp_path / place / "mine").mkdir(parents=True)
    (path,) = store(tmp_path, document("2026/form.png"))
    assert list((tmp_path / place).rglob("text.txt")) == ([path] if place == "2026" else [])


@pytest.mark.parametrize("place", ["2026", "2026/form.png"])
@pytest.mark.parametrize("is_broken", [True, False])
def test_a_link_is_not_followed(tmp_path, place, is_broken):
    root, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    if not is_broken:
        elsewhere.mkdir()
    (root / place).parent.mkdir(parents=True)
    (root / place).symlink_to(elsewhere)
    (path,) = store(root, document("2026/form.png"))
    assert path.resolve().is_relative_to(root.resolve())
    assert not elsewhere.exists() or not list(elsewhere.iterdir())


@pytest.mark.parametrize("name", ["text.txt", ".document.json"])
def test_a_link_in_a_document_s_folder_is_replaced_and_not_followed(tmp_path, name):
    mine = tmp_path / "mine"
    mine.write_text("mine")
    one = document("form.png")
    (path,) = store(tmp_path / "out", one)
    (path.parent / name).unlink()
    (path.parent / name).symlink_to(mine)
    (path,) = store(tmp_path / "out", one)
    assert path.read_text() == one.document_id
    assert not path.is_symlink()
    assert mine.read_text() == "mine"


def test_a_link_to_the_root_itself_is_the_operator_s_wish(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    (path,) = store(tmp_path / "out", document("form.png"))
    assert (tmp_path / "real/form.png/text.txt").samefile(path)


def test_a_link_below_a_document_s_folder_is_said(tmp_path):
    store(tmp_path / "out", document("form.png"))
    (tmp_path / "out/form.png/response").symlink_to(tmp_path)
    with (
        pytest.raises(NotWrittenError, match=r"form\.png cannot be written .*response"),
        Folders(tmp_path / "out").new_file(document("form.png"), "response/1"),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "response/../../../x", "a\\..\\x", "\x00", ".document.json", ""])
def test_no_name_of_a_file_leads_out_or_to_the_claim(tmp_path, name):
    root = tmp_path / "out"
    with Folders(root).new_file(document("form.png"), name) as (path, file):
        file.write(b"x")
    assert path.resolve().parent == (root / "form.png").resolve()
    assert document("form.png").document_id in (root / "form.png" / folders.CLAIM).read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_was_not_written_whole_leaves_what_was_there(tmp_path):
    (path,) = store(tmp_path, document("form.png"))
    with (
        pytest.raises(TypeError),
        Folders(tmp_path).new_file(document("form.png"), "text.txt") as (_, file),
    ):
        file.writelines([b"half", cast("bytes", "text")])
    assert path.read_text() == document("form.png").document_id
    assert sorted(each.name for each in path.parent.iterdir()) == [folders.CLAIM, "text.txt"]


def test_a_folder_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    def refuse(path: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "2026").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(NotWrittenError, match=r"2026/form\.png cannot be written .*Permission denied"):
        Folders(tmp_path).of(document("2026/form.png"))


def test_a_place_that_cannot_be_written_is_said_with_what_to_do(tmp_path):
    (tmp_path / "out").write_text("a file")
    with (
        pytest.raises(NotWrittenError, match=r"form\.png cannot be written .*--out"),
        Folders(tmp_path / "out").new_file(document("form.png"), "text.txt"),
    ):
        pass
