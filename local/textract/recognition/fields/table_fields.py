"""Fields in tables: Textract reads many small tables as forms, too."""

from collections.abc import Iterator, Sequence

from local.textract.recognition.fields.field import Field, is_name
from local.textract.recognition.tables.columns import is_number
from local.textract.recognition.tables.tables import Cell, Table

NAME_AND_VALUE = 2  # columns
CONFIDENCE = 80.0


def table_fields(tables: Sequence[Table]) -> Iterator[Field]:
    """Names with values next to them, and the headers of a table with only one row below them."""
    for table in tables:
        rows = [[cell for cell in row if cell.words] for row in table.rows()]
        if table.header_row and len(rows) == table.header_row + 1:
            yield from _headed(rows[table.header_row - 1], rows[table.header_row])
        else:
            yield from _beside(rows[table.header_row :])


def _headed(heads: Sequence[Cell], values: Sequence[Cell]) -> Iterator[Field]:
    for head in heads:
        below = next((cell for cell in values if cell.column == head.column), None)
        if is_name(head.words):
            yield Field(head.words, below.words if below else (), None, CONFIDENCE)


def _beside(rows: Sequence[Sequence[Cell]]) -> Iterator[Field]:
    """Rows with a name and its value; in wider tables, only rows without other cells, such as totals."""
    for row in rows:
        if (
            len(row) == NAME_AND_VALUE
            and is_name(row[0].words)
            and not all(is_number(word.text) for word in row[0].words)
        ):
            yield Field(row[0].words, row[1].words, None, CONFIDENCE)
