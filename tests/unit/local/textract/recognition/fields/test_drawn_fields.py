from local.textract.recognition.fields.form_fields import Drawn
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.rules import Rules
from local.textract.recognition.tables.tables import find_tables
from tests.unit.local.textract.drawing import words
from tests.unit.local.textract.recognition.fields.test_form_fields import fields_of


def rule(left: float, right: float, y: float) -> Drawn:
    return Drawn(rules=(Box(left, y, right, y + 2),))


def test_what_stands_on_a_rule_is_the_value_of_the_words_before_it() -> None:
    line = [*words("Name", 20, 100), *words("Jane Doe", 90, 100)]
    assert fields_of(line, drawn=rule(80, 400, 122)) == [("Name", "Jane Doe")]


def test_a_rule_with_nothing_on_it_is_an_empty_field() -> None:
    assert fields_of(words("Name", 20, 100), drawn=rule(70, 400, 118)) == [("Name", "")]


def test_a_key_may_stand_under_its_rule() -> None:
    placed = [*words("Jane Doe", 50, 100), *words("Printed name", 50, 128)]
    assert fields_of(placed, drawn=rule(50, 400, 122)) == [("Printed name", "Jane Doe")]


def test_the_rules_of_a_row_are_fields_however_long_one_is() -> None:
    placed = [*words("Signature", 20, 128), *words("Date", 500, 128)]
    drawn = Drawn(rules=(Box(20, 120, 460, 122), Box(500, 120, 560, 122)))
    assert fields_of(placed, drawn=drawn) == [("Signature", ""), ("Date", "")]


def test_a_key_may_stand_over_what_is_written_on_a_rule() -> None:
    placed = [*words("Occupation", 50, 70), *words("Baker", 50, 100)]
    assert fields_of(placed, drawn=rule(50, 400, 122)) == [("Occupation", "Baker")]


def test_a_rule_under_all_of_a_text_only_underlines_it() -> None:
    placed = [*words("Terms and conditions", 50, 100), *words("General", 50, 128)]
    assert fields_of(placed, drawn=rule(50, 240, 122)) == []


def test_the_first_line_in_a_box_is_the_key_of_the_lines_below() -> None:
    box = Drawn(boxes=(Box(10, 90, 300, 150),))
    assert fields_of([*words("Occupation", 20, 95), *words("Head baker", 20, 122)], drawn=box) == [
        ("Occupation", "Head baker")
    ]


def test_a_box_with_a_key_at_its_top_alone_is_an_empty_field() -> None:
    assert fields_of(words("Occupation", 20, 95), drawn=Drawn(boxes=(Box(10, 90, 300, 150),))) == [("Occupation", "")]


def test_small_print_over_larger_makes_fields_of_a_tables_cells() -> None:
    across = tuple(Box(0, y, 400, y + 2) for y in (0, 80, 160))
    down = tuple(Box(x, 0, x + 2, 160) for x in (0, 200, 398))
    placed = [
        *words("Wages", 10, 8, 14),
        *words("1,200.00", 10, 45),
        *words("Tax", 210, 8, 14),
        *words("90.00", 210, 45),
        *words("Employer", 10, 90, 14),
        *words("Northgate", 10, 125),
        *words("Branch", 210, 90, 14),
    ]
    tables = find_tables(Rules(across, down), placed)
    assert fields_of(placed, tables) == [
        ("Wages", "1,200.00"),
        ("Tax", "90.00"),
        ("Employer", "Northgate"),
        ("Branch", ""),
    ]


def test_most_rules_of_a_page_tell_on_which_side_their_keys_are() -> None:
    placed = [*words("Name", 50, 70), *words("Jane", 50, 100), *words("Born", 50, 128), *words("1815", 50, 160)]
    assert fields_of(placed, drawn=Drawn(rules=(Box(50, 122, 400, 124), Box(50, 182, 400, 184)))) == [
        ("Name", "Jane"),
        ("Born", "1815"),
    ]


def test_a_rule_across_the_page_parts_it() -> None:
    placed = [*words("Registration", 50, 70), *words("of all that was said in the course of the day", 50, 200)]
    assert fields_of(placed, drawn=rule(50, 500, 110)) == []
