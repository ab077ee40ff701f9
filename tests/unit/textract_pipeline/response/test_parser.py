"""Blocks become pages: everything that Textract returns is kept, and missing parts do no harm."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.responses import Block, cell, relation, two_field_form, word
from tests.support.responses import line as line_block
from textract_pipeline.response.page import Box, Page
from textract_pipeline.response.parser import read_pages as typed_read_pages


def read_pages(blocks: Any, *, polygons: bool = False) -> Iterator[Page]:
    """The pages for blocks that need not be well-formed."""
    return typed_read_pages(blocks, polygons=polygons)


def test_lines_fields_and_tables_of_a_page() -> None:
    (page,) = read_pages(two_field_form()["Blocks"])
    assert [line.text for line in page.lines] == ["Name: Ada", "Age:", "Item 2"]
    assert [(field.key, field.value) for field in page.fields] == [("Name:", "Ada"), ("Age:", "")]
    (table,) = page.tables
    assert [[cell.text if cell else None for cell in row] for row in table.rows()] == [["Item", "2"]]


def test_each_page_has_its_own_blocks() -> None:
    blocks = two_field_form(1)["Blocks"] + two_field_form(2)["Blocks"]
    pages = list(read_pages(blocks))
    assert [page.number for page in pages] == [1, 2]
    assert all(len(page.lines) == 3 for page in pages)


def test_pages_are_read_one_at_a_time() -> None:
    def blocks() -> object:
        yield from two_field_form(1)["Blocks"]
        yield from two_field_form(2)["Blocks"]
        raise AssertionError("read further than the page that was asked for")

    assert next(read_pages(blocks())).number == 1


def test_a_merged_cell_stands_for_the_cells_it_covers() -> None:
    merged = cell("m", 1, 1, "c1", "c2", columns=2) | {"BlockType": "MERGED_CELL"}
    table: Block = {
        "BlockType": "TABLE",
        "Id": "t",
        "Page": 1,
        "Relationships": [relation("CHILD", "c1", "c2", "c3", "c4"), relation("MERGED_CELL", "m")],
    }
    cells = [cell("c1", 1, 1, "w1"), cell("c2", 1, 2), cell("c3", 2, 1, "w2"), cell("c4", 2, 2, "w3")]
    words = [word("w1", "Both"), word("w2", "left"), word("w3", "right")]
    (page,) = read_pages([*words, table, *cells, merged])
    texts = [[cell.text if cell else None for cell in row] for row in page.tables[0].rows()]
    assert texts == [["Both", None], ["left", "right"]]


def test_the_most_confident_answer_is_the_answer() -> None:
    query: Block = {
        "BlockType": "QUERY",
        "Id": "q",
        "Query": {"Text": "Who?"},
        "Relationships": [relation("ANSWER", "r1", "r2", "gone")],
    }
    results: list[Block] = [
        {"BlockType": "QUERY_RESULT", "Id": "r1", "Text": "Ada", "Confidence": 40.0},
        {"BlockType": "QUERY_RESULT", "Id": "r2", "Text": "Grace", "Confidence": 90.0},
    ]
    (page,) = read_pages([query, *results])
    assert [(answer.question, answer.text) for answer in page.answers] == [("Who?", "Grace")]


def table(*cells: Block, merged: tuple[Block, ...] = (), titles: tuple[Block, ...] = ()) -> list[Block]:
    """A TABLE block and the blocks that belong to it."""
    relations = [relation("CHILD", *(part["Id"] for part in cells))]
    relations += [relation("MERGED_CELL", *(part["Id"] for part in merged))] if merged else []
    relations += [relation(title["BlockType"], title["Id"]) for title in titles]
    return [{"BlockType": "TABLE", "Id": "t", "Relationships": relations}, *cells, *merged, *titles]


def test_a_table_has_its_title_its_footer_and_its_headers() -> None:
    titles: tuple[Block, ...] = (
        {"BlockType": "TABLE_TITLE", "Id": "title", "Relationships": [relation("CHILD", "w1")]},
        {"BlockType": "TABLE_FOOTER", "Id": "footer", "Relationships": [relation("CHILD", "w2")]},
    )
    header = cell("c1", 1, 1, "w3") | {"EntityTypes": ["COLUMN_HEADER"]}
    section = cell("c2", 2, 1, "w4") | {"EntityTypes": ["TABLE_SECTION_TITLE"]}
    words = [word(f"w{number}", text) for number, text in enumerate(["Costs", "in euros", "Month", "Spring"], start=1)]
    (page,) = read_pages([*words, *table(header, section, titles=titles)])
    (found,) = page.tables
    assert (found.title, found.footer) == ("Costs", "in euros")
    assert [(part.is_column_header, part.is_row_header) for part in found.cells] == [(True, False), (False, True)]
    assert [word.text for word in found.words] == ["Month", "Spring"]


def test_a_cell_that_has_no_place_of_its_own_gets_a_row_at_the_end() -> None:
    cells = [cell("c1", 1, 1, "w1"), cell("c2", 1, 1, "w2"), cell("c3", 10**9, 2, "w3")]
    words = [word("w1", "first"), word("w2", "second"), word("w3", "third")]
    (page,) = read_pages([*words, *table(*cells)])
    texts = [[part.text if part else None for part in row] for row in page.tables[0].rows()]
    assert texts == [["first"], ["second"], ["third"]]


def test_a_merged_cell_that_covers_itself_does_no_harm() -> None:
    merged = cell("m", 1, 1, "m", columns=2) | {"BlockType": "MERGED_CELL"}
    (page,) = read_pages(table(cell("c1", 1, 1), merged=(merged,)))
    assert len(page.tables[0].cells) == 2


def test_a_list_is_one_element_with_its_items() -> None:
    def element(name: str, kind: str, *children: str) -> Block:
        return {"BlockType": f"LAYOUT_{kind}", "Id": name, "Relationships": [relation("CHILD", *children)]}

    lines = [line_block(name, name, 0.1, 0.1 * number) for number, name in enumerate("abc", start=1)]
    layout = [element("list", "LIST", "one", "two"), element("one", "TEXT", "a", "b"), element("two", "TEXT", "c")]
    (page,) = read_pages([*lines, *layout])
    (found,) = page.layout
    assert (found.kind, [line.text for line in found.lines], found.items) == ("LIST", ["a", "b", "c"], (2, 1))


def test_text_that_runs_down_the_page_is_known_by_its_polygon() -> None:
    turned = line_block("l", "Landscape", 0.5, 0.1)
    turned["Geometry"]["Polygon"] = [{"X": 0.52, "Y": 0.1}, {"X": 0.52, "Y": 0.4}]
    (page,) = read_pages([turned])
    assert page.lines[0].angle == 90


def test_a_word_that_no_line_claims_is_a_line_of_its_own() -> None:
    claimed = line_block("l", "Name: Ada", 0.1, 0.1) | {"Relationships": [relation("CHILD", "w1", "w2")]}
    (page,) = read_pages([claimed, word("w1", "Name:"), word("w2", "Ada"), word("w3", "stray")])
    assert [line.text for line in page.lines] == ["Name: Ada", "stray"]


def test_a_word_that_two_lines_claim_is_read_once() -> None:
    first = line_block("l1", "one two", 0.1, 0.1) | {"Relationships": [relation("CHILD", "w1", "w2")]}
    second = line_block("l2", "two three", 0.1, 0.2) | {"Relationships": [relation("CHILD", "w2", "w3")]}
    words = [word("w1", "one"), word("w2", "two"), word("w3", "three")]
    (page,) = read_pages([first, second, *words])
    assert [line.text for line in page.lines] == ["one two", "three"]


def test_a_line_says_all_it_says_though_a_word_of_it_is_missing() -> None:
    short = line_block("l", "No. 12 34 Ada", 0.1, 0.1) | {"Relationships": [relation("CHILD", "w1", "w2", "gone")]}
    (page,) = read_pages([short, word("w1", "No."), word("w2", "12 34")])
    assert [line.text for line in page.lines] == ["No. 12 34 Ada"]


def test_a_line_that_does_not_name_its_words_has_those_that_it_says() -> None:
    (page,) = read_pages([line_block("l", "No. 12 34", 0.1, 0.1), word("w1", "No."), word("w2", "12 34")])
    assert [[found.text for found in line.words] for line in page.lines] == [["No.", "12 34"]]


def test_a_block_without_a_page_belongs_to_the_page_it_stands_among() -> None:
    stray = line_block("stray", "stray", 0.1, 0.4, page=2)
    del stray["Page"]
    pages = list(read_pages([line_block("a", "a", 0, 0, page=1), line_block("b", "b", 0, 0, page=2), stray]))
    assert [[line.text for line in page.lines] for page in pages] == [["a"], ["b", "stray"]]


def test_a_block_of_an_unknown_type_is_passed_over() -> None:
    (page,) = read_pages([{"BlockType": "HOLOGRAM", "Id": "h"}, line_block("l", "text", 0, 0)])
    assert [line.text for line in page.lines] == ["text"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e308, 10**400])
def test_a_number_that_no_page_has_counts_as_missing(number: float) -> None:
    block = line_block("l", "text", 0.1, 0.2) | {"Confidence": number}
    block["Geometry"]["BoundingBox"]["Top"] = number
    ((line,),) = (page.lines for page in read_pages([block]))
    assert (line.confidence, line.box) == (0.0, Box(0.1, 0.0, 0.3, 0.02))


@pytest.mark.parametrize("number", [100_001, 10**400])
def test_a_page_number_that_no_document_has_counts_as_missing(number: int) -> None:
    pages = read_pages([line_block("a", "a", 0, 0, page=2), line_block("b", "b", 0, 0, page=number)])
    assert [(page.number, len(page.lines)) for page in pages] == [(2, 2)]


def test_half_of_a_surrogate_pair_is_replaced_since_no_output_can_have_it() -> None:
    half = "\ud83d"
    query = {"BlockType": "QUERY", "Id": "q", "Query": {"Text": f"who{half}", "Alias": f"WHO{half}"}}
    (page,) = read_pages([line_block("l", f"a{half}b", 0, 0), query])
    assert page.lines[0].text == "a\ufffdb"
    assert (page.answers[0].question, page.answers[0].alias) == ("who\ufffd", "WHO\ufffd")


FORM = [*two_field_form(1)["Blocks"], *two_field_form(2)["Blocks"]]
ODD = st.sampled_from([None, 0, -1, 10**12, 2.5, "", "odd", [], [None], {}, {"Ids": 3}, True])


@st.composite
def mutated_responses(draw: st.DrawFn) -> list[Block]:
    """The blocks of two pages. Some are missing, doubled, moved, or changed in any member except a word's text."""
    blocks: list[Block] = json.loads(json.dumps(FORM))
    for _ in range(draw(st.integers(0, 8))):
        position = draw(st.integers(0, len(blocks) - 1))
        block = blocks[position]
        match draw(st.sampled_from(["drop", "double", "move", "remove", "replace", "relate"])):
            case "drop" if len(blocks) > 1:
                del blocks[position]
            case "double":
                blocks.append(block | {"Id": draw(st.sampled_from([block.get("Id"), "p1-l1", "new"]))})
            case "move":
                blocks.insert(draw(st.integers(0, len(blocks) - 1)), blocks.pop(position))
            case "remove" | "replace" as change:
                name = draw(st.sampled_from(sorted(block)))
                if block.get("BlockType") == "WORD" and name in {"Text", "BlockType"}:
                    continue
                block.pop(name)
                if change == "replace":
                    block[name] = draw(ODD)
            case "relate":
                ids = [str(other.get("Id")) for other in draw(st.lists(st.sampled_from(blocks), max_size=3))]
                kind = draw(st.sampled_from(["CHILD", "VALUE", "MERGED_CELL", "TABLE_TITLE", "ANSWER"]))
                block["Relationships"] = [relation(kind, *ids)]
    return blocks


