"""What a PDF does by itself, or leads out of it: scripts, actions, embedded files. A copy for readers has none of it.

Links within the document stay.
"""

from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject, PdfObject

# Entries that hold nothing else, wherever they are: what is done when a document or a page is opened, or a field is
# used; files within the file; forms in XML.
_ENTRIES = ("/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/RichMediaContent", "/XFA")
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Thread"),
        *("/Sound", "/Movie", "/Rendition", "/RichMediaExecute"),
    }
)  # ISO 32000-2, 12.6.4, those that stay within the document left out


def remove_active_content(reader: PdfReader) -> None:
    """Take it out of the objects that the reader has; what is copied from it afterwards is without."""
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
    """Every object that the catalog leads to, once; what it leads to is looked for after it is given."""
    waiting: list[PdfObject] = [reader.root_object]
    seen: dict[int, PdfObject] = {}  # which keeps them, or their numbers would be used again
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
