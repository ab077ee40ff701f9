"""amazon-textract-textractor: text, forms, and tables."""

from textractor.parsers import response_parser

from benchmarks.outputs.measuring import Parts, measure


def render(parts: Parts) -> list[object]:
    """The text, forms, and tables of a response."""
    whole, *others = list(parts)
    for part in others:
        whole["Blocks"] += part["Blocks"]
    document = response_parser.parse(whole)
    fields = [(field.key.text, field.value.text if field.value else "") for field in document.key_values]
    return [document.get_text(), fields, [[cell.text for cell in table.table_cells] for table in document.tables]]


if __name__ == "__main__":
    measure(render)
