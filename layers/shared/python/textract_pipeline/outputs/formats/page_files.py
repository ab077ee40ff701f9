"""Separate files for each page, as in the reference architecture, for instance `page-1-text.txt`.

While a document is being rendered, they are kept in one file, with one line of JSON per page.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from textract_pipeline.outputs.formats import sheets
from textract_pipeline.outputs.formats.text import page_text
from textract_pipeline.response.page import Page, Table
from textract_pipeline.response.reading_order import Region

BEGINNING = "page-"  # of the names of all these files
_NAME = re.compile(r"page-[1-9][0-9]*-(?:(?:text|text-inreadingorder|tables-pretty)\.txt|(?:forms|tables)\.csv)")


def is_name(name: str) -> bool:
    """Whether a file of a page may have this name."""
    return _NAME.fullmatch(name) is not None


def page_files(page: Page, regions: Sequence[Region]) -> Iterator[tuple[str, str]]:
    """The page's files, each with its name: the text as Textract has it and in reading order, forms and tables."""
    name = f"{BEGINNING}{page.number}-"
    yield name + "text.txt", "".join(line.text + "\n" for line in page.lines)
    yield name + "text-inreadingorder.txt", page_text(page, regions)
    if page.fields:
        yield name + "forms.csv", sheets.as_csv([sheets.FORMS_HEADER, *sheets.form_rows(page)])
    if page.tables:
        yield name + "tables.csv", sheets.as_csv([sheets.TABLES_HEADER, *sheets.table_rows(page)])
        yield name + "tables-pretty.txt", "\n".join(_pretty(table) for table in page.tables)


def kept(page: Page, regions: Sequence[Region]) -> str:
    """The page's files as one line."""
    return json.dumps(dict(page_files(page, regions))) + "\n"


def unpacked(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """All files in these lines."""
    for line in lines:
        for name, body in json.loads(line).items():
            yield name, body.encode()


def _pretty(table: Table) -> str:
    """The table as text, with each column as wide as its longest cell."""
    rows = [[cell.text if cell else "" for cell in row] for row in table.rows()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(line.rstrip() + "\n" for line in lines)
