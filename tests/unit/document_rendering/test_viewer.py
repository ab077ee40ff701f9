"""The viewer's file: its content, and that it loads nothing. Its behavior is tested in a browser."""

import re
from html.parser import HTMLParser

import pytest

from document_rendering.images import PageImage
from document_rendering.viewer import document_html
from tests.support.askew import Placed, response, turned
from tests.unit.textract_pipeline.outputs.formats.drawing import element, invoice, line, table
from textract_pipeline.response.page import Answer, Field, Page
from textract_pipeline.response.parser import read_pages

IMAGE = PageImage(b"jpeg", 800, 1000)


def html(*pages: Page, title: str = "invoice.pdf") -> str:
    return "".join(document_html(title, [(page, IMAGE) for page in pages]))


def test_every_word_stands_over_its_picture_in_reading_order() -> None:
    over = re.findall(r"<span data-w=[^>]*>([^<]*) </span>", html(invoice()))
    assert " ".join(over) == "Invoice 4711 Due: -5.00 - paid late =HYPERLINK(1) Item Cost Tea | milk 2"


def test_tables_are_tables_and_fields_are_a_list() -> None:
    whole = table([[line("Both", 0, 0)], [line("a", 0, 0), line("b", 0, 0)]])
    merged = whole._replace(cells=(whole.cells[0]._replace(column_span=2), *whole.cells[1:]))
    text = html(invoice()._replace(tables=(merged,)))
    assert '<tr><th colspan="2">Both</th></tr><tr><td>a</td><td>b</td></tr>' in text
    assert "<dt>Due:</dt><dd>-5.00</dd>" in text


def test_a_table_s_title_is_shown_once() -> None:
    title, cell = line("Harbour dues of 1897", 0.1, 0.1), line("Sloop", 0.1, 0.2)
    cells = table([[cell]])
    titled = cells._replace(title=title.text, title_words=title.words)
    assert html(Page(1, (title, cell), tables=(titled,))).count(title.text) == 1
    in_cell = table([[title], [cell]])._replace(title=title.text, title_words=title.words)
    assert html(Page(1, (title, cell), tables=(in_cell,))).count(title.text) == 1
    heading = element("SECTION_HEADER", title), element("TABLE", cell)
    assert html(Page(1, (title, cell), tables=(titled,), layout=heading)).count(title.text) == 1
    assert f"<caption>{title.text}</caption>" in html(Page(1, (cell,), tables=(titled,)))


def test_a_question_without_an_answer_is_shown_on_the_first_page_only() -> None:
    answers = (Answer("Who?", "Ada", 90.0), Answer("When?", "", 0.0))
    text = html(Page(1, (), answers=answers), Page(2, (), answers=answers))
    assert text.count("<h3>Who?</h3><p>Ada</p>") == 2
    assert text.count("<h3>When?</h3>") == 1


def test_words_that_deserve_a_look_are_marked() -> None:
    assert html(invoice()).count('class="word low"') == 1


def test_what_a_document_says_is_never_markup() -> None:
    evil = line("<script>alert(1)</script>", 0.1, 0.1)
    found = html(Page(1, (evil,), tables=(table([[evil]]),)), title="<b>&")
    assert found.count("<script>") == 1
    assert "<b>" not in found


def test_nothing_is_fetched() -> None:
    sources: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in {"link", "iframe", "object"}
            sources.extend(value or "" for name, value in attrs if name in {"src", "href"})

    Reader().feed(html(invoice(1), invoice(2)))
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert len(sources) == 2
    assert "default-src 'none'" in html(invoice())


def test_a_page_without_a_picture_is_shown_all_the_same() -> None:
    assert "<img" not in "".join(document_html("x", [(invoice(), None)]))


def askew_form(degrees: float) -> Page:
    """A form in two columns, scanned at this angle."""
    lines = [
        Placed(text, left, 0.2 + 0.03 * row)
        for row in range(6)
        for left, text in ((0.1, f"Key{row}a:"), (0.25, "value"), (0.6, f"Key{row}b:"), (0.75, "value"))
    ]
    (page,) = read_pages(response(lines, turned(degrees, 0.8)))
    fields = [
        Field(key.text, value.text, 90.0, 90.0, key.box, value.box, (*key.words, *value.words))
        for key, value in zip(page.lines[::2], page.lines[1::2], strict=True)
    ]
    return page._replace(fields=tuple(fields))


@pytest.mark.parametrize("degrees", [0, -10, -3, 1, 2, 8])
def test_fields_and_words_of_an_askew_page_are_in_the_order_of_the_straight_one(degrees: float) -> None:
    found = html(askew_form(degrees))
    assert re.findall(r"<dt>Key(\w+):</dt>", found) == [f"{row}{column}" for row in range(6) for column in "ab"]
    assert re.findall(r"Key(\w+): </span>", found) == [f"{row}{column}" for row in range(6) for column in "ab"]
    assert found.count(f'data-fall="{degrees:.2f}deg"') == (24 if degrees else 0)
