from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.rules import Rules
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.tables import Table, find_tables
from tests.unit.local.textract.drawing import words

NO_RULES = Rules((), ())


def placed(rows: list[list[str]], columns: list[int], top: float = 100, pitch: float = 34) -> list[Word]:
    """Rows of texts at this distance in pixels, each text in its column. Empty texts are left out."""
    return [
        word
        for number, row in enumerate(rows)
        for text, left in zip(row, columns, strict=True)
        for word in words(text, left, top + number * pitch)
    ]


def texts_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows()]


def test_texts_that_line_up_around_a_column_of_numbers_are_a_table() -> None:
    rows = [["Item", "Qty", "Price"], ["Steel chair", "2", "19.00"], ["Lamp", "11", "7.50"]]
    (table,) = find_tables(NO_RULES, placed(rows, [50, 300, 450]))
    assert texts_of(table) == rows
    assert table.header_row == 1
    assert table.confidence < 90


def test_a_cell_may_be_empty() -> None:
    rows = [["Item", "Qty", "Price"], ["Steel chair", "2", "19.00"], ["Delivery", "", "7.50"], ["Lamp", "1", "3.00"]]
    (table,) = find_tables(NO_RULES, placed(rows, [50, 300, 450]))
    assert texts_of(table) == rows


def test_a_second_line_of_a_cell_begins_no_row() -> None:
    rows = [["Item", "Qty", "Price"], ["Steel chair", "2", "19.00"], ["Lamp", "1", "3.00"], ["Desk", "1", "9.00"]]
    (table,) = find_tables(NO_RULES, [*placed(rows, [50, 300, 450], pitch=58), *words("with arms", 50, 181)])
    assert texts_of(table)[1] == ["Steel chair with arms", "2", "19.00"]
    assert len(texts_of(table)) == 4


def test_a_second_line_may_have_numbers_where_it_does_not_name_a_row() -> None:
    rows = [["01/02", "Rent", "19.00"], ["01/03", "Card", "3.00"], ["01/09", "Fuel", "9.00"]]
    (table,) = find_tables(NO_RULES, [*placed(rows, [50, 200, 450], pitch=58), *words("ends in 4471", 200, 181)])
    assert texts_of(table) == [rows[0], ["01/03", "Card ends in 4471", "3.00"], rows[2]]


def test_what_is_written_on_short_rules_is_a_form_and_no_table() -> None:
    rows = [
        ["Employer", "Mills", "From", "2019"],
        ["Employer", "Harbor", "From", "2021"],
        ["Employer", "Rail", "To", "2022"],
    ]
    written = placed(rows, [50, 200, 450, 560])
    assert find_tables(NO_RULES, written)
    lines = [Box(left, 100 + 34 * row + 22, left + 90, 100 + 34 * row + 24) for row in range(3) for left in (200, 560)]
    assert find_tables(Rules(tuple(lines), ()), written) == []


def test_checkboxes_that_stand_alone_are_the_cells_of_a_table_as_numbers_are() -> None:
    rows = [["", "Poor", "Good"], ["The bed", "", ""], ["The breakfast", "", ""], ["The view", "", ""]]
    marks = [Box(left, 100 + 34 * row, left + 20, 120 + 34 * row) for row in (1, 2, 3) for left in (305, 455)]
    (table,) = find_tables(NO_RULES, placed(rows, [50, 300, 450]), marks)
    assert texts_of(table) == rows


def test_names_with_amounts_are_a_table_from_three_rows_on() -> None:
    rows = [["Subtotal", "10.00"], ["Tax", "1.00"], ["Total", "11.00"]]
    (table,) = find_tables(NO_RULES, placed(rows, [50, 400]))
    assert texts_of(table) == rows
    assert table.header_row == 0
    assert find_tables(NO_RULES, placed(rows[:2], [50, 400])) == []


def test_addresses_side_by_side_are_no_table() -> None:
    rows = [["Bill to", "Ship to"], ["Jane Doe", "John Roe"], ["4 Mill Lane", "9 High Road"], ["Leeds", "York"]]
    assert find_tables(NO_RULES, placed(rows, [50, 300])) == []


def test_prose_in_columns_is_no_table() -> None:
    line = "so it went on and on for many a long day"
    rows = [[line, line]] * 6
    assert find_tables(NO_RULES, placed(rows, [20, 520])) == []


def test_shaded_areas_side_by_side_are_two_tables() -> None:
    rows = [["Pay", "Rate", "Plan", "Paid"], ["Basic", "10.00", "Life", "5.00"], ["Extra", "15.00", "Teeth", "2.00"]]
    everything = placed(rows, [50, 180, 330, 460])
    edges = Rules((), (Box(300, 90, 303, 200), Box(318, 90, 321, 200)))
    assert len(find_tables(NO_RULES, everything)) == 1
    left, right = sorted(find_tables(edges, everything), key=lambda table: table.box.left)
    assert texts_of(left) == [row[:2] for row in rows]
    assert texts_of(right) == [row[2:] for row in rows]


def test_rules_side_by_side_under_several_heads_each_are_of_two_tables() -> None:
    rows = [["Pay", "Rate", "Plan", "Paid"], ["Basic", "10.00", "Life", "5.00"], ["Extra", "15.00", "Teeth", "2.00"]]
    everything = placed(rows, [50, 180, 330, 460])
    under_tables = Rules((Box(48, 124, 300, 126), Box(320, 124, 510, 126)), ())
    under_each_head = Rules(tuple(Box(left, 124, left + 120, 126) for left in (48, 180, 330, 460)), ())
    assert len(find_tables(under_each_head, everything)) == 1
    left, right = sorted(find_tables(under_tables, everything), key=lambda table: table.box.left)
    assert texts_of(left) == [row[:2] for row in rows]
    assert texts_of(right) == [row[2:] for row in rows]


def test_several_rows_between_two_rules_are_rows_of_the_table() -> None:
    rows = [["Item", "Qty", "Price"], ["Chair", "2", "19.00"], ["Lamp", "1", "3.00"], ["Desk", "1", "9.00"]]
    across = tuple(Box(40, y, 560, y + 2) for y in (90, 126, 240))
    down = tuple(Box(x, 90, x + 2, 242) for x in (40, 290, 440, 558))
    (table,) = find_tables(Rules(across, down), placed(rows, [50, 300, 450]))
    assert texts_of(table) == rows


def test_a_column_with_text_in_few_rows_is_one() -> None:
    rows = [["Day", "Out", "In", "Left"], *(["May", "12.00", "", "90.00"] for _ in range(9))]
    rows[4] = ["May", "", "7.00", "90.00"]
    (table,) = find_tables(NO_RULES, placed(rows, [50, 200, 300, 450]))
    assert texts_of(table) == rows