@given(mutated_responses())
def test_whatever_has_happened_to_a_response_each_of_its_words_is_read_once(blocks: list[Block]) -> None:
    pages = list(read_pages(blocks))
    lines = [line for page in pages for line in page.lines]
    words = [word for line in lines for word in line.words]
    assert len({id(word) for word in words}) == len(words)
    assert all({word.text for word in line.words} <= set(line.text.split()) for line in lines)
    distinct = {
        json.dumps(block, sort_keys=True): block["Text"] for block in blocks if block.get("BlockType") == "WORD"
    }
    read = [word.text for word in words]
    assert all(read.count(text) >= list(distinct.values()).count(text) for text in distinct.values())
    for page in pages:
        for table_ in page.tables:
            grid = [part for row in table_.rows() for part in row if part]
            assert len(grid) == len(table_.cells)


@pytest.mark.parametrize(
    ("polygon", "expected"),
    [
        ([(0.1, 0.2), (0.3, 0.21), (0.3, 0.24), (0.1, 0.23)], ((0.1, 0.2), (0.3, 0.21), (0.3, 0.24), (0.1, 0.23))),
        ([(0.1, 0.2), (0.3, 0.21)], ()),
        ([], ()),
    ],
)
def test_words_have_their_polygons_if_that_is_asked_for(
    polygon: list[tuple[float, float]], expected: tuple[tuple[float, float], ...]
) -> None:
    block = word("w", "askew") | {"Geometry": {"Polygon": [{"X": x, "Y": y} for x, y in polygon]}}
    assert [page.lines[0].words[0].polygon for page in read_pages([block])] == [()]
    assert [page.lines[0].words[0].polygon for page in read_pages([block], polygons=True)] == [expected]
