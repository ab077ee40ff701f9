"""`document.md`: headings, lists, tables, and form fields in their place on the page.

It contains every word of the page, and the mark of every checkbox. A table's title and footer are lines of the
surrounding page; a field's words are replaced at the first line that contains only fields.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from textract_pipeline.response.checkboxes import with_checkboxes
from textract_pipeline.response.page import Cell, Field, Line, Page, Selection, Table
from textract_pipeline.response.reading_order import LIST, Region

_HEADINGS = {"TITLE": "# ", "SECTION_HEADER": "## "}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~]|&(?=#?\w+;))")
_AT_START = re.compile(r"^(\s*)([#+=-]|[0-9]+(?=[.)]\s))")
_ESCAPED_MARK = re.compile(r"\\(\[[x ])\\(\])")


def page_markdown(page: Page, regions: Sequence[Region]) -> str:
    """The page as Markdown (CommonMark with tables), after a comment with its number."""
    fields = _Fields(page.fields)
    parts = [f"<!-- page {page.number} -->"]
    for region in with_checkboxes(regions, _not_told_elsewhere(page)):
        parts += _table_parts(region.table, region) if region.table else _text_parts(region, fields)
    parts += [f"**{escaped(answer.question)}** {escaped(answer.text)}".strip() for answer in page.answers_to_show]
    return _joined(parts) + "\n"


def escaped(text: str) -> str:
    """The text with Markdown's special characters escaped."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _AT_START.sub(_escaped_start, line)


def _not_told_elsewhere(page: Page) -> Iterator[Selection]:
    """The checkboxes that are neither in a table nor in a field, which is written where its words are."""
    told = {id(found) for table in page.tables for cell in table.cells for found in cell.selections}
    told |= {id(found) for field in page.fields if field.words for found in field.selections}
    return (found for found in page.selections if id(found) not in told)


def _marked(text: str, selections: Sequence[Selection]) -> str:
    """The escaped text, in which only the marks of checkboxes are not escaped."""
    return _ESCAPED_MARK.sub(r"\1\2", escaped(text), count=len(selections)) if selections else escaped(text)


def _escaped_start(match: re.Match[str]) -> str:
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def _joined(parts: Sequence[str]) -> str:
    """The parts separated by empty lines, but list items by line breaks only."""
    text = parts[0]
    for before, part in pairwise(parts):
        text += ("\n" if before.startswith("- ") and part.startswith("- ") else "\n\n") + part
    return text


class _Fields:
    """The page's form fields, each written once, where its words are."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._of_word = {id(word): field for field in fields for word in field.words}
        self._told: set[int] = set()

    def are_all_of(self, line: Line) -> bool:
        """Whether the line contains only fields."""
        return bool(line.words) and all(id(word) in self._of_word for word in line.words)

    def tell(self, line: Line, *, checkboxes_only: bool = False) -> Iterator[str]:
        """The fields in a line that have not been written yet."""
        for word in line.words:
            field = self._of_word.get(id(word))
            if field and id(field) not in self._told and (field.selections or not checkboxes_only):
                self._told.add(id(field))
                yield _item(field)


def _item(field: Field) -> str:
    first = field.selections[0].mark if field.selections else ""
    if field.is_checkbox:
        return f"- {first} {escaped(field.key)}"
    key = f"**{escaped(field.key)}** " if field.key else ""
    if first and field.value.startswith(first):
        rest = _marked(field.value.removeprefix(first), field.selections[1:])
        return f"- {first} {key}{rest}".rstrip()
    return f"- {key}{_marked(field.value, field.selections)}".rstrip()


def _text_parts(region: Region, fields: _Fields) -> Iterator[str]:
    prefix = _HEADINGS.get(region.kind, "- " if region.kind == LIST else "")
    paragraph: list[str] = []
    for row in region.rows:
        if all(fields.are_all_of(line) for line in row):
            yield from _paragraph(prefix, paragraph)
            paragraph = []
            for line in row:
                yield from fields.tell(line)
            continue
        text = "  ".join(_marked(line.text, line.selections) for line in row)
        if row[0].selections and text.startswith(row[0].selections[0].mark):
            yield from _paragraph(prefix, paragraph)
            yield "- " + text
            paragraph = []
        else:
            paragraph.append(text)
        checkboxes = [item for line in row for item in fields.tell(line, checkboxes_only=True)]
        if checkboxes:
            yield from _paragraph(prefix, paragraph)
            yield from checkboxes
            paragraph = []
    yield from _paragraph(prefix, paragraph)


def _paragraph(prefix: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield prefix + (" " if prefix else "\n").join(rows)


def _table_parts(table: Table, region: Region) -> Iterator[str]:
    rows = table.rows()
    if rows:
        headed = any(cell and cell.is_column_header for cell in rows[0])
        head = rows[0] if headed else [None] * len(rows[0])
        body = rows[1:] if headed else rows
        yield "\n".join([_row(head), "|" + " --- |" * len(head), *map(_row, body)])
    inside = {id(word) for word in table.words}
    outside = [word.text for row in region.rows for line in row for word in line.words if id(word) not in inside]
    yield from _paragraph("", [escaped(" ".join(outside))] if outside else [])


def _row(cells: Iterable[Cell | None]) -> str:
    return "|" + "".join(f" {_marked(cell.text, cell.selections) if cell else ''} |" for cell in cells)
