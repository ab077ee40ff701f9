"""Pages as Markdown: the kind of each part is visible, and no word is lost."""

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.unit.textract_pipeline.outputs.formats.drawing import element, field, invoice, line, table
from textract_pipeline.outputs.formats.markdown import escaped, page_markdown
from textract_pipeline.response.page import Field, Page
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
    box = Field("Married", "SELECTED", 90, 90, married.box, married.box, married.words[:1])
    assert "Married or single\n\n- [x] Married" in rendered(Page(1, (married,), (box,)))


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
