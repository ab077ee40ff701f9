"""amazon-textract-response-parser: text, forms, and tables."""

from trp import Document

from benchmarks.outputs.measuring import Parts, measure


def render(parts: Parts) -> list[object]:
    """The text, forms, and tables of a response."""
    pages = Document(list(parts)).pages
    fields = [(str(field.key), str(field.value)) for page in pages for field in page.form.fields]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for page in pages for table in page.tables]
    return [[page.getTextInReadingOrder() for page in pages], fields, tables]


if __name__ == "__main__":
    measure(render)
