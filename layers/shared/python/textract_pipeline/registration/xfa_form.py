"""Whether a PDF is a dynamic XFA form, as far as its first bytes tell. Pure.

Such a form has no pages of its own: Adobe's programs make them from XML, and all others show a page that says "Please
wait". Its catalog has NeedsRendering, and its AcroForm has XFA (ISO 32000-1, 7.7.2 and 12.7.8). A form with XFA but
without NeedsRendering has real pages, and is a PDF like any other.

Tolerant: what is in doubt is no such form, and is left to Textract. In doubt are files whose later bytes may say
otherwise, catalogs in object streams, and files in which another PDF stands uncompressed.
"""

import re

REASON = (
    "The PDF is a dynamic XFA form: it has no pages until Adobe Acrobat makes them, and Textract does not read it."
    " Print it to a new PDF with Acrobat, and upload that."
)

_LINEARIZED = re.compile(rb"/Linearized\b[^>]*/L\s+(\d+)|/L\s+(\d+)[^>]*/Linearized\b")
_LINEARIZED_WITHIN = 1024 + 1024  # bytes: where the header may be, and after it (ISO 32000-1, Annex F.3.3)
_STREAM = re.compile(rb"\bstream\r?\n.*?(?:endstream|\Z)", re.DOTALL)
_ROOT = re.compile(rb"/Root\s+(\d+)\s+\d+\s+R\b")
_NEEDS_RENDERING = re.compile(rb"/NeedsRendering\s+true\b")
_FORM = re.compile(rb"/AcroForm\s*(?:(\d+)\s+\d+\s+R\b|<<)")
_XFA = re.compile(rb"/XFA\s*[\[\d]")


def is_dynamic_form(first_bytes: bytes, size_bytes: int) -> bool:
    """Whether the PDF, of which these are the first bytes, is surely a dynamic XFA form."""
    if first_bytes.count(b"%PDF-") != 1 or not _is_final(first_bytes, size_bytes):
        return False
    objects = _STREAM.sub(b"", first_bytes)
    roots = _ROOT.findall(objects)
    catalog = _object(objects, roots[-1]) if roots else b""
    form = _FORM.search(catalog)
    if form is None or not _NEEDS_RENDERING.search(catalog):
        return False
    return bool(_XFA.search(_object(objects, form[1]) if form[1] else catalog))


def _is_final(first_bytes: bytes, size_bytes: int) -> bool:
    """Whether no later bytes replace what these say: they are all, or the file is linearized and was not changed."""
    if len(first_bytes) >= size_bytes:
        return True
    linearized = _LINEARIZED.search(first_bytes[:_LINEARIZED_WITHIN])
    return linearized is not None and int(linearized[1] or linearized[2]) == size_bytes


def _object(data: bytes, number: bytes) -> bytes:
    """The latest version of an object; empty if it is not there, or not to its end."""
    found = [match.end() for match in re.finditer(rb"(?<!\d)%s\s+\d+\s+obj\b" % number, data)]
    body, end, _ = data[found[-1] :].partition(b"endobj") if found else (b"", b"", b"")
    return body if end else b""
