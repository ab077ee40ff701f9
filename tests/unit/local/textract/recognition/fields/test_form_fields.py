from local.textract.recognition.fields.form_fields import Drawn, find_fields
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.rules import find_rules
from local.textract.recognition.page.selections import Selection
from local.textract.recognition.tables.tables import find_tables
from tests.unit.local.textract.drawing import Sheet, texts, word, words

NOTHING_DRAWN = Drawn()


def fields_of(placed, tables=(), selections=(), drawn=NOTHING_DRAWN) -> list[tuple[str, str]]:
    """Key and value of each field; a checkbox's value is its state."""
    found = find_fields(lines_of(placed), tables, selections, drawn, page_width=800)
    return [
        (texts(field.key), str(field.selection.is_selected) if field.selection else texts(field.value))
        for field in found
    ]


def checkbox(left: float, top: float, *, is_selected: bool = False) -> Selection:
    return Selection(Box(left, top, left + 20, top + 20), is_selected, 90.0)


def test_what_follows_a_colon_is_the_value() -> None:
    assert fields_of(words("Full Name: Jane Doe", 20, 20)) == [("Full Name:", "Jane Doe")]


def test_a_colon_may_stand_by_itself() -> None:
    assert fields_of(words("Date : 08/14/2022", 20, 20)) == [("Date :", "08/14/2022")]


def test_a_line_may_hold_several_fields() -> None:
    line = [*words("Name: Ada Lovelace", 20, 20), *words("Date of birth: 1815", 226, 20)]
    assert fields_of(line) == [("Name:", "Ada Lovelace"), ("Date of birth:", "1815")]


def test_a_value_may_stand_to_the_right() -> None:
    assert fields_of([*words("Pay date:", 20, 20), word("7/25/2008", 250, 20)]) == [("Pay date:", "7/25/2008")]


def test_a_value_to_the_right_is_near_and_has_no_key_of_its_own() -> None:
    assert fields_of([*words("Pay date:", 20, 20), word("stray", 600, 20)]) == [("Pay date:", "")]
    two = [*words("Pay date:", 20, 20), *words("Sum: 3", 250, 20)]
    assert fields_of(two) == [("Pay date:", ""), ("Sum:", "3")]


def test_a_value_may_stand_below_in_several_lines() -> None:
    address = [
        word("To:", 20, 20),
        *words("Test Business", 20, 48),
        *words("1 Main St", 20, 76),
        *words("Later on", 20, 200),
    ]
    assert fields_of(address) == [("To:", "Test Business 1 Main St")]


def test_a_field_left_empty_has_an_empty_value() -> None:
    (field,) = find_fields(lines_of([word("Name:", 20, 20)]), (), (), NOTHING_DRAWN, page_width=800)
    assert field.value == ()
    assert field.value_box.left >= field.key_box.right


def test_a_sentence_that_ends_with_a_colon_is_no_key() -> None:
    assert fields_of(words("Please answer all of the following questions in ink: thanks", 20, 20)) == []


def test_times_and_addresses_are_no_keys() -> None:
    assert fields_of(words("12:22 https://example.com", 20, 20)) == []


def test_a_table_of_two_columns_names_values() -> None:
    sheet = Sheet()
    sheet.grid([50, 250, 450], [50, 110, 170])
    placed = [*words("Invoice No", 60, 70), word("INV-1", 260, 70), word("12", 60, 130), word("13", 260, 130)]
    tables = find_tables(find_rules(sheet.ink(), placed), placed)
    assert fields_of(placed, tables) == [("Invoice No", "INV-1")]


def test_a_value_below_stays_in_the_cell_of_its_key() -> None:
    sheet = Sheet()
    sheet.grid([50, 250, 450], [50, 90, 130])
    placed = [word("Name:", 60, 60), word("Ada", 60, 100)]
    assert fields_of(placed) == [("Name:", "Ada")]
    assert fields_of(placed, find_tables(find_rules(sheet.ink(), placed), placed)) == [("Name:", "")]


def test_a_checkbox_belongs_to_the_words_right_of_it() -> None:
    row = [word("Yes", 50, 20), word("No", 150, 20)]
    boxes = [checkbox(20, 20, is_selected=True), checkbox(120, 20)]
    assert fields_of(row, selections=boxes) == [("Yes", "True"), ("No", "False")]


def test_a_checkbox_at_the_end_belongs_to_the_words_left_of_it() -> None:
    assert fields_of(words("I agree", 20, 20), selections=[checkbox(110, 20)]) == [("I agree", "False")]


def test_a_checkbox_far_from_all_words_has_no_key() -> None:
    assert fields_of(words("Far away", 400, 20), selections=[checkbox(20, 20)]) == []


def test_fields_come_in_the_order_of_the_lines() -> None:
    row = [word("Yes", 50, 24), word("No", 150, 20)]
    boxes = [checkbox(120, 20), checkbox(20, 24)]
    assert [key for key, _ in fields_of([*row, *words("Name: Ada", 20, 80)], selections=boxes)] == [
        "Yes",
        "No",
        "Name:",
    ]


def test_the_words_left_of_checkboxes_are_their_keys_where_none_stand_right_of_the_last() -> None:
    row = [word("Yes", 20, 20), word("No", 140, 20)]
    boxes = [checkbox(80, 20, is_selected=True), checkbox(190, 20)]
    assert fields_of(row, selections=boxes) == [("Yes", "True"), ("No", "False")]
