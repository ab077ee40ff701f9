"""The fidelity benchmark's figures, on pages small enough to count by hand."""

import pytest

from benchmarks.fidelity.content import PageContent, Selection, Table, Text, pages_of
from benchmarks.fidelity.generated import KINDS, generated
from benchmarks.fidelity.measures import compare, figures
from local.textract.recognition.page.geometry import Box

HERE = Box(0.1, 0.1, 0.2, 0.2)
HALF = Box(0.1, 0.1, 0.15, 0.2)
ELSEWHERE = Box(0.5, 0.5, 0.6, 0.6)


def test_a_word_counts_when_its_text_is_equal_and_its_box_overlaps() -> None:
    true = PageContent(words=[Text("Total:", HERE), Text("9", ELSEWHERE)])
    found = PageContent(words=[Text("Total:", HALF), Text("9", HERE)])
    measured = figures(compare(true, found))
    assert measured["word_recall"] == 0.5
    assert measured["word_iou"] == pytest.approx(0.5)


def test_a_word_is_matched_once() -> None:
    measured = figures(compare(PageContent(words=[Text("a", HERE)]), PageContent(words=[Text("a", HERE)] * 2)))
    assert (measured["word_recall"], measured["word_precision"]) == (1.0, 0.5)


def test_case_and_punctuation_count_only_to_the_letter() -> None:
    measured = figures(compare(PageContent(words=[Text("Total:", HERE)]), PageContent(words=[Text("TOTAL", HERE)])))
    assert (measured["word_recall"], measured["loose_word_recall"]) == (0.0, 1.0)


def test_a_cell_in_another_column_is_wrong_and_an_empty_one_does_not_count() -> None:
    true = Table(HERE, {(1, 1): Text("a", HERE), (1, 2): Text("b", HALF), (2, 1): Text("", HERE)})
    found = Table(HERE, {(1, 1): Text("a", HERE), (1, 3): Text("b", HALF), (2, 1): Text("", HERE)})
    assert figures(compare(PageContent(tables=[true]), PageContent(tables=[found])))["cell_accuracy"] == 0.5


def test_a_field_is_right_when_key_and_value_are() -> None:
    true = PageContent(fields=[("Name:", "Ann"), ("City:", "Rome")])
    found = PageContent(fields=[("Name", "Ann"), ("City", "Paris")])
    assert figures(compare(true, found))["field_accuracy"] == 0.5


def test_a_selection_of_the_other_state_is_wrong() -> None:
    true, found = Selection(HERE, "SELECTED"), Selection(HERE, "NOT_SELECTED")
    assert figures(compare(PageContent(selections=[true]), PageContent(selections=[found])))["selection_accuracy"] == 0


def test_reading_order_counts_the_steps_that_go_forward() -> None:
    words = [Text("a", HERE), Text("b", ELSEWHERE), Text("c", Box(0.8, 0.8, 0.9, 0.9))]
    swapped = [words[1], words[0], words[2]]
    assert figures(compare(PageContent(words=words), PageContent(words=swapped)))["reading_order"] == 0.5


def test_what_a_page_has_nothing_of_has_no_figure() -> None:
    assert set(figures(compare(PageContent(), PageContent())).values()) == {None}


def test_blocks_without_a_page_number_are_on_page_one() -> None:
    box = {"Left": 0.1, "Top": 0.1, "Width": 0.1, "Height": 0.1}
    pages = pages_of([{"Id": "1", "BlockType": "WORD", "Text": "a", "Geometry": {"BoundingBox": box}}])  # type: ignore[typeddict-item]
    assert [word.text for word in pages[1].words] == ["a"]


def test_drawn_documents_are_the_same_each_time_and_say_what_they_hold() -> None:
    documents = {document.name: document for document in generated(1)}
    assert [document.file for document in generated(1)] == [document.file for document in documents.values()]
    assert [name.removesuffix("-1") for name in documents] == list(KINDS)
    assert documents["form-1"].content.selections
    assert len(documents["tables-1"].content.tables) == 3
    assert ("Due Date:", "14 March 2024") in documents["invoice-1"].content.fields
