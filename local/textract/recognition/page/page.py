"""One page, with its pixels on demand, and its text layer if it has one."""

from collections.abc import Callable
from dataclasses import dataclass

from local.textract.recognition.page.geometry import PageImage
from local.textract.recognition.page.words import Reading


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an open document. Sizes and boxes are in pixels of the image that `render` makes."""

    width: int
    height: int
    render: Callable[[], PageImage]  # raises BadDocumentError; slow for a PDF page, so called only when pixels matter
    text_layer: Reading | None = None  # None if the page must be read from its image
