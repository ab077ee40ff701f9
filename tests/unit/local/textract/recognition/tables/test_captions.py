import pytest

from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.rules import Rules
from local.textract.recognition.tables.captions import title_of
from local.textract.recognition.tables.tables import find_tables
from tests.unit.local.textract.drawing import words
from tests.unit.local.textract.recognition.tables.test_borderless import placed

(TABLE,) = find_tables(Rules((), ()), placed([["Tea", "Cups"], ["Green", "3"], ["Black", "4"]], [50, 300]))


@pytest.mark.parametrize(
    ("text", "top", "is_title"),
    [
        ("Teas of this week", 60, True),
        ("Teas of this week", 20, False),
        ("We had these teas this week.", 60, False),
        ("Teas:", 60, False),
    ],
)
def test_the_short_line_right_over_a_table_is_its_title(text, top, is_title) -> None:
    lines = lines_of(words(text, 50, top))
    assert title_of(TABLE, lines) == (lines[0] if is_title else None)


def test_rows_that_begin_with_a_total_sum_up() -> None:
    rows = [["Tea", "3.00"], ["Cake", "4.00"], ["Total", "7.00"]]
    (table,) = find_tables(Rules((), ()), placed(rows, [50, 300]))
    assert table.summary_rows == {3}
