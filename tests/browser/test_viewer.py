"""The viewer in a real browser: overlays toggle, search finds, text is copied, and nothing is fetched."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from document_rendering.images import PageImage
from document_rendering.viewer import document_html
from tests.browser.conftest import PHONE
from tests.support.askew import Placed, response, turned
from tests.unit.textract_pipeline.outputs.formats.drawing import invoice, line
from textract_pipeline.response.page import Page
from textract_pipeline.response.parser import read_pages


@pytest.fixture
def viewer(show, tmp_path: Path):
    picture = BytesIO()
    Image.new("RGB", (800, 1000), "white").save(picture, "JPEG")
    image = PageImage(picture.getvalue(), 800, 1000)
    pages = [invoice(1), Page(2, (line("Total <due> 4711", 0.2, 0.5),)), invoice(3)]
    file = tmp_path / "document.html"
    file.write_text("".join(document_html("form & co.pdf", [(page, image) for page in pages])), encoding="utf-8")
    return show(file)


@pytest.mark.parametrize(
    ("overlay", "kind"),
    [("words", "word:not(.low)"), ("lines", "line"), ("tables", "table"), ("fields", "field"), ("low", "low")],
)
def test_an_overlay_is_switched_on_and_off(viewer, overlay: str, kind: str) -> None:
    switch = viewer.locator(f"input[value={overlay}]")
    box = viewer.locator(f".boxes .{kind}").first
    switch.check()
    assert box.is_visible()
    switch.uncheck()
    assert not box.is_visible()


def test_search_finds_words_that_follow_each_other_on_every_page(viewer) -> None:
    search = viewer.locator("input[type=search]")
    search.fill("invoice 4711")
    assert viewer.locator("output").inner_text() == "2 found"
    assert viewer.locator(".found").count() == 4
    search.press("Enter")
    search.press("Enter")
    assert viewer.locator("output").inner_text() == "2 of 2"
    assert viewer.locator("#page-3 .current").first.is_visible()
    search.fill("nowhere")
    assert viewer.locator("output").inner_text() == "0 found"


def test_text_is_as_wide_as_its_words_and_can_be_copied(viewer) -> None:
    viewer.locator("#page-1 .text").scroll_into_view_if_needed()
    viewer.wait_for_function("document.querySelector('#page-1 .text span').style.transform")
    edges = viewer.evaluate(
        """[...document.querySelectorAll('#page-1 .text span')].map(word => {
            const is = word.getBoundingClientRect(), on = word.parentElement.getBoundingClientRect();
            return [is.width / on.width * 100, +word.dataset.w, is.height / on.height];
        })"""
    )
    assert all(width == pytest.approx(wanted, abs=0.6) for width, wanted, _ in edges)
    viewer.evaluate("getSelection().selectAllChildren(document.querySelector('#page-2 .text'))")
    assert viewer.evaluate("getSelection().toString()").split() == ["Total", "<due>", "4711"]


@pytest.mark.parametrize("degrees", [-7, 0, 3])
def test_the_text_of_an_askew_page_lies_along_its_picture(show, tmp_path: Path, degrees: float) -> None:
    turn = turned(degrees, 0.8)
    lines = [Placed("lanterns along the old harbor wall", 0.1, 0.3 + 0.02 * row) for row in range(9)]
    (page,) = read_pages(response(lines, turn))
    file = tmp_path / "askew.html"
    file.write_text("".join(document_html("askew", [(page, PageImage(b"", 800, 1000))])), encoding="utf-8")
    shown = show(file)
    shown.wait_for_function("document.querySelector('.text span').style.transform")
    boxes = shown.evaluate(
        """[...document.querySelectorAll('.text span')].map(word => {
            const is = word.getBoundingClientRect(), on = word.parentElement.getBoundingClientRect();
            return [(is.left - on.left) / on.width, (is.top - on.top) / on.height, is.width / on.width,
                is.height / on.height];
        })"""
    )
    wanted = [word.box for line in page.lines for word in line.words]
    assert len(boxes) == len(wanted) == 9 * 6
    assert all(shown == pytest.approx(box, abs=0.006) for shown, box in zip(boxes, wanted, strict=True))


def test_on_a_phone_the_text_is_below_the_picture_and_nothing_is_cut_off(viewer) -> None:
    viewer.set_viewport_size(PHONE)
    picture, text = (viewer.locator(f"#page-1 {part}").bounding_box() for part in (".page", "article"))
    assert text["y"] >= picture["y"] + picture["height"]
    assert viewer.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_in_print_there_is_no_toolbar(viewer) -> None:
    viewer.emulate_media(media="print")
    assert not viewer.locator("header").is_visible()
