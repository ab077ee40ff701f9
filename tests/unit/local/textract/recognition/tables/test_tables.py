from local.textract.recognition.page.rules import find_rules
from local.textract.recognition.page.words import Word
from local.textract.recognition.tables.tables import Table, find_tables
from tests.unit.local.textract.drawing import Sheet, texts, word, words

COLUMNS, ROWS = [50, 250, 450, 650], [50, 110, 170, 230]


def fill(columns: list[int] = COLUMNS, rows: list[int] = ROWS) -> list[Word]:
    """A word in each cell, named after its row and column."""
    return [
        word(f"r{row}c{column}", left + 20, top + 20)
        for row, top in enumerate(rows[:-1], start=1)
        for column, left in enumerate(columns[:-1], start=1)
    ]


def tables_on(sheet: Sheet, placed) -> list[Table]:
    return find_tables(find_rules(sheet.ink(), placed), placed)


def grid_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows()]


def test_crossing_rules_make_a_table_of_cells() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, ROWS)
    (table,) = tables_on(sheet, fill())
    assert grid_of(table) == [[f"r{row}c{column}" for column in (1, 2, 3)] for row in (1, 2, 3)]
    assert table.confidence > 90


def test_pale_rules_on_a_shaded_page_are_found() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((0, 0, 800, 600), fill=(244, 244, 244))
    sheet.grid(COLUMNS, ROWS, color="#d9d9d9")
    assert len(tables_on(sheet, fill())) == 1


def test_positions_that_no_rule_parts_are_one_merged_cell() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, ROWS[1:])
    sheet.pen.rectangle((50, 50, 650, 110), outline="black", width=2)
    placed = [*words("Previous employment", 200, 70), *fill(COLUMNS, ROWS)[3:]]
    (table,) = tables_on(sheet, placed)
    title = table.cells[0]
    assert (title.text, title.row_span, title.column_span, title.is_merged) == ("Previous employment", 1, 3, True)
    assert [len(row) for row in table.rows()] == [1, 3, 3]


def test_a_cell_may_cover_several_rows() -> None:
    sheet = Sheet()
    sheet.grid([50, 250], [50, 230])
    sheet.grid(COLUMNS[1:], ROWS)
    (table,) = tables_on(sheet, fill())
    assert [(cell.row, cell.row_span) for cell in table.cells if cell.column == 1] == [(1, 3)]


def test_rows_go_on_into_an_open_side_where_each_has_a_line_of_text() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS[1:], ROWS)
    for y in (ROWS[0], ROWS[-1]):
        sheet.rule(COLUMNS[0], y, COLUMNS[1], y)
    (table,) = tables_on(sheet, fill())
    assert [(cell.row, cell.row_span) for cell in table.cells if cell.column == 1] == [(1, 1), (2, 1), (3, 1)]


def test_names_with_numbers_over_values_are_no_rows_of_a_table() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, [50, 150])
    sheet.rule(50, 250, 650, 250)
    for x in COLUMNS:
        sheet.rule(x, 150, x, 250)
    placed = []
    for row, top in enumerate((60, 160)):
        for column, left in enumerate(COLUMNS[:-1]):
            placed += words(f"{row}{column} Tax withheld", left + 5, top)
            placed.append(word(f"{row}{column}7.50", left + 15, top + 45))
    (table,) = tables_on(sheet, placed)
    assert [len(row) for row in table.rows()] == [3, 3]


def test_a_table_may_be_open_at_its_sides() -> None:
    sheet = Sheet()
    for y in ROWS:
        sheet.rule(COLUMNS[0], y, COLUMNS[-1], y)
    for x in COLUMNS[1:-1]:
        sheet.rule(x, ROWS[0], x, ROWS[-1])
    (table,) = tables_on(sheet, fill())
    assert [len(row) for row in table.rows()] == [3, 3, 3]


def test_two_tables_are_two_from_the_top_down() -> None:
    sheet = Sheet()
    below = [y + 300 for y in ROWS]
    sheet.grid(COLUMNS, below)
    sheet.grid(COLUMNS[:3], ROWS)
    found = tables_on(sheet, fill(COLUMNS[:3], ROWS) + fill(COLUMNS, below))
    assert [table.column_count for table in found] == [2, 3]


def test_a_box_is_no_table() -> None:
    sheet = Sheet()
    sheet.grid([50, 650], [50, 230])
    assert tables_on(sheet, words("A note in a frame", 100, 100)) == []


def test_rules_without_text_between_are_no_table() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, ROWS)
    assert tables_on(sheet, []) == []


def test_letters_and_the_rules_of_a_form_are_no_table() -> None:
    sheet = Sheet()
    sheet.text(50, 50, "HEHEHE", size=90)
    sheet.rule(50, 200, 700, 200)
    sheet.rule(50, 300, 700, 300)
    assert tables_on(sheet, [word("HEHEHE", 50, 50, height=110)]) == []


def test_the_lines_of_a_cell_are_read_one_after_the_other() -> None:
    sheet = Sheet()
    sheet.grid([50, 250, 650], [50, 170, 230])
    placed = [*words("N/A, current", 270, 60), word("employer", 270, 100), word("left", 60, 60), word("x", 60, 190)]
    (table,) = tables_on(sheet, placed)
    assert texts(table.cells[1].words) == "N/A, current employer"


def test_names_above_numbers_head_the_columns() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, ROWS)
    heads = [word(text, x, 70) for text, x in (("Item", 70), ("Price", 270), ("Sum", 470))]
    assert tables_on(sheet, heads + fill()[3:])[0].header_row == 1
    numbers = [word(str(number), each.box.left, each.box.top) for number, each in enumerate(fill())]
    assert tables_on(sheet, numbers)[0].header_row == 0


def test_the_two_edges_of_a_thick_rule_are_no_row() -> None:
    sheet = Sheet()
    sheet.grid(COLUMNS, [50, 110, 122, 180, 240])
    (table,) = tables_on(sheet, fill(rows=[50, 110, 180]))
    assert [len(row) for row in grid_of(table)] == [3, 3, 3]
