"""What a spreadsheet may take for a number, and how it shows it: as on the page."""

import pytest

from document_rendering.cell_numbers import has_decimal_comma, number


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("7", 7, None),
        ("-7", -7, None),
        ("0", 0, None),
        ("20,815.00", 20815, "#,##0.00"),
        ("3.40", 3.4, "0.00"),
        ("0.125", 0.125, "0.000"),
        ("-6,208.30", -6208.3, "#,##0.00"),
        ("1,234,567", 1234567, "#,##0"),
        ("12345678901", 12345678901, None),
        ("+8", 8, "+0;-0"),
        ("+1.5", 1.5, "+0.0;-0.0"),
        ("\u22123.20", -3.2, '0.00;"\u2212"0.00'),
        ("(310.00)", -310, "0.00;(0.00)"),
        ("(1,310)", -1310, "#,##0;(#,##0)"),
        ("15%", 0.15, "0%"),
        ("2.5 %", 0.025, "0.0 %"),
        ("-4.10%", -0.041, "0.00%"),
        ("(3%)", -0.03, "0%;(0%)"),
        ("$19.95", 19.95, '"$"0.00'),
        ("$ 1,019.95", 1019.95, '"$ "#,##0.00'),
        ("-$19.95", -19.95, '"$"0.00'),
        ("$-19.95", -19.95, '"$"0.00;"$"-0.00'),
        ("($1,250)", -1250, '"$"#,##0;("$"#,##0)'),
        ("45.00 €", 45, '0.00" €"'),
        ("£7", 7, '"£"0'),
    ],
)
def test_a_number_looks_as_on_the_page(text: str, value: float, shown: str | None) -> None:
    assert number(text) == (value, shown)


@pytest.mark.parametrize(
    "text",
    [
        *("4006381333931", "900000000001", "1,000,000,000,000", "5500000000000004", "1234567890.123456"),
        *("+4915123456", "+1234567", "+1,234,567", "007", "00.50", "-01", "0012%"),
        *("2.345,67", "1,23", "1 234", "1\u202f234", "1'234", "12,34,567", "1.234.567", "1,2345"),
        *("12/05/2026", "2026-05-12", "5/6", "3-4", "10:30", "12.05.2026", "555-0199"),
        *(
            "(1)",
            "(2026)",
            "(45.00",
            "45.00)",
            "-(45.00)",
            "45.00-",
            "- 45.00",
            "+-5",
            "--5",
            "$$5",
            "$5 €",
            "5%%",
            "-$-5",
        ),
        *(
            "1e5",
            "0x1f",
            ".5",
            "5.",
            "$",
            "%",
            "-",
            "+",
            "\u2212",
            "",
            "USD 45",
            "45 USD",
            "¢45",
            "5 kg",
            "\u0661\u0662",
        ),
    ],
)
def test_what_may_be_something_else_stays_text(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize("text", ["12,5", "1.234,50", "Total: 0,99 €", "-3,75"])
def test_a_decimal_comma_is_seen(text: str) -> None:
    assert has_decimal_comma(["Price", text])


@pytest.mark.parametrize("text", ["1,234", "1,234.50", "3.75", "12,345,678", "a, b", "May 5, 2026", "1,23,456.00"])
def test_a_comma_between_thousands_is_none(text: str) -> None:
    assert not has_decimal_comma([text])


def test_a_decimal_point_beside_it_is_more_certain() -> None:
    assert not has_decimal_comma(["1,23", "1,234.50"])
    assert not has_decimal_comma(["1.234,50", "0.5"])
    assert has_decimal_comma(["1.234,50", "1.250"])


def test_in_a_table_with_a_decimal_comma_only_digits_are_numbers() -> None:
    assert number("1.234", decimal_comma=True) is None
    assert number("1,234", decimal_comma=True) is None
    assert number("1234", decimal_comma=True) == (1234, None)
    assert number("12%", decimal_comma=True) == (0.12, "0%")
