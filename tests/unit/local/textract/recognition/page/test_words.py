import pytest

from local.textract.recognition.page.words import plain, with_commas, without_form_rules


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("：", ":"),
        ("（a）", "(a)"),
        ("“x”", '"x"'),
        ("it’s", "it's"),
        ("1–2", "1-2"),
        ("ﬁne", "fine"),
        ("naïve €", "naïve €"),
    ],
)
def test_punctuation_becomes_ascii_and_letters_stay(read, expected) -> None:
    assert plain(read) == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("Name:____", "Name:    "),
        ("Address:_same", "Address: same"),
        ("__Ada__", "  Ada  "),
        ("a__b", "a  b"),
        ("snake_case", "snake_case"),
        ("____", "    "),
        ("Soup . . . . 4.50", "Soup         4.50"),
        ("Soup......4.50", "Soup      4.50"),
        ("etc... and so on.", "etc... and so on."),
        (". . .", "     "),
    ],
)
def test_the_rule_of_a_form_is_no_text(read, expected) -> None:
    assert without_form_rules(read) == expected


@pytest.mark.parametrize(
    ("read", "meant"),
    [("5.990.79", "5,990.79"), ("$1.234.567.89", "$1,234,567.89"), ("12.05.2019", "12.05.2019"), ("1.5", "1.5")],
)
def test_thousands_are_parted_by_commas(read, meant) -> None:
    assert with_commas(read) == meant
