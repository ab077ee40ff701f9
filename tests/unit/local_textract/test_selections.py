from local.textract.selections import find_selections
from tests.unit.local_textract.drawing import Sheet, word


def boxes_on(sheet: Sheet, placed=()) -> list[tuple[int, bool]]:
    """The left edge of each checkbox, and whether it is selected."""
    return [(round(found.box.left), found.is_selected) for found in find_selections(sheet.pixels(), placed)]


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


def test_what_the_ocr_makes_of_a_checkbox_leaves_it_one() -> None:
    sheet = Sheet()
    checkbox(sheet, 100, 100)
    assert boxes_on(sheet, [word("O", 98, 92, height=40)]) == [(100, False)]
