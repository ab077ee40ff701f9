"""`text.txt`: a page's lines in reading order."""

from collections.abc import Iterable

from textract_pipeline.response.reading_order import Region

PAGE_BREAK = "\f"


def page_text(regions: Iterable[Region]) -> str:
    """A page's text; lines that are side by side become one line, separated by two spaces."""
    return "".join("  ".join(line.text for line in row) + "\n" for region in regions for row in region.rows)
