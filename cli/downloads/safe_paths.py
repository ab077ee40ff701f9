"""Paths on this machine that are made from keys. Pure.

A key is any text of up to 1,024 bytes, and anyone who may upload chooses it. This module makes a relative path from it.
Each part of the path is a valid name on Linux, macOS, and Windows ("Naming Files, Paths, and Namespaces",
learn.microsoft.com, 2026-11). No part leads out of the folder or is hidden. A name that had to be changed ends with `~`
and 32 hex digits, so it differs from all other names.
"""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

_MOST_BYTES = 255  # of a name (NAME_MAX on Linux; stricter than the 255 UTF-16 units of macOS and Windows)
_MOST_BYTES_OF_PATH = 512  # macOS allows 1,024, including the folder that the path is in
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE | re.DOTALL
)
_TAKEN = "index.html"  # at the root: the index page
_MARKED = re.compile("~[0-9a-f]{32}$", re.IGNORECASE)
_HARMFUL = frozenset('<>:"/\\|?*')
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def document_paths(key: str, document_id: str) -> tuple[PurePosixPath, PurePosixPath]:
    """Where a document's folder may be: the key if it is harmless, and a second path in case that place is taken.

    No other document gets either path, except that all versions of the content of a harmless key share the first.
    """
    names = key.split("/")
    safe = [_safe(name) for name in names]
    apart = PurePosixPath(_marked(safe[-1], document_id))
    if len("/".join(safe).encode()) > _MOST_BYTES_OF_PATH:
        return apart, apart
    if safe == names and folded(names[0]) != _TAKEN and not any(map(_MARKED.search, names)):
        return PurePosixPath(key), apart
    first = [f"_{name}" if folded(name) == _TAKEN else name for name in safe[:1]]
    return PurePosixPath(*[*first, *safe[1:]][:-1], apart), apart


def file_path(name: str) -> PurePosixPath:
    """A file's path in its document's folder: the output's name, or one changed name that no other output has."""
    names = name.split("/")
    safe = [_safe(each) for each in names]
    is_harmless = safe == names and not any(map(_MARKED.search, names)) and folded(names[0]) != _TAKEN
    if is_harmless and len(name.encode()) <= _MOST_BYTES_OF_PATH:
        return PurePosixPath(name)
    return PurePosixPath(_marked(safe[-1], hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]))


def folded(name: str) -> str:
    """A form that is equal for names which a file system may consider equal: it may ignore case and normalization."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _safe(name: str) -> str:
    """The name with `_` in place of harmful characters, shortened if it is too long; a harmless name is unchanged."""
    safe = "".join("_" if _does_harm(character) else character for character in name)
    if safe.startswith("."):
        safe = "_" + safe[1:]
    if safe.endswith((".", " ")):
        safe = safe[:-1] + "_"
    if _RESERVED.fullmatch(safe):
        safe = "_" + safe
    return _shortened(safe or "_", _MOST_BYTES)


def _does_harm(character: str) -> bool:
    return character in _HARMFUL or unicodedata.category(character) in _HARMFUL_CATEGORIES


def _marked(name: str, mark: str) -> str:
    return f"{_shortened(name, _MOST_BYTES - 1 - len(mark))}~{mark}"


def _shortened(name: str, most_bytes: int) -> str:
    return name.encode()[:most_bytes].decode(errors="ignore").rstrip(". ")
