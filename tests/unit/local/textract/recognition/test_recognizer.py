from collections import Counter
from itertools import groupby
from typing import Any, cast
from uuid import UUID

import pytest
from botocore.session import Session

from document_rendering.worker import Seconds
from local.textract.exceptions import BadDocumentError
from local.textract.recognition.documents import open_document
from local.textract.recognition.ocr.engine import InstantEngine
from local.textract.recognition.page.geometry import Box, PageImage
from local.textract.recognition.page.words import Reading, Word
from local.textract.recognition.recognizer import Recognizer
from tests.support.textract import assert_conforms
from tests.unit.local.textract.drawing import Sheet, word, words

Block = dict[str, Any]

EVERYTHING = frozenset({"TABLES", "FORMS", "LAYOUT", "SIGNATURES", "QUERIES"})
BLOCK = Session().get_service_model("textract").shape_for("Block")
CROSS_QUERY = {"Text": "What is the invoice number?", "Alias": "NUMBER"}
BLANK_QUERY = {"Text": "Who is the tallest?"}


class FakeEngine:
    """Returns the given words, and counts its calls."""

    def __init__(self, placed: list[Word]) -> None:
        self.placed = placed
        self.read_count = 0

    def read(self, _image: PageImage) -> Reading:
        self.read_count += 1
        return Reading(tuple(self.placed))


@pytest.fixture
def sheet() -> Sheet:
    """A page with a table that has a merged title, a field, and a checkbox."""
    page = Sheet()
    page.grid([50, 250, 450], [110, 170, 230])
    page.pen.rectangle((50, 50, 450, 110), outline="black", width=2)
    page.pen.rectangle((50, 400, 70, 420), outline="black", width=2)
    return page


@pytest.fixture
def engine() -> FakeEngine:
    """Reads that page."""
    return FakeEngine(
        [
            *words("Prices of all", 150, 70),
            *[
                word(text, x, y)
                for text, x, y in (("Item", 60, 130), ("Tea", 260, 130), ("Cost", 60, 190), ("3", 260, 190))
            ],
            *words("Invoice Number: INV-7", 50, 300),
            word("O", 52, 402, height=16),
            *words("Paid", 80, 400),
        ]
    )


def analyze(
    engine: Any, sheet: Sheet, features: frozenset[str] = EVERYTHING, queries: Any = (CROSS_QUERY, BLANK_QUERY)
) -> list[Block]:
    recognizer = Recognizer(engine)
    with recognizer.open(sheet.file()) as document:
        return cast("list[Block]", recognizer.blocks(document, 1, features, queries))


def children(block: Block, by_id: dict[str, Block], relationship: str = "CHILD") -> list[Block]:
    return [by_id[i] for each in block.get("Relationships", []) if each["Type"] == relationship for i in each["Ids"]]


def said(block: Block, by_id: dict[str, Block]) -> str:
    return " ".join(child.get("Text") or child.get("SelectionStatus") or "" for child in children(block, by_id))


def test_blocks_are_as_the_service_model_has_them(engine, sheet) -> None:
    for block in analyze(engine, sheet):
        assert_conforms(block, BLOCK)


def test_blocks_come_in_textracts_order(engine, sheet) -> None:
    kinds = [kind for kind, _ in groupby(block["BlockType"] for block in analyze(engine, sheet))]
    tabled = ["TABLE", "CELL", "MERGED_CELL"]
    asked = ["QUERY", "QUERY_RESULT", "QUERY"]
    assert kinds[:9] == ["PAGE", "LINE", "WORD", "SELECTION_ELEMENT", *tabled, "KEY_VALUE_SET", asked[0]]
    assert kinds[8:11] == asked
    assert all(kind.startswith("LAYOUT_") for kind in kinds[11:])


def test_ids_are_unique_on_a_page_and_the_same_each_time(engine, sheet) -> None:
    ids = [block["Id"] for block in analyze(engine, sheet)]
    assert len(set(ids)) == len(ids)
    assert {UUID(block_id).version for block_id in ids} == {4}
    assert ids == [block["Id"] for block in analyze(engine, sheet)]


def test_every_relationship_leads_to_a_block(engine, sheet) -> None:
    blocks = analyze(engine, sheet)
    by_id = {block["Id"]: block for block in blocks}
    for block in blocks:
        for related in block.get("Relationships", []):
            assert related["Ids"]
            assert set(related["Ids"]) <= by_id.keys()


def test_geometry_is_a_share_of_the_page(engine, sheet) -> None:
    engine.placed.append(word("edge", -10, 590, height=30))
    for block in analyze(engine, sheet):
        if geometry := block.get("Geometry"):
            box = geometry["BoundingBox"]
            assert min(box.values()) >= 0
            assert box["Left"] + box["Width"] <= 1 + 1e-9
            assert [point["X"] for point in geometry["Polygon"][:2]] == [
                box["Left"],
                pytest.approx(box["Left"] + box["Width"]),
            ]


