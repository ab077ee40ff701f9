from local.textract.recognition.page.rules import Rules, find_rules
from tests.unit.local.textract.drawing import Sheet, word


def test_the_strokes_of_letters_are_no_rules() -> None:
    sheet = Sheet()
    sheet.text(50, 50, "HEHEHE", size=120)
    assert find_rules(sheet.ink(), [word("HEHEHE", 50, 50, height=160)]) == Rules((), ())
    assert find_rules(sheet.ink(), []) != Rules((), ())


def test_the_line_under_a_value_is_a_rule() -> None:
    sheet = Sheet()
    sheet.text(50, 50, "Ada", size=30)
    sheet.rule(50, 90, 400, 90)
    (rule,) = find_rules(sheet.ink(), [word("Ada", 50, 55, height=28)]).horizontal
    assert (round(rule.left, -1), round(rule.right, -1)) == (50, 400)


def test_a_rule_slightly_askew_is_one() -> None:
    sheet = Sheet()
    sheet.rule(50, 100, 700, 104)
    assert len(find_rules(sheet.ink(), []).horizontal) == 1


def test_a_broad_bar_is_no_rule() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((100, 100, 600, 120), fill="black")
    assert find_rules(sheet.ink(), []).vertical == ()
