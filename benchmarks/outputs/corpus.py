"""Long responses for measuring: one page's blocks repeated, each time with new ids."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from local.textract.recognition.ocr.engine import RapidOcrEngine
from local.textract.recognition.recognizer import Recognizer

BLOCKS_A_PART = 1000  # as Textract writes to S3
_FEATURES = frozenset({"TABLES", "FORMS", "LAYOUT"})

Block = dict[str, Any]


def page_of_document(path: Path) -> list[Block]:
    """The blocks of a document's first page, as the local Textract reads them."""
    recognizer = Recognizer(RapidOcrEngine())
    with recognizer.open(path.read_bytes()) as document:
        return [dict(block) for block in recognizer.blocks(document, 1, _FEATURES, [])]


def page_of_response(path: Path) -> list[Block]:
    """The blocks of the first page of a response."""
    blocks: list[Block] = json.loads(path.read_bytes())["Blocks"]
    return [block for block in blocks if block.get("Page", 1) == 1]


def write_parts(page: list[Block], pages: int, folder: Path) -> int:
    """Write a response with this many pages in parts `1`, `2`, … as Textract does; return their size in bytes."""
    folder.mkdir(parents=True)
    size, number, part = 0, 0, list[Block]()
    for block in _repeated(page, pages):
        part.append(block)
        if len(part) == BLOCKS_A_PART:
            number += 1
            size += _write_part(part, pages, folder / str(number))
            part = []
    return size + (_write_part(part, pages, folder / str(number + 1)) if part else 0)


def _repeated(page: list[Block], pages: int) -> Iterator[Block]:
    for number in range(1, pages + 1):
        ids = {block["Id"]: str(uuid5(NAMESPACE_OID, f"{number}/{block['Id']}")) for block in page}
        for block in page:
            relationships = [
                related | {"Ids": [ids[block_id] for block_id in related["Ids"] if block_id in ids]}
                for related in block.get("Relationships") or ()
            ]
            again = block | {"Id": ids[block["Id"]], "Page": number}
            yield again | ({"Relationships": relationships} if relationships else {})


def _write_part(blocks: list[Block], pages: int, path: Path) -> int:
    part = {
        "DocumentMetadata": {"Pages": pages},
        "JobStatus": "SUCCEEDED",
        "Blocks": blocks,
        "AnalyzeDocumentModelVersion": "1.0",
    }
    return path.write_text(json.dumps(part), encoding="utf-8")


def main() -> None:
    """Write responses that repeat a page: DOCUMENT-OR-RESPONSE FOLDER PAGES…; each into a folder named by its pages."""
    source, folder, *lengths = sys.argv[1:]
    path = Path(source)
    page = page_of_response(path) if path.suffix == ".json" else page_of_document(path)
    for pages in lengths:
        write_parts(page, int(pages), Path(folder) / pages)


if __name__ == "__main__":
    main()