def test_lines_hold_their_words_and_the_page_its_lines(engine, sheet) -> None:
    blocks = analyze(engine, sheet, frozenset(), ())
    by_id = {block["Id"]: block for block in blocks}
    assert Counter(block["BlockType"] for block in blocks).keys() == {"PAGE", "LINE", "WORD"}
    lines = children(blocks[0], by_id)
    assert [line["Text"] for line in lines][:3] == ["Prices of all", "Item", "Tea"]
    assert all(said(line, by_id) == line["Text"] for line in lines)
    assert {block["TextType"] for block in blocks if block["BlockType"] == "WORD"} == {"PRINTED"}


def test_a_table_has_a_cell_for_each_position_and_a_merged_cell_over_several(engine, sheet) -> None:
    blocks = analyze(engine, sheet, frozenset({"TABLES"}), ())
    by_id = {block["Id"]: block for block in blocks}
    (table,) = [block for block in blocks if block["BlockType"] == "TABLE"]
    cells = {(cell["RowIndex"], cell["ColumnIndex"]): said(cell, by_id) for cell in children(table, by_id)}
    assert cells == {
        (1, 1): "Prices of",
        (1, 2): "all",
        (2, 1): "Item",
        (2, 2): "Tea",
        (3, 1): "Cost",
        (3, 2): "3",
    }
    (title,) = children(table, by_id, "MERGED_CELL")
    assert (title["RowSpan"], title["ColumnSpan"], title["EntityTypes"]) == (1, 2, ["TABLE_SECTION_TITLE"])
    assert [cell["ColumnIndex"] for cell in children(title, by_id)] == [1, 2]


def test_a_field_is_a_key_and_a_value(engine, sheet) -> None:
    blocks = analyze(engine, sheet, frozenset({"FORMS"}), ())
    by_id = {block["Id"]: block for block in blocks}
    keys = [block for block in blocks if block.get("EntityTypes") == ["KEY"]]
    read = {said(key, by_id): said(children(key, by_id, "VALUE")[0], by_id) for key in keys}
    assert read["Invoice Number:"] == "INV-7"
    assert read["Paid"] == "NOT_SELECTED"
    assert not any(block["BlockType"] == "TABLE" for block in blocks)


def test_what_the_ocr_makes_of_a_checkbox_is_no_word(engine, sheet) -> None:
    assert "O" in {block.get("Text") for block in analyze(engine, sheet, frozenset(), ())}
    assert "O" not in {block.get("Text") for block in analyze(engine, sheet)}


def test_ink_of_a_checkbox_is_cut_off_the_word_beside_it(engine, sheet) -> None:
    engine.placed[-1] = Word("Paid", Box(64, 400, 140, 420), 99.0)
    (paid,) = [block for block in analyze(engine, sheet) if block.get("Text") == "Paid" and "TextType" in block]
    assert paid["Geometry"]["BoundingBox"]["Left"] * 800 >= 70


def test_a_query_has_an_answer_only_where_a_field_is_like_it(engine, sheet) -> None:
    blocks = analyze(engine, sheet)
    by_id = {block["Id"]: block for block in blocks}
    answered, unanswered = [block for block in blocks if block["BlockType"] == "QUERY"]
    (result,) = children(answered, by_id, "ANSWER")
    assert (answered["Query"], result["Text"]) == (CROSS_QUERY, "INV-7")
    assert result["Confidence"] <= 70
    assert "Relationships" not in unanswered


def test_a_page_is_read_once_whatever_is_asked_of_it(engine, sheet) -> None:
    recognizer = Recognizer(engine)
    for features in (frozenset[str](), frozenset({"FORMS"}), EVERYTHING):
        with recognizer.open(sheet.file()) as document:
            recognizer.blocks(document, 1, features, [])
    assert engine.read_count == 1


def test_a_page_that_is_full_of_what_is_looked_for_is_a_bad_document(monkeypatch) -> None:
    monkeypatch.setattr(open_document, "A_PAGE", Seconds(working=1, waiting=60))
    rules = Sheet()
    for place in range(0, 1000, 8):
        rules.pen.line((0, place, 1000, place), fill="black")
        rules.pen.line((place, 0, place, 1000), fill="black")
    names = [word(f"{number}:", number % 40 * 20, number // 40 * 5) for number in range(8000)]
    with pytest.raises(BadDocumentError, match="Page 1 of the PNG file cannot be read: it took more than 1 seconds"):
        analyze(FakeEngine(names), rules)
    assert analyze(FakeEngine([]), Sheet(), queries=())


def test_other_content_is_read_afresh(engine, sheet) -> None:
    recognizer = Recognizer(engine)
    for color in ("white", "beige"):
        sheet.pen.point((700, 500), fill=color)
        with recognizer.open(sheet.file()) as document:
            recognizer.blocks(document, 1, frozenset(), [])
    assert engine.read_count == 2


def test_a_blank_page_is_a_page() -> None:
    (page,) = analyze(FakeEngine([]), Sheet(), queries=())
    assert page["BlockType"] == "PAGE"


def test_the_instant_engine_answers_a_form_about_the_image() -> None:
    blocks = analyze(InstantEngine(), Sheet(), queries=())
    by_id = {block["Id"]: block for block in blocks}
    keys = [block for block in blocks if block.get("EntityTypes") == ["KEY"]]
    read = {said(key, by_id): said(children(key, by_id, "VALUE")[0], by_id) for key in keys}
    assert (read["Width:"], read["Height:"]) == ("800", "600")
    assert blocks == analyze(InstantEngine(), Sheet(), queries=())
