"""A response of our own making that holds what parsers differ in: merged cells, checkboxes, values of several lines."""

from typing import Any

from tests.support.responses import Block, box, cell, field, line, relation, word

_BEFORE_TABLE = ["Name:", "Ada", "Address:", "1", "Mill", "Lane", "1234", "Wrenford", "Urgent", "Calm"]
_TEXTS = [*_BEFORE_TABLE, "Year", "Gross", "Pay", "2025", "32.00", "37.43*", "2026", "15.00", "=1+1"]


def form() -> dict[str, Any]:
    """A page with two fields, two checkboxes, and a table with a merged column header and an empty cell."""
    words = [_placed(word(f"w{number}", text), number) for number, text in enumerate(_TEXTS)]
    mill = [f"w{number}" for number in range(3, 8)]
    return {"DocumentMetadata": {"Pages": 1}, "Blocks": [*_page(words), *words, *_fields(mill), *_boxes(), *_table()]}


def _placed(block: Block, number: int) -> Block:
    """One below the other, in the order of the response."""
    return block | {"TextType": "PRINTED", "Geometry": _geometry(0.1, 0.05 + number * 0.04)}


def _geometry(left: float, top: float, height: float = 0.02) -> dict[str, Any]:
    corners = [(left, top), (left + 0.1, top), (left + 0.1, top + height), (left, top + height)]
    return box(left, top, 0.1, height) | {"Polygon": [{"X": x, "Y": y} for x, y in corners]}


def _page(words: list[Block]) -> list[Block]:
    lines = []
    for number, found in enumerate(words):
        top = found["Geometry"]["BoundingBox"]["Top"]
        lines.append(
            line(f"l{number}", found["Text"], 0.1, top)
            | {"Geometry": _geometry(0.1, top), "Relationships": [relation("CHILD", found["Id"])]}
        )
    ids = [found["Id"] for found in lines]
    others = ["table", *(f"{name}-{part}" for name in ("f1", "f2", "f3", "f4") for part in ("key", "value"))]
    page = {
        "BlockType": "PAGE",
        "Id": "page",
        "Page": 1,
        "Geometry": _geometry(0.0, 0.0),
        "Relationships": [relation("CHILD", *ids, *others)],
    }
    return [page, *lines]


def _fields(address: list[str]) -> list[Block]:
    found = [*field("f1", ["w0"], ["w1"]), *field("f2", ["w2"], address)]
    found += [*field("f3", ["w8"], ["urgent"]), *field("f4", ["w9"], ["calm"])]
    return [block | {"Geometry": _geometry(0.1, 0.05 + number * 0.04)} for number, block in enumerate(found)]


def _boxes() -> list[Block]:
    return [
        {
            "BlockType": "SELECTION_ELEMENT",
            "Id": name,
            "Page": 1,
            "SelectionStatus": status,
            "Confidence": 91.0,
            "Geometry": _geometry(0.5, 0.5),
        }
        for name, status in (("urgent", "SELECTED"), ("calm", "NOT_SELECTED"))
    ]


def _table() -> list[Block]:
    rows = [["w10", "w11", "w12"], ["w13", "w14", "w15"], ["w16", "w17", ""], ["", "", "w18"]]
    cells = [
        cell(f"c{row}{column}", row, column, *([inside] if inside else []))
        | ({"EntityTypes": ["COLUMN_HEADER"]} if row == 1 else {})
        for row, insides in enumerate(rows, start=1)
        for column, inside in enumerate(insides, start=1)
    ]
    merged = cell("merged", 1, 2, "c12", "c13", columns=2) | {
        "BlockType": "MERGED_CELL",
        "EntityTypes": ["COLUMN_HEADER"],
    }
    table = {
        "BlockType": "TABLE",
        "Id": "table",
        "Page": 1,
        "Confidence": 99.0,
        "EntityTypes": ["STRUCTURED_TABLE"],
        "Relationships": [relation("CHILD", *(found["Id"] for found in cells)), relation("MERGED_CELL", "merged")],
    }
    return [block | {"Geometry": _geometry(0.1, 0.44, 0.5)} for block in (table, *cells, merged)]


if __name__ == "__main__":
    import json
    import sys

    json.dump(form(), sys.stdout)
