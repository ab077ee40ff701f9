"""Removes the active content of a PDF: scripts, actions, links to the outside, and embedded files.

Links within the document stay.
"""

from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject, PdfObject

# Entries that hold only active content, wherever they occur: actions on opening a document or a page, or on using a
# field; embedded files; XML forms.
_ENTRIES = ("/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/RichMediaContent", "/XFA")
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Thread"),
        *("/Sound", "/Movie", "/Rendition", "/RichMediaExecute"),
    }
)  # ISO 32000-2, 12.6.4, except those that stay within the document


def remove_active_content(reader: PdfReader) -> None:
    """Remove it from the reader's objects, before anything is copied from them."""
    for found in _objects(reader):
        if isinstance(found, DictionaryObject):
            for name in [*found]:
                if name in _ENTRIES or _is_active(found[name]):
                    del found[name]
        elif isinstance(found, ArrayObject):
            for index, value in enumerate(found):
                if _is_active(value.get_object()):
                    found[index] = NullObject()


def _objects(reader: PdfReader) -> Iterator[PdfObject]:
    """Every object reachable from the catalog, once. The caller may change it before its references are followed."""
    waiting: list[PdfObject] = [reader.root_object]
    seen: dict[int, PdfObject] = {}  # keeps the objects alive; otherwise, Python could reuse their ids
    while waiting:
        found = waiting.pop().get_object()
        if found is None or id(found) in seen:
            continue
        seen[id(found)] = found
        yield found
        if isinstance(found, DictionaryObject):
            waiting += [found.raw_get(name) for name in found]
        elif isinstance(found, ArrayObject):
            waiting += found


def _is_active(value: PdfObject) -> bool:
    if not isinstance(value, DictionaryObject):
        return False
    kind = value.get("/S")
    return isinstance(kind, NameObject) and kind in _ACTIONS
