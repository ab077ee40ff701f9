import pytest

from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.selections import find_selections, parted_at_mark, without_mark
from local.textract.recognition.page.words import Word
from tests.unit.local.textract.drawing import Sheet, word, words


def boxes_on(sheet: Sheet, placed=()) -> list[tuple[int, bool]]:
    """The left edge of each checkbox, and whether it is selected."""
    return [(round(found.box.left), found.is_selected) for found in find_selections(sheet.ink(), placed)]


def checkbox(sheet: Sheet, left: int, top: int) -> None:
    sheet.pen.rectangle((left, top, left + 20, top + 20), outline="black", width=2)


def test_an_empty_square_is_not_selected() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    assert boxes_on(sheet) == [(100, False)]


def test_a_cross_or_a_tick_selects_even_if_it_leaves_the_square() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    sheet.rule(100, 100, 120, 120)
    sheet.rule(120, 100, 100, 120)
    checkbox(sheet, 100, 200)
    sheet.rule(104, 208, 110, 216)
    sheet.rule(110, 216, 126, 192)
    assert boxes_on(sheet) == [(100, True), (100, True)]


def test_a_bullet_is_no_checkbox() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((100, 100, 116, 116), fill="black")
    assert boxes_on(sheet) == []


def test_cells_of_a_table_and_large_frames_are_no_checkboxes() -> None:
    sheet = Sheet()
    sheet.grid([100, 120, 140, 160], [100, 120, 140])
    sheet.pen.rectangle((300, 300, 400, 400), outline="black", width=2)
    assert boxes_on(sheet) == []


def test_a_square_letter_of_a_word_is_no_checkbox() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    assert boxes_on(sheet, [word("in", 98, 98, height=24)]) == []


@pytest.mark.parametrize(("text", "left"), [("Bay", 100), ("Hans", 100), ("eBay", 80)])
def test_a_bold_capital_is_no_checkbox_though_square_and_higher_than_the_rest(text: str, left: int) -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    for start, end in ((left, 94), (126, 168)):
        if start < end:
            sheet.pen.rectangle((start, 106, end, 116), fill="black")
    assert boxes_on(sheet, [Word(text, Box(left, 100, 169, 121), 99.0)]) == []


def test_a_checkbox_that_the_ocr_takes_in_with_a_lower_word_leaves_it_one() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    sheet.pen.rectangle((126, 106, 170, 116), fill="black")
    for text in ("Asthma", "Bill"):  # l is as high as B, if the box were a B
        assert boxes_on(sheet, [word(text, 100, 100, height=20)]) == [(100, False)]


def test_a_checkbox_at_the_end_of_a_word_is_no_part_of_its_text() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((60, 106, 92, 116), fill="black")
    checkbox(sheet, 100, 100)
    read = Word("No□", Box(60, 100, 121, 121), 99.0)
    found = find_selections(sheet.ink(), [read])
    assert [round(each.box.left) for each in found] == [100]
    left = without_mark(read, found)
    assert left is not None
    assert left.text == "No"


def test_words_that_the_ocr_ran_together_over_a_checkbox_are_parted_at_it() -> None:
    sheet = Sheet()
    for left, right in ((40, 94), (126, 190)):
        sheet.pen.rectangle((left, 106, right, 116), fill="black")
    checkbox(sheet, 100, 100)
    read = Word("terms:Prepaid", Box(40, 100, 191, 121), 99.0)
    found = find_selections(sheet.ink(), [read])
    assert [round(each.box.left) for each in found] == [100]
    assert [(part.text, round(part.box.left), round(part.box.right)) for part in parted_at_mark(read, found)] == [
        ("terms:", 40, 100),
        ("Prepaid", 121, 191),
    ]
    assert parted_at_mark(read, []) == [read]


def test_a_square_where_the_word_has_no_square_letter_is_a_checkbox_though_its_letters_are_as_high() -> None:
    sheet = Sheet()
    for left in (100, 160):
        checkbox(sheet, left, 100)
        sheet.pen.rectangle((left + 26, 100, left + 54, 120), fill="black")
    assert boxes_on(sheet, [Word("SpillFire", Box(100, 100, 215, 121), 99.0)]) == [(100, False), (160, False)]
    assert boxes_on(sheet, [Word("manymen", Box(100, 100, 215, 121), 99.0)]) == []


def test_a_letter_after_narrow_ones_is_still_at_the_edge_of_its_word() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((92, 106, 94, 120), fill="black")
    checkbox(sheet, 100, 100)
    sheet.pen.rectangle((126, 100, 160, 120), fill="black")
    assert boxes_on(sheet, [Word("iHop", Box(92, 100, 161, 121), 99.0)]) == []


def test_what_the_ocr_makes_of_a_checkbox_leaves_it_one() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    assert boxes_on(sheet, [word("O", 98, 92, height=40)]) == [(100, False)]


def test_a_radio_button_is_selected_when_there_is_a_dot_in_it() -> None:
    sheet = Sheet()
    sheet.pen.ellipse((100, 100, 124, 124), outline="black", width=2)
    sheet.pen.ellipse((200, 100, 224, 124), outline="black", width=2)
    sheet.pen.ellipse((206, 106, 218, 118), fill="black")
    assert sorted(boxes_on(sheet, words("Yes or no", 300, 100))) == [(100, False), (200, True)]


def test_a_ring_no_higher_than_the_print_is_a_letter() -> None:
    sheet = Sheet()
    sheet.pen.ellipse((100, 100, 118, 118), outline="black", width=2)
    assert boxes_on(sheet, words("Overall", 300, 100)) == []


def test_a_checkbox_that_was_read_as_the_first_letter_of_a_word_is_found_and_the_letter_goes() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    run_together = Word("□Yes", Box(100, 100, 170, 121), 99.0)
    (selection,) = find_selections(sheet.ink(), [run_together])
    kept = without_mark(run_together, [selection])
    assert kept is not None
    assert (kept.text, kept.box.left) == ("Yes", selection.box.right)


def test_a_filled_square_is_a_selected_checkbox_only_among_checkboxes() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((100, 100, 120, 120), fill="black")
    assert boxes_on(sheet) == []
    checkbox(sheet, 200, 100)
    assert sorted(boxes_on(sheet)) == [(100, True), (200, False)]
