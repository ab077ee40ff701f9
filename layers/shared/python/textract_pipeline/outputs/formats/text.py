"""`text.txt`: a page's lines in reading order, with the marks of its checkboxes."""

from collections.abc import Sequence

from textract_pipeline.response.checkboxes import with_checkboxes
from textract_pipeline.response.page import Page
from textract_pipeline.response.reading_order import Region

PAGE_BREAK = "\f"


def page_text(page: Page, regions: Sequence[Region]) -> str:
    """A page's text; lines that are side by side become one line, separated by two spaces."""
    marked = with_checkboxes(regions, page.selections)
    return "".join("  ".join(line.text for line in row) + "\n" for region in marked for row in region.rows)
