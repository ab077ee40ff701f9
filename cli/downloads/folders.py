"""The folders of documents under `--out`: each holds exactly one document, and nothing is written outside them.

A folder has the name of its document's key (`safe_paths`), unless that place is taken: by other content of the same
key, by a key that differs only in case, or by the operator's own files. A file in the folder says which document it
belongs to. Links are not followed.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import click

from cli.downloads.safe_paths import document_paths, file_path, folded
from textract_pipeline.document import Document

CLAIM = ".document.json"


class NotWrittenError(click.ClickException):
    """A file cannot be written to this machine."""

    exit_code = 1


class Folders:
    """The folders under one root folder, which need not exist yet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[Path, dict[str, str]] = {}

    def of(self, document: Document) -> Path:
        """Where the document's files are or would be written. Raises NotWrittenError if that cannot be determined."""
        with _said(document.key, self.root):
            return self._place_of(document)

    @contextmanager
    def new_file(self, document: Document, name: str) -> Iterator[tuple[Path, IO[bytes]]]:
        """A new file in the document's folder, and its path once it is complete. Raises NotWrittenError."""
        folder = self.of(document)
        with _said(document.key, folder):
            self._claim(folder, document)
            path = _made(folder, file_path(name))
            with _replacing(path) as file:
                yield path, file

    def _place_of(self, document: Document) -> Path:
        places = document_paths(document.key, document.document_id)
        for place in places:
            if self._leads_to_folder(place) and _owner(self.root / place) == document.document_id:
                return self.root / place
        return self.root / next(filter(self._is_free, places), places[-1])

    def _claim(self, folder: Path, document: Document) -> None:
        if _owner(folder) == document.document_id:
            return
        place = PurePosixPath(folder.relative_to(self.root))
        _made(self.root, place / CLAIM)
        for step in (place, *place.parents[:-1]):
            self._names_in(self.root / step.parent)[folded(step.name)] = step.name
        with _replacing(folder / CLAIM) as file:
            file.write(json.dumps({"documentId": document.document_id, "document": document.uri}).encode())

    def _leads_to_folder(self, place: PurePosixPath) -> bool:
        """Whether the folder exists and can be reached without following a link."""
        steps = [self.root / PurePosixPath(*place.parts[: count + 1]) for count in range(len(place.parts))]
        return all(step.is_dir() and not step.is_symlink() for step in steps)

    def _is_free(self, place: PurePosixPath) -> bool:
        """Whether a document may use this place: no folder on the path to it belongs to another document."""
        folder = self.root
        for name in place.parts:
            known = self._names_in(folder).get(folded(name))
            folder /= name
            if known is None:
                return True
            if known != name or folder.is_symlink() or not folder.is_dir() or os.path.lexists(folder / CLAIM):
                return False
        return not any(folder.iterdir())

    def _names_in(self, folder: Path) -> dict[str, str]:
        """The names in a folder, by the form under which a file system may consider them equal."""
        if folder not in self._names:
            names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
            self._names[folder] = {folded(name): name for name in names}
        return self._names[folder]


@contextmanager
def new_page(path: Path) -> Iterator[IO[bytes]]:
    """A file that belongs to no single document; a link in its place is replaced. Raises NotWrittenError."""
    with _said(path.name, path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(path) as file:
            yield file


def _owner(folder: Path) -> str | None:
    """The id of the document that the folder belongs to, according to the file in it; None if there is none."""
    claim = folder / CLAIM
    if claim.is_symlink() or not claim.is_file():
        return None
    try:
        told = json.loads(claim.read_bytes())
    except (OSError, ValueError):
        return None
    return told.get("documentId") if isinstance(told, dict) else None


def _made(folder: Path, place: PurePosixPath) -> Path:
    """The path under a folder; creates the folders on the path to it, none of which may be a link."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in place.parts[:-1]:
        folder /= name
        if folder.is_symlink():
            raise NotADirectoryError(None, "it is a link", str(folder))
        folder.mkdir(exist_ok=True)
    return folder / place.name


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that replaces `path` when it is complete: an old link is not followed, no file is left half written."""
    unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with unfinished.open("xb") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _said(what: str, folder: Path) -> Iterator[None]:
    """Turns a file system error into a message for the user."""
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise NotWrittenError(
            f"{what} cannot be written to this machine: {place}: {error.strerror or error}. Move it away, or choose"
            " another folder with --out."
        ) from error
