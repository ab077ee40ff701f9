"""JPEG files, bad and odd."""

import struct
from collections.abc import Iterator

from PIL import Image

from tests.bad_input.case import Case, blank_image, good, refused, unreadable_image
from tests.bad_input.drawing import blank, page, saved
from textract_pipeline.errors import ErrorCode

ORIENTATION = 0x0112  # Exif


def whole(mode: str = "RGB", **options: object) -> bytes:
    """A good image."""
    return saved(page(mode), "JPEG", **options)


def turned(orientation: int) -> bytes:
    """A good image that is stored turned, with an Exif tag that says how to see it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    return saved(page().transpose(stored), "JPEG", exif=exif)


def declaring(width: int, height: int) -> bytes:
    """A good image that says it has this size."""
    body = bytearray(whole())
    frame = body.index(b"\xff\xc0")
    body[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(body)


def behind_a_large_exif(body: bytes) -> bytes:
    """The image with as much Exif data before it as a segment can have, but for a little."""
    data = b"Exif\0\0" + bytes(60_000)
    return body[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + body[2:]


def cases() -> Iterator[Case]:
    """All of them."""
    yield refused("jpeg/only the first marker.jpg", ErrorCode.BAD_DOCUMENT, lambda: whole()[:3])
    yield refused("jpeg/cut off in the header.jpg", ErrorCode.BAD_DOCUMENT, lambda: whole()[:100])
    yield refused("jpeg/10,001 pixels wide.jpg", ErrorCode.TOO_LARGE, lambda: saved(blank((10_001, 8)), "JPEG"))
    yield refused("jpeg/10,001 pixels high.jpg", ErrorCode.TOO_LARGE, lambda: saved(blank((8, 10_001)), "JPEG"))
    yield refused(
        "jpeg/10,001 pixels behind Exif.jpg",
        ErrorCode.TOO_LARGE,
        lambda: behind_a_large_exif(saved(blank((10_001, 8)), "JPEG")),
    )
    yield refused("jpeg/bomb of 65,535 pixels a side.jpg", ErrorCode.TOO_LARGE, lambda: declaring(65_535, 65_535))
    yield refused("jpeg/more than 10 MB.jpg", ErrorCode.TOO_LARGE, lambda: whole() + bytes(10 * 1024**2))
    yield unreadable_image("jpeg/cut off in the middle.jpg", lambda: whole()[: len(whole()) // 2])
    yield unreadable_image("jpeg/no segments.jpg", lambda: b"\xff\xd8\xff" + b"Just text." * 9)
    yield unreadable_image("jpeg/no image.jpg", lambda: b"\xff\xd8\xff\xd9" + bytes(100))
    yield blank_image("jpeg/one pixel.jpg", lambda: saved(blank((1, 1)), "JPEG"))
    yield good("jpeg/CMYK.jpg", lambda: whole("CMYK"))
    yield good("jpeg/grey.jpg", lambda: whole("L"))
    yield good("jpeg/progressive.jpg", lambda: whole(progressive=True))
    yield good("jpeg/large Exif.jpg", lambda: behind_a_large_exif(whole()))
    yield good("jpeg/turned by 90°.jpg", lambda: turned(6))
    yield good("jpeg/turned by 180°.jpg", lambda: turned(3))
