"""Small Textract responses, for which the expected outputs are easy to see."""

from typing import Any

Block = dict[str, Any]


def box(left: float, top: float, width: float, height: float = 0.02) -> dict[str, Any]:
    """A block's geometry."""
    return {"BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height}}


def word(name: str, text: str, page: int = 1) -> Block:
    """A WORD block."""
    return {"BlockType": "WORD", "Id": name, "Text": text, "Confidence": 99.0, "Page": page}


def line(name: str, text: str, left: float, top: float, width: float = 0.3, page: int = 1) -> Block:
    """A LINE block."""
    return {
        "BlockType": "LINE",
        "Id": name,
        "Text": text,
        "Confidence": 99.0,
        "Geometry": box(left, top, width),
        "Page": page,
    }


def relation(kind: str, *ids: str) -> dict[str, Any]:
    """One of a block's relationships."""
    return {"Type": kind, "Ids": list(ids)}


def field(name: str, key_words: list[str], value_words: list[str], page: int = 1) -> list[Block]:
    """The KEY and VALUE blocks of a form field."""
    key = {
        "BlockType": "KEY_VALUE_SET",
        "EntityTypes": ["KEY"],
        "Id": f"{name}-key",
        "Confidence": 90.0,
        "Page": page,
        "Relationships": [relation("VALUE", f"{name}-value"), relation("CHILD", *key_words)],
    }
    value: Block = {
        "BlockType": "KEY_VALUE_SET",
        "EntityTypes": ["VALUE"],
        "Id": f"{name}-value",
        "Confidence": 80.0,
        "Page": page,
    }
    if value_words:
        value["Relationships"] = [relation("CHILD", *value_words)]
    return [key, value]


def cell(name: str, row: int, column: int, *words: str, columns: int = 1, page: int = 1) -> Block:
    """A CELL block."""
    return {
        "BlockType": "CELL",
        "Id": name,
        "RowIndex": row,
        "ColumnIndex": column,
        "RowSpan": 1,
        "ColumnSpan": columns,
        "Confidence": 95.0,
        "Page": page,
        "Relationships": [relation("CHILD", *words)] if words else [],
    }


def query(name: str, question: str, answer: str | None, page: int = 1) -> list[Block]:
    """The QUERY block of a question, and its QUERY_RESULT if it has an answer."""
    asked: Block = {"BlockType": "QUERY", "Id": name, "Page": page, "Query": {"Text": question}}
    if answer is None:
        return [asked]
    asked["Relationships"] = [relation("ANSWER", f"{name}-answer")]
    result = {"BlockType": "QUERY_RESULT", "Id": f"{name}-answer", "Page": page, "Text": answer, "Confidence": 91.0}
    return [asked, result]


def two_field_form(page: int = 1) -> dict[str, Any]:
    """A page with the lines `Name: Ada` and `Age:`, and a table of one row, `Item | 2`."""
    prefix = f"p{page}-"
    words = [word(prefix + text, text, page) for text in ("Name:", "Ada", "Age:", "Item", "2")]
    blocks: list[Block] = [
        {"BlockType": "PAGE", "Id": prefix + "page", "Page": page},
        line(prefix + "l1", "Name: Ada", 0.1, 0.1, page=page),
        line(prefix + "l2", "Age:", 0.1, 0.2, page=page),
        line(prefix + "l3", "Item 2", 0.1, 0.3, page=page),
        *words,
        *field(prefix + "f1", [prefix + "Name:"], [prefix + "Ada"], page),
        *field(prefix + "f2", [prefix + "Age:"], [], page),
        {
            "BlockType": "TABLE",
            "Id": prefix + "table",
            "Page": page,
            "Relationships": [relation("CHILD", prefix + "c1", prefix + "c2")],
        },
        cell(prefix + "c1", 1, 1, prefix + "Item", page=page),
        cell(prefix + "c2", 1, 2, prefix + "2", page=page),
    ]
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, "AnalyzeDocumentModelVersion": "1.0"}
