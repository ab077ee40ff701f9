"""The picture of a page, as who makes the heavy outputs hands it in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page upright, as a JPEG of so many pixels, in colour or in shades of grey."""

    jpeg: bytes
    width: int
    height: int
    is_grey: bool = False
