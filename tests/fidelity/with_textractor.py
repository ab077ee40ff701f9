"""What amazon-textract-textractor extracts of a response, as JSON on stdout; run with a Python that has it.

$ python -m venv /tmp/textractor && /tmp/textractor/bin/pip install amazon-textract-textractor==1.10.0
$ python -m tests.fidelity.responses | \
    /tmp/textractor/bin/python tests/fidelity/with_textractor.py >tests/fidelity/extracted/form.json
"""

import json
import sys
from typing import Any

from textractor.parsers import response_parser


def extracted(response: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each page its fields, its checkboxes, and its tables cell by cell: row, column, text, whether a header."""
    return [
        {
            "fields": [[found.key.text, str(found.value or "")] for found in page.key_values],
            "checkboxes": [[[word.text for word in found.key], str(found.value)] for found in page.checkboxes],
            "tables": [
                [[cell.row_index, cell.col_index, cell.text, cell.is_column_header] for cell in table.table_cells]
                for table in page.tables
            ],
        }
        for page in response_parser.parse(response).pages
    ]


if __name__ == "__main__":
    json.dump(extracted(json.load(sys.stdin)), sys.stdout, indent=1)
