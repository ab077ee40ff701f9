"""`document.json`: everything that was read, compact, for programs; described by `document.schema.json` in this folder.

Numbers are rounded: positions to 1/100,000 of the page, confidences to 1/10.
"""

import json
from collections.abc import Iterable, Mapping

from textract_pipeline.response.page import Box, Cell, Page, Selection, Table
from textract_pipeline.response.reading_order import Region

VERSION = 1
HEAD = f'{{"version":{VERSION},"pages":['
TAIL = "\n]}\n"
BETWEEN = ","

Json = dict[str, object]


def page_json(page: Page, regions: Iterable[Region]) -> str:
    """The page as one line of JSON, with its lines and words in reading order."""
    return "\n" + json.dumps(_page(page, list(regions)), ensure_ascii=False, separators=(",", ":"))


def _page(page: Page, regions: list[Region]) -> Json:
    lines: list[Json] = []
    words: list[list[object]] = []
    described: list[Json] = []
    tables = {id(table): number for number, table in enumerate(page.tables)}
    for region in regions:
        rows = []
        for row in region.rows:
            rows.append(list(range(len(lines), len(lines) + len(row))))
            for line in row:
                lines.append(
                    _filled(
                        text=line.text,
                        box=_box(line.box),
                        confidence=round(line.confidence, 1),
                        words=[len(words), len(words) + len(line.words)],
                        angle=line.angle,
                    )
                )
                words += [
                    [word.text, _box(word.box), round(word.confidence, 1), int(word.is_handwritten)]
                    for word in line.words
                ]
        table = tables[id(region.table)] if region.table else None
        described.append({"kind": region.kind, "rows": rows} | ({} if table is None else {"table": table}))
    return {"number": page.number, "regions": described, "lines": lines, "words": words} | _analysis(page)


def _analysis(page: Page) -> Json:
    return _filled(
        fields=[
            _filled(
                key=field.key,
                value=field.value,
                keyConfidence=round(field.key_confidence, 1),
                valueConfidence=round(field.value_confidence, 1),
                keyBox=_box(field.key_box),
                valueBox=_box(field.value_box) if field.value_box else None,
                checkboxes=_states(field.selections),
            )
            for field in page.fields
        ],
        tables=[_table(table) for table in page.tables],
        answers=[
            _filled(
                question=answer.question,
                answer=answer.text,
                confidence=round(answer.confidence, 1),
                alias=answer.alias,
                box=_box(answer.box) if answer.box else None,
            )
            for answer in page.answers
        ],
        selections=[
            {"selected": found.is_selected, "box": _box(found.box), "confidence": round(found.confidence, 1)}
            for found in page.selections
        ],
        signatures=[{"box": _box(found.box), "confidence": round(found.confidence, 1)} for found in page.signatures],
    )


def _table(table: Table) -> Json:
    return _filled(
        box=_box(table.box),
        confidence=round(table.confidence, 1),
        cells=[_cell(cell) for cell in table.cells],
        title=table.title,
        footer=table.footer,
    )


def _cell(cell: Cell) -> Json:
    return {"row": cell.row, "column": cell.column} | _filled(
        rowSpan=cell.row_span if cell.row_span > 1 else None,
        columnSpan=cell.column_span if cell.column_span > 1 else None,
        text=cell.text,
        confidence=round(cell.confidence, 1),
        box=_box(cell.box),
        roles=list(cell.roles),
        checkboxes=_states(cell.selections),
    )


def _states(selections: Iterable[Selection]) -> list[bool]:
    return [selection.is_selected for selection in selections]


def _box(box: Box) -> list[float]:
    return [round(box.left, 5), round(box.top, 5), round(box.width, 5), round(box.height, 5)]


def _filled(**members: object) -> Json:
    """The members without those that are null, empty, or an angle of 0; text and confidence always stay."""
    kept: Mapping[str, object] = members
    return {name: value for name, value in kept.items() if value or name in _ALWAYS}


_ALWAYS = frozenset({"text", "key", "value", "question", "answer", "confidence", "keyConfidence", "valueConfidence"})
