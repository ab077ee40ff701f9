from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import Shelf, lines_of
from tests.unit.local.textract.drawing import word, words


def read(placed, uprights=()) -> list[str]:
    return [line.text for line in lines_of(placed, uprights)]


def test_words_at_one_height_make_a_line_from_left_to_right() -> None:
    assert read([word("world", 80, 12), word("Hello", 20, 10)]) == ["Hello world"]


def test_lines_come_from_the_top_down() -> None:
    assert read([*words("second line", 20, 60), *words("first line", 20, 20)]) == ["first line", "second line"]


def test_a_wide_gap_parts_columns() -> None:
    assert read([*words("Item one", 20, 20), word("9.99", 400, 20)]) == ["Item one", "9.99"]


def test_blanks_that_are_wide_all_over_the_page_part_nothing() -> None:
    receipt = [word("CHANGE", 20, 20), word("DUE", 98, 20), word("TAX", 20, 60), word("FREE", 68, 60)]
    assert read(receipt) == ["CHANGE DUE", "TAX FREE"]


def test_a_line_follows_a_page_that_is_askew() -> None:
    slope = [word(letters, 20 + 70 * number, 20 + 4 * number) for number, letters in enumerate(["aaaaaa"] * 9)]
    assert len(read(slope)) == 1


def test_close_lines_of_a_page_that_is_askew_stay_apart() -> None:
    page = [word("a" * 6, 20 + 70 * x, 20 + 2 * x + 26 * y) for y in range(3) for x in range(9)]
    assert [len(line.words) for line in lines_of(page)] == [9, 9, 9]


def test_no_line_crosses_the_side_of_a_cell() -> None:
    placed = words("Start End", 20, 20)
    assert read(placed) == ["Start End"]
    assert read(placed, [Box(73, 0, 73, 100)]) == ["Start", "End"]


def test_a_cell_of_another_row_parts_nothing() -> None:
    assert read(words("Start End", 20, 20), [Box(73, 38, 73, 100)]) == ["Start End"]


def test_a_line_is_as_sure_as_its_words_on_average() -> None:
    (line,) = lines_of([word("a", 20, 20, confidence=90), word("b", 35, 20, confidence=70)])
    assert line.confidence == 80


def test_no_words_make_no_lines() -> None:
    assert lines_of([]) == []


def test_a_shelf_has_the_lines_of_a_stretch_of_the_page_tall_ones_too() -> None:
    placed = [word("low", 20, 300), word("mid", 20, 200), word("high", 20, 20), word("tall", 200, 60, 200)]
    shelf = Shelf(line for each in placed for line in lines_of([each]))
    assert [line.text for line in shelf.between(195, 215)] == ["tall", "mid"]
