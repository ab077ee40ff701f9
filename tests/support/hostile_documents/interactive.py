"""PDF files whose fields, outlines, annotations, and actions go in circles, or are endlessly many."""

from collections.abc import Callable, Mapping

from tests.bad_input.pdf import deflated, stream
from tests.support.hostile_documents.structure import one_page_of

_BOX = b"/Rect [0 0 320 96]"
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "


def _with_fields(fields: bytes, **more: bytes) -> bytes:
    return one_page_of(b"/AcroForm << /Fields [%s] /NeedAppearances true >>" % fields, b"/Annots [6 0 R]", **more)


def _many_fields(count: int) -> bytes:
    """Fields that have the same widget, each with a value of its own."""
    field = b"<< /FT /Tx /T (f) /V (x) /Parent 7 0 R /Type /Annot /Subtype /Widget %s >>" % _BOX
    return _with_fields(b"6 0 R " * count, o6=field, o7=b"<< /Kids [%s] >>" % (b"6 0 R " * count))


def _with_notes(notes: bytes, **more: bytes) -> bytes:
    return one_page_of(page=b"/Annots [%s]" % notes, **more)


def _stamp(appearance: bytes) -> bytes:
    return b"<< /Type /Annot /Subtype /Stamp %s /F 4 /AP << /N %s >> >>" % (_BOX, appearance)


def _active() -> bytes:
    return one_page_of(
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AcroForm << /XFA [(template) 6 0 R] >>"
        b" /Names << /EmbeddedFiles << /Names [(evil.exe) 7 0 R] >> >>",
        o6=stream(b"<xdp/>"),
        o7=b"<< /Type /Filespec /F (evil.exe) /EF << /F 8 0 R >> >>",
        o8=stream(b"MZ", b"/Type /EmbeddedFile "),
    )


def _nested_actions(count: int) -> bytes:
    """Actions that each come after another, so deep that no reader may follow them by calling itself."""
    more = {f"o{number}": b"<< /S /GoTo /D [3 0 R] /Next %d 0 R >>" % (number + 1) for number in range(6, 6 + count)}
    more[f"o{6 + count}"] = b"<< /S /URI /URI (https://example.com) >>"
    return one_page_of(b"/OpenAction 6 0 R /AA << /WC 6 0 R >> /X 6 0 R", **more)


def _chain(count: int) -> bytes:
    """Objects that each refer to the next one, and are copied with the document."""
    more = {f"o{number}": b"<< /N %d 0 R >>" % (number + 1) for number in range(6, 6 + count)}
    return one_page_of(b"/X 6 0 R", page=b"/X 6 0 R", **more, **{f"o{6 + count}": b"null"})


def _dynamic_form() -> bytes:
    template = b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template/></xdp:xdp>'
    form = b"/AcroForm << /Fields [] /XFA 6 0 R >> /NeedsRendering true"
    return one_page_of(form, content=b"", o6=deflated(template))


FILES: Mapping[str, Callable[[], bytes]] = {
    "pdf/scripts and files inside": _active,
    "pdf/dynamic form": _dynamic_form,
    "pdf/field that is its own kid": lambda: _with_fields(
        b"6 0 R", o6=b"<< /FT /Tx /T (f) /Kids [6 0 R 6 0 R] /Parent 6 0 R /Subtype /Widget %s >>" % _BOX
    ),
    "pdf/fields in a circle": lambda: _with_fields(
        b"6 0 R 7 0 R",
        o6=b"<< /FT /Tx /T (a) /Kids [7 0 R] /Parent 7 0 R /Subtype /Widget %s >>" % _BOX,
        o7=b"<< /FT /Tx /T (b) /Kids [6 0 R 6 0 R] /Parent 6 0 R >>",
    ),
    "pdf/50,000 fields": lambda: _many_fields(50_000),
    "pdf/outline in a circle": lambda: one_page_of(
        b"/Outlines 6 0 R /PageMode /UseOutlines",
        o6=b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 99 >>",
        o7=b"<< /Title (x) /Parent 7 0 R /Next 7 0 R /Prev 7 0 R /First 6 0 R /Dest /x >>",
    ),
    "pdf/names in a circle": lambda: one_page_of(
        b"/Names << /Dests 6 0 R /EmbeddedFiles 6 0 R /JavaScript 6 0 R >> /Dests 6 0 R /PageLabels 6 0 R",
        o6=b"<< /Kids [6 0 R 6 0 R] /Limits [(a) (z)] /Nums [0 6 0 R] >>",
    ),
    "pdf/500,000 annotations": lambda: _with_notes(
        b"6 0 R " * 500_000, o6=_stamp(b"7 0 R"), o7=stream(b"0 0 9 9 re f", _FORM)
    ),
    "pdf/500,000 links": lambda: _with_notes(
        b"6 0 R " * 500_000, o6=b"<< /Type /Annot /Subtype /Link %s /A << /S /URI /URI (x) >> >>" % _BOX
    ),
    "pdf/annotation that is its own appearance": lambda: _with_notes(
        b"6 0 R 7 0 R", o6=_stamp(b"6 0 R"), o7=_stamp(b"<< /On 7 0 R >> /AS /On")
    ),
    "pdf/stamp that draws itself": lambda: _with_notes(
        b"6 0 R",
        o6=_stamp(b"7 0 R"),
        o7=stream(b"/X Do /X Do", _FORM + b"/Resources << /XObject << /X 7 0 R >> >> "),
    ),
    "pdf/structure in a circle": lambda: one_page_of(
        b"/MarkInfo << /Marked true >> /StructTreeRoot 6 0 R",
        page=b"/StructParents 0",
        o6=b"<< /Type /StructTreeRoot /K [7 0 R] /ParentTree << /Nums [0 7 0 R] /Kids [6 0 R] >> >>",
        o7=b"<< /Type /StructElem /S /P /P 7 0 R /K [7 0 R 6 0 R 7 0 R] /Pg 3 0 R >>",
    ),
    "pdf/layers in one another": lambda: one_page_of(
        b"/OCProperties << /OCGs [6 0 R] /D << /Order [%s] /OFF [6 0 R] >> >>" % (b"[" * 5_000 + b"]" * 5_000),
        page=b"/X << /VE 7 0 R >>",
        o6=b"<< /Type /OCG /Name (x) >>",
        o7=b"[/And 7 0 R 7 0 R]",
    ),
    "pdf/action after itself": lambda: one_page_of(
        b"/OpenAction 6 0 R /AA << /WC 6 0 R >>", o6=b"<< /S /JavaScript /JS (x) /Next [6 0 R 6 0 R] >>"
    ),
    "pdf/5,000 actions after one another": lambda: _nested_actions(5_000),
    "pdf/20,000 objects in a chain": lambda: _chain(20_000),
    "pdf/thread in a circle": lambda: one_page_of(
        b"/Threads [6 0 R]",
        page=b"/B [7 0 R]",
        o6=b"<< /Type /Thread /F 7 0 R /I << /Title (x) >> >>",
        o7=b"<< /Type /Bead /T 6 0 R /N 7 0 R /V 7 0 R /P 3 0 R /R [0 0 9 9] >>",
    ),
}
