"""Recognition, from a document's bytes to the blocks of its pages: open, read, find, and say it in Textract's words."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from local.textract.answers import answer
from local.textract.blocks import BlockBuilder
from local.textract.documents import OpenDocument
from local.textract.engine import OcrEngine
from local.textract.forms import Field, find_fields
from local.textract.layout import group_lines, kind_of
from local.textract.page import Image, Line, PageContent
from local.textract.selections import find_selections
from local.textract.tables import Table, find_tables

if TYPE_CHECKING:
    from mypy_boto3_textract.type_defs import BlockTypeDef, QueryTypeDef

_CACHED_PAGES = 256


class Recogniser:
    """Reads documents with an OCR engine. The text of the last pages is remembered by their content."""

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._read: OrderedDict[str, tuple[Line, ...]] = OrderedDict()

    def open(self, data: bytes) -> OpenDocument:
        """The document of these bytes. Raises what Textract answers to one that it cannot open."""
        return OpenDocument(data)

    def blocks(
        self,
        document: OpenDocument,
        page_number: int,
        feature_types: frozenset[str],
        queries: "Sequence[QueryTypeDef]",
    ) -> "list[BlockTypeDef]":
        """The blocks of one page, from 1; of text alone where no features are asked for."""
        page = document.page(page_number)
        height, width = page.image.shape[:2]
        seed = _hash(page.image)
        lines = self._lines(page, seed)
        builder = BlockBuilder(seed, page_number, width, height)
        builder.add_text(lines)
        _add_features(builder, page.image, lines, feature_types, queries)
        return builder.build()

    def _lines(self, page: PageContent, seed: str) -> tuple[Line, ...]:
        if page.text_layer is not None:
            return page.text_layer
        with self._lock:
            known = self._read.get(seed)
        if known is not None:
            return known
        lines = tuple(sorted(self._engine.read(page.image), key=lambda line: (line.box.top, line.box.left)))
        with self._lock:
            self._read[seed] = lines
            if len(self._read) > _CACHED_PAGES:
                self._read.popitem(last=False)
        return lines


def _add_features(
    builder: BlockBuilder,
    image: Image,
    lines: Sequence[Line],
    feature_types: frozenset[str],
    queries: "Sequence[QueryTypeDef]",
) -> None:
    words = [word for line in lines for word in line.words]
    tables = find_tables(image, words) if feature_types & {"TABLES", "FORMS", "QUERIES"} else []
    fields = find_fields(_outside(lines, tables), image.shape[1]) if feature_types & {"FORMS", "QUERIES"} else []
    if "TABLES" in feature_types:
        for table in tables:
            builder.add_table(table)
    if "FORMS" in feature_types:
        for field in fields:
            builder.add_field(field)
    if feature_types & {"FORMS", "TABLES"}:
        for selection in find_selections(image, lines):
            builder.add_selection(selection)
    if "LAYOUT" in feature_types:
        _add_layout(builder, lines)
    if "QUERIES" in feature_types:
        _add_queries(builder, queries, fields)


def _outside(lines: Sequence[Line], tables: Sequence[Table]) -> list[Line]:
    """The lines that no table holds."""
    return [line for line in lines if not any(table.box.contains(*line.box.center) for table in tables)]


def _add_layout(builder: BlockBuilder, lines: Sequence[Line]) -> None:
    ids = builder.line_ids()
    for positions in group_lines(lines):
        group = [lines[position] for position in positions]
        builder.add_layout(kind_of(group, lines), group, [ids[at] for at in positions])


def _add_queries(builder: BlockBuilder, queries: "Sequence[QueryTypeDef]", fields: Sequence[Field]) -> None:
    for query in queries:
        builder.add_query(query, answer(query["Text"], fields))


def _hash(image: Image) -> str:
    return hashlib.sha256(image.tobytes() + repr(image.shape).encode()).hexdigest()
