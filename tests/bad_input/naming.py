"""Files of no known format, files under a wrong name, and names that are awkward themselves."""

from collections.abc import Iterator

from tests.bad_input import jpeg, pdf, png, tiff
from tests.bad_input.case import PREFIX, Case, good, refused
from textract_pipeline.document import MAX_KEY_BYTES
from textract_pipeline.errors import ErrorCode

AWKWARD_NAMES = (
    "two  spaces .png",
    "plus+plus.png",
    "per%20cent%.png",
    "ampersand & equals = question ?.png",
    "quotes ' \" `.png",
    "brackets ([{<>}]).png",
    "backslash \\ pipe | caret ^.png",
    "colon : semicolon ; comma , at @.png",
    "hash # dollar $ tilde ~ exclamation !.png",
    "Ünïcödé 日本語 😀.png",
    "decomposed u\u0308.png",
    "tab\tinside.png",
    "twice//slashed.png",
    "dots/..png",
)


def longest_key() -> str:
    """A key of exactly 1,024 bytes, in characters of three bytes as far as they go."""
    room = MAX_KEY_BYTES - len(PREFIX) - len(".png")
    return "語" * (room // 3) + "x" * (room % 3) + ".png"


def cases() -> Iterator[Case]:
    """All of them."""
    for name in ("empty.pdf", "empty.png", "empty.jpg", "empty.tiff"):
        yield refused(f"none/{name}", ErrorCode.EMPTY_OBJECT, lambda: b"")
    unsupported = ErrorCode.UNSUPPORTED_FORMAT
    yield refused("none/one byte.pdf", unsupported, lambda: b"%")
    yield refused("none/one byte.png", unsupported, lambda: b"\x89")
    yield refused("none/one byte.jpg", unsupported, lambda: b"\xff")
    yield refused("none/text.txt", unsupported, lambda: b"Just text.\n")
    yield refused("none/text.png", unsupported, lambda: b"Just text.\n")
    yield refused("none/zeros.tiff", unsupported, lambda: bytes(5000))
    yield refused("none/GIF.png", unsupported, lambda: b"GIF89a" + bytes(100))
    yield refused("none/ZIP.docx", unsupported, lambda: b"PK\x03\x04" + bytes(100))
    yield refused("none/BigTIFF.tiff", unsupported, lambda: b"II+\0\x08\0\0\0" + bytes(100))
    yield refused("none/PDF header after 1,024 bytes.pdf", unsupported, lambda: b"\n" * 1100 + pdf.one_page())
    yield refused("none/HTML.pdf", unsupported, lambda: b"<!DOCTYPE html><title>404</title>")
    yield good("name/PNG.pdf", png.whole)
    yield good("name/PDF.png", pdf.one_page)
    yield good("name/TIFF.jpg", tiff.whole)
    yield good("name/JPEG", jpeg.whole)
    yield good(longest_key(), png.whole)
    for name in AWKWARD_NAMES:
        yield good(name, png.whole)
