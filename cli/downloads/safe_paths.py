"""Paths on this machine that are made of keys. Pure.

A key is any text up to 1,024 bytes, and whoever may upload chooses it. What is made of it here is a relative path. Each
of its steps is a name that Linux, macOS and Windows take as a name ("Naming Files, Paths, and Namespaces",
learn.microsoft.com, 2026-11), and none leads out or is hidden. A name that had to be changed is told from all others by
what follows a `~`.
"""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

_MOST_BYTES = 255  # of a name (Linux, NAME_MAX; fewer than the 255 UTF-16 units of macOS and Windows)
_MOST_BYTES_OF_PATH = 512  # a path of macOS has 1,024, with the folder that it is in
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE | re.DOTALL
)
_TAKEN = "index.html"  # at the root: the page of all documents
_MARKED = re.compile("~[0-9a-f]{32}$", re.IGNORECASE)
_HARMFUL = frozenset('<>:"/\\|?*')
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def document_paths(key: str, document_id: str) -> tuple[PurePosixPath, PurePosixPath]:
    """Where a document's folder may be: the key as far as it is harmless, and a folder for when that place is taken.

    No other document is given one of them, except that the first is the same for every content of a harmless key.
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
    """Where a file is in its document's folder: an output's name, or a single name that is no other output's."""
    names = name.split("/")
    safe = [_safe(each) for each in names]
    is_harmless = safe == names and not any(map(_MARKED.search, names)) and folded(names[0]) != _TAKEN
    if is_harmless and len(name.encode()) <= _MOST_BYTES_OF_PATH:
        return PurePosixPath(name)
    return PurePosixPath(_marked(safe[-1], hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]))


def folded(name: str) -> str:
    """What is the same for two names that a file system may take for one: it may heed neither case nor normal form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _safe(name: str) -> str:
    """The name with `_` for what does harm, short enough; the same as before if nothing did."""
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
