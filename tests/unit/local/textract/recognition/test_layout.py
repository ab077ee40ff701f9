from local.textract.recognition.layout import PageParts, find_layout
from local.textract.recognition.page.geometry import Box
from local.textract.recognition.page.lines import lines_of
from local.textract.recognition.page.rules import find_rules
from local.textract.recognition.tables.tables import find_tables
from tests.unit.local.textract.drawing import Sheet, word, words

PAGE = (800, 1000)


def layout_of(placed, tables=(), field_words=()) -> list[tuple[str, str]]:
    """The kind of each part and its first line."""
    parts = find_layout(lines_of(placed), PageParts(tables=tables, field_words=field_words), *PAGE)
    return [(part.kind.removeprefix("LAYOUT_"), part.lines[0].text if part.lines else "") for part in parts]


def paragraph(left: float, top: float, lines: int = 6):
    return [each for number in range(lines) for each in words("some words in running text", left, top + 28 * number)]


def test_lines_close_together_are_a_paragraph() -> None:
    parts = find_layout(lines_of(paragraph(50, 300) + paragraph(50, 600, lines=4)), PageParts(), *PAGE)
    assert [len(part.lines) for part in parts] == [6, 4]


def test_the_largest_text_near_the_top_is_the_title_and_larger_text_a_heading() -> None:
    placed = [*words("Report", 50, 100, 60), *words("Part one", 50, 220, 28), *paragraph(50, 300)]
    assert [kind for kind, _ in layout_of(placed)] == ["TITLE", "SECTION_HEADER", "TEXT"]


def test_margins_hold_headers_footers_and_page_numbers() -> None:
    placed = [
        *words("Example Corp.", 50, 20),
        *paragraph(50, 300),
        *words("Page 1 of 3", 50, 940),
        *words("All rights", 500, 940),
    ]
    assert [kind for kind, _ in layout_of(placed)] == ["HEADER", "TEXT", "PAGE_NUMBER", "FOOTER"]


def test_columns_are_read_one_after_the_other() -> None:
    placed = paragraph(50, 300) + paragraph(450, 300)
    parts = find_layout(lines_of(placed), PageParts(), *PAGE)
    assert [part.box.left for part in parts] == [50, 450]


def test_a_table_is_one_part_and_its_lines_are_no_text() -> None:
    sheet = Sheet(*PAGE)
    sheet.grid([50, 250, 450], [200, 260, 320])
    placed = [word(text, x, y) for text, x, y in (("a", 60, 220), ("b", 260, 220), ("c", 60, 280), ("d", 260, 280))]
    tables = find_tables(find_rules(sheet.ink(), placed), placed)
    assert layout_of(placed + paragraph(50, 500), tables) == [("TABLE", "a"), ("TEXT", "some words in running text")]


def test_a_paragraph_of_fields_is_key_and_value() -> None:
    placed = words("Name: Ada", 50, 300)
    assert layout_of(placed, field_words=placed) == [("KEY_VALUE", "Name: Ada")]


def test_an_empty_page_has_no_parts() -> None:
    assert layout_of([]) == []


def test_items_that_follow_each_other_are_a_list_of_texts() -> None:
    placed = [*paragraph(50, 200, 3), *words("1. tea and more tea", 50, 330), *words("2. bread and salt", 50, 362)]
    *_, last = find_layout(lines_of(placed), PageParts(), *PAGE)
    assert last.kind == "LAYOUT_LIST"
    assert [item.lines[0].text for item in last.items] == ["1. tea and more tea", "2. bread and salt"]
    assert last.lines == ()


def test_a_short_bold_line_heads_what_follows() -> None:
    placed = [*words("What we saw", 50, 200), *paragraph(50, 228)]
    lines = lines_of(placed)
    kinds = [part.kind for part in find_layout(lines, PageParts(bold={lines[0]}), *PAGE)]
    assert kinds == ["LAYOUT_SECTION_HEADER", "LAYOUT_TEXT"]


def test_figures_stand_before_what_is_below_them() -> None:
    parts = find_layout(lines_of(paragraph(50, 300)), PageParts(figures=[Box(50, 100, 300, 250)]), *PAGE)
    assert [part.kind for part in parts] == ["LAYOUT_FIGURE", "LAYOUT_TEXT"]


def test_fields_below_each_other_are_one_part() -> None:
    placed = [*words("Name: Ada", 50, 300), *words("Born: 1815", 50, 400)]
    (part,) = find_layout(lines_of(placed), PageParts(field_words=placed), *PAGE)
    assert (part.kind, len(part.lines)) == ("LAYOUT_KEY_VALUE", 2)
