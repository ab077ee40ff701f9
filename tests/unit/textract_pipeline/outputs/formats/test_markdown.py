"""Pages as Markdown: the kind of each part is visible, and no word is lost."""

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.textract_pipeline.outputs.formats.drawing import element, field, invoice, line, table
from textract_pipeline.outputs.formats.markdown import escaped, page_markdown
from textract_pipeline.response.page import Answer, Box, Field, Line, Page, Selection, Table
from textract_pipeline.response.reading_order import regions


def rendered(page: Page) -> str:
    return page_markdown(page, regions(page))


def test_titles_fields_lists_and_tables_stand_in_their_places() -> None:
    assert rendered(invoice(3)) == (
        "<!-- page 3 -->\n\n"
        "# Invoice 4711\n\n"
        "- **Due:** \\-5.00\n"
        "- \\- paid late\n"
        "- \\=HYPERLINK(1)\n\n"
        "| Item | Cost |\n"
        "| --- | --- |\n"
        "| Tea \\| milk | 2 |\n"
    )


def test_a_checkbox_in_the_middle_of_text_is_told_after_its_line() -> None:
    married = line("Married or single", 0.1, 0.1)
    mark = Selection(True, Box(0.08, 0.1, 0.01, 0.02), 90.0)
    box = Field("Married", "SELECTED", 90, 90, married.box, married.box, married.words[:1], (mark,))
    page = Page(1, (married,), (box,), selections=(mark,))
    assert rendered(page) == "<!-- page 1 -->\n\nMarried or single\n\n- [x] Married\n"


def test_the_printed_word_is_no_checkbox() -> None:
    key, value = line("Status:", 0.1, 0.1), line("SELECTED", 0.3, 0.1)
    assert "- **Status:** SELECTED\n" in rendered(Page(1, (key, value), (field(key, value),)))
    printed = table([[line("[x] SELECTED", 0.1, 0.1)]])
    assert "| \\[x\\] SELECTED |" in rendered(Page(1, printed_lines(printed), tables=(printed,)))


def printed_lines(whole: Table) -> tuple[Line, ...]:
    return tuple(Line(cell.text, cell.box, 99.0, cell.words) for cell in whole.cells)


def test_a_checkbox_in_a_value_comes_before_its_key() -> None:
    key, value = line("Other:", 0.1, 0.1), line("by post", 0.3, 0.1)
    mark = Selection(False, Box(0.27, 0.1, 0.01, 0.02), 90.0)
    told = field(key, value)._replace(value="[ ] by post", selections=(mark,))
    assert rendered(Page(1, (key, value), (told,), selections=(mark,))).endswith("\n\n- [ ] **Other:** by post\n")


def test_several_checkboxes_of_a_value_stand_in_their_places() -> None:
    key, value = line("Smoker:", 0.1, 0.1), line("yes no", 0.3, 0.1)
    marks = tuple(Selection(chosen, Box(left, 0.1, 0.01, 0.02), 90.0) for chosen, left in ((True, 0.28), (False, 0.32)))
    told = field(key, value)._replace(value="yes [x] no [ ]", selections=marks)
    assert "- **Smoker:** yes [x] no [ ]\n" in rendered(Page(1, (key, value), (told,), selections=marks))


def test_a_checkbox_of_a_cell_is_in_it() -> None:
    cells = table([[line("Cough", 0.1, 0.1), line("Yes", 0.3, 0.1)]])
    mark = Selection(True, Box(0.28, 0.1, 0.01, 0.02), 90.0)
    marked = cells._replace(cells=(cells.cells[0], cells.cells[1]._replace(text="[x] Yes", selections=(mark,))))
    page = Page(1, printed_lines(cells), tables=(marked,), selections=(mark,))
    assert "| Cough | [x] Yes |" in rendered(page)
    assert rendered(page).count("[x]") == 1


def test_a_checkbox_outside_of_fields_and_tables_is_an_item() -> None:
    first, second = line("Terms", 0.1, 0.1), line("I accept them", 0.13, 0.15)
    mark = Selection(True, Box(0.11, 0.15, 0.01, 0.02), 90.0)
    assert rendered(Page(1, (first, second), selections=(mark,))).endswith("Terms\n\n- [x] I accept them\n")


def test_a_table_without_headers_gets_an_empty_heading_row() -> None:
    cells = table([[line("a", 0.1, 0.1), line("b", 0.3, 0.1)]], header="TABLE_SUMMARY")
    page = Page(1, (line("x", 0.1, 0.9),), tables=(cells,))
    assert "|  |  |\n| --- | --- |\n| a | b |" in rendered(page)


def test_what_a_line_says_beyond_the_table_is_kept() -> None:
    whole = line("one two three", 0.1, 0.1)
    cells = table([[whole._replace(text="one two", words=whole.words[:2])]])
    assert rendered(Page(1, (whole,), tables=(cells,))).endswith("| one two |\n| --- |\n\nthree\n")


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30))
def test_a_text_is_itself_in_markdown(text: str) -> None:
    paragraph, inline, _ = MarkdownIt("commonmark").parse(escaped(text))
    assert paragraph.type == "paragraph_open"
    assert "".join(part.content for part in inline.children or ()) == text


WORDS = st.lists(st.sampled_from(["Ada", "#1", "*", "1.", "a|b", "-", "<i>", "=1"]), min_size=1, max_size=4)


@given(st.lists(WORDS, min_size=4, max_size=12), st.data())
def test_every_word_of_a_page_is_in_its_markdown(texts: list[list[str]], data: st.DataObject) -> None:
    lines = [line(" ".join(words), 0.1, 0.07 * number) for number, words in enumerate(texts)]
    order = data.draw(st.permutations(lines))
    page = Page(
        1,
        tuple(lines),
        (field(order[0], order[1]), field(order[1], order[0])),
        (table([[order[2]], [order[3]]]),),
        layout=data.draw(st.sampled_from([(), (element("TEXT", *lines[::2]), element("LIST", *lines[1::2]))])),
    )
    said = Counter(re.sub(r"\\(.)", r"\1", re.sub(r"[*]{2}(?!\s)|(?<!\s)[*]{2}", "", rendered(page))).split())
    assert not Counter(word for words in texts for word in words if word not in "-*|") - said


def test_an_empty_page_is_a_comment() -> None:
    assert rendered(Page(2, ())) == "<!-- page 2 -->\n"


def test_a_question_without_an_answer_is_told_on_the_first_page_only() -> None:
    answers = (Answer("Who?", "Ada", 90.0), Answer("When?", "", 0.0))
    assert rendered(Page(1, (), answers=answers)) == "<!-- page 1 -->\n\n**Who?** Ada\n\n**When?**\n"
    assert rendered(Page(2, (), answers=answers)) == "<!-- page 2 -->\n\n**Who?** Ada\n"


def test_a_signature_can_be_seen_where_it_is() -> None:
    key = line("Tenant:", 0.1, 0.1)
    signed = Field("Tenant:", "[signature]", 90, 60, key.box, key.box, key.words)
    assert rendered(Page(1, (key,), (signed,))) == "<!-- page 1 -->\n\n- **Tenant:** \\[signature\\]\n"
