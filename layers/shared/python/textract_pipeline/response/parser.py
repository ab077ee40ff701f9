"""Convert Textract's blocks to pages of lines, fields, tables, answers, and layout, in one pass. Pure.

Tolerant of what a response may lack or have too much of: relationships to missing blocks, blocks without geometry,
text, or page, unknown block types, members that are null or of another type. Text is never dropped: a word that no line
contains becomes its own line. Holds one page at a time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from textract_pipeline.response.layout_blocks import read_layout
from textract_pipeline.response.page import Answer, Box, Field, Line, Page, Selection, Word
from textract_pipeline.response.page_blocks import (
    Block,
    Content,
    PageBlocks,
    box,
    confidence,
    direction,
    entity_types,
    page_number,
    related_ids,
    string,
    text,
)
from textract_pipeline.response.skew import find_skew
from textract_pipeline.response.table_blocks import read_table


def read_pages(blocks: Iterable[Block], *, polygons: bool = False) -> Iterator[Page]:
    """The pages of a response's blocks, in order; Textract keeps each page's blocks together.

    A block without a page, or after its page has ended, counts as part of the page around it. Words have polygons only
    if `polygons` is set.
    """
    number, held = 0, list[Block]()
    for block in blocks:
        page = max(number, page_number(block.get("Page")) or 1)
        if page != number and held:
            yield _read_page(number, PageBlocks(held, polygons=polygons))
            held = []
        number = page
        held.append(block)
    if held:
        yield _read_page(number, PageBlocks(held, polygons=polygons))


def _read_page(number: int, blocks: PageBlocks) -> Page:
    lines = _lines(blocks)
    return Page(
        number=number,
        lines=tuple(lines.values()),
        fields=tuple(
            _field(block, blocks) for _, block in blocks.of_type("KEY_VALUE_SET") if "KEY" in entity_types(block)
        ),
        tables=tuple(read_table(block, blocks) for _, block in blocks.of_type("TABLE")),
        answers=tuple(_answer(block, blocks) for _, block in blocks.of_type("QUERY")),
        selections=tuple(blocks.selections.values()),
        signatures=tuple(blocks.signatures.values()),
        layout=tuple(read_layout(blocks, lines)),
        skew=find_skew(lines, blocks),
    )


def _lines(blocks: PageBlocks) -> dict[str, Line]:
    """The lines with text, by id; each word is in exactly one."""
    free = dict(blocks.words)
    lines: dict[str, Line] = {}
    wordless: list[tuple[str, Block]] = []
    for line_id, block in blocks.of_type("LINE"):
        ids = related_ids(block, "CHILD")
        words = tuple(free.pop(word_id) for word_id in ids if word_id in free)
        if words:
            lines[line_id] = _line(
                block, _line_text(block, words, is_whole=all(word_id in blocks.words for word_id in ids)), words
            )
        elif text(block) and not any(word_id in blocks.words for word_id in ids):
            lines[line_id] = _line(block, text(block), ())
            wordless.append((line_id, block))
    if free:
        for line_id, block in wordless:
            lines[line_id] = _line(block, text(block), tuple(_words_reading(text(block), free)))
        lines |= {word_id: Line(word.text, word.box, word.confidence, (word,)) for word_id, word in free.items()}
    return lines


def _line(block: Block, line_text: str, words: tuple[Word, ...]) -> Line:
    return Line(line_text, box(block), confidence(block), words, *direction(block))


def _line_text(block: Block, words: tuple[Word, ...], *, is_whole: bool) -> str:
    """The text of the words, or the line's own text if it has more because some of its words are missing."""
    joined, said = " ".join(word.text for word in words), text(block)
    if not is_whole and Counter(joined.split()) <= Counter(said.split()):
        return said
    return joined


def _words_reading(line_text: str, free: dict[str, Word]) -> Iterator[Word]:
    """Take a line's words from the words that no line contains."""
    wanted = Counter(line_text.split())
    for word_id, word in list(free.items()):
        parts = Counter(word.text.split())  # Textract's words may contain spaces: "1234 1234"
        if parts <= wanted:
            wanted -= parts
            yield free.pop(word_id)


def _field(key: Block, blocks: PageBlocks) -> Field:
    values = list(blocks.related(key, "VALUE"))
    of_key, of_value = blocks.content(key), Content.joined(blocks.content(value) for value in values)
    return Field(
        key=of_key.words_alone,
        value=_value(of_key.selections, of_value),
        key_confidence=confidence(key),
        value_confidence=of_value.capped(min((confidence(value) for value in values), default=0.0)),
        key_box=box(key),
        value_box=Box.around(box(value) for value in values) if values else None,
        words=of_key.words + of_value.words,
        selections=of_key.selections + of_value.selections,
    )


def _value(of_key: tuple[Selection, ...], value: Content) -> str:
    """A value's text; a checkbox belongs to it, even if Textract takes it for a part of the key."""
    selections = of_key + value.selections
    if len(selections) == 1 and not value.words and not value.signatures:
        return "SELECTED" if selections[0].is_selected else "NOT_SELECTED"
    return " ".join([*(selection.mark for selection in of_key), *([value.text] if value.text else [])])


def _answer(query: Block, blocks: PageBlocks) -> Answer:
    asked = query.get("Query")
    asked = asked if isinstance(asked, Mapping) else {}
    question, alias = text(asked), string(asked.get("Alias"))
    best = max(blocks.related(query, "ANSWER"), key=confidence, default=None)
    if best is None:
        return Answer(question, "", 0.0, alias)
    return Answer(question, text(best), confidence(best), alias, box(best) if best.get("Geometry") else None)
