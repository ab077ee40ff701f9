"""Documents that are made to break what reads them: small files that ask for endless time or memory, or go in circles.

Each is made from code when it is asked for, the same every time, and takes less than 1 MB once it is compressed.

structure.py    PDF: circles and lies in its objects, page tree, cross-reference tables, and encryption
content.py      PDF: what is drawn, endlessly often or large
streams.py      PDF: streams, images, and fonts that become huge, or never end
interactive.py  PDF: form fields, outlines, annotations, and actions in circles
images.py       PNG and JPEG
tiffs.py        TIFF
dense.py        pages that are full of what recognition looks for
"""

from collections.abc import Callable, Mapping

from tests.support.hostile_documents import content, dense, images, interactive, streams, structure, tiffs

HOSTILE: Mapping[str, Callable[[], bytes]] = {
    **structure.FILES,
    **content.FILES,
    **streams.FILES,
    **interactive.FILES,
    **images.FILES,
    **tiffs.FILES,
    **dense.FILES,
}
PAGES: Mapping[str, int] = {
    "pdf/five pages, one of 47 inches": 5,
    "pdf/page tree that doubles 30 times": 2000,
    "pdf/says it has 40 pages": 40,
    "pdf/second page is a stream": 2,
    "tiff/1,000 directories in a circle": 1000,
    "tiff/second page of 2³¹ pixels a side": 2,
    "tiff/three fax pages of 10,000 pixels a side": 3,
}  # of those that have more than one, however they are counted
