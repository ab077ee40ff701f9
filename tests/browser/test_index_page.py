"""The page of all documents in a real browser: it leads to each, looks right on a phone, and runs nothing of theirs."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cli.downloads.index_page import Entry, index_html
from document_rendering.images import PageImage
from tests.browser.conftest import PHONE
from textract_pipeline.document import Document, Failure, Lane
from textract_pipeline.names import DocumentStatus, Feature, Stage

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINK = "javascript:alert(3)"
EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>' + "long-name" * 12 + ".pdf"


def document(key: str, status: DocumentStatus, failure: Failure | None = None) -> Document:
    return Document(
        document_id="0" * 32,
        bucket="documents",
        key=key,
        etag="1",
        size_bytes=1,
        lane=Lane.LIVE,
        features=(Feature.TEXT,),
        submitted_at=NOW,
        updated_at=NOW,
        status=status,
        pages=None if failure else 3,
        failure=failure,
    )


@pytest.fixture
def index(show, tmp_path: Path):
    file = BytesIO()
    Image.new("RGB", (340, 440), "navy").save(file, "JPEG")
    picture = PageImage(file.getvalue(), 340, 440)
    failure = Failure("BAD_DOCUMENT", f"It is torn: {EVIL}", Stage.START)
    entries = [
        Entry(
            document("a/form #1.png", DocumentStatus.SUCCEEDED),
            picture,
            1234,
            98.76,
            "a/form #1.png",
            ("a/form #1.png/document.html", "a/form #1.png/text.txt"),
        ),
        Entry(document(EVIL, DocumentStatus.FAILED, failure), picture, None, None, "", ()),
        Entry(
            document("javascript:alert(3)", DocumentStatus.PARTIAL_SUCCESS), None, 0, None, "", ("javascript:alert(3)",)
        ),
    ]
    page = tmp_path / "index.html"
    page.write_text("".join(index_html(entries, NOW)), encoding="utf-8")
    viewer = tmp_path / "a/form #1.png/document.html"
    viewer.parent.mkdir(parents=True)
    viewer.write_text("<!doctype html><title>the viewer</title>")
    return show(page)


def test_it_says_how_each_document_ended_and_what_is_in_it(index) -> None:
    assert index.locator("h1").inner_text() == "3 documents"
    good, bad, _ = index.locator("article").all()
    assert good.locator(".figures").inner_text() == "3 pages · 1,234 words · mean\xa0confidence\xa098.8\xa0%"
    assert bad.locator(".status").inner_text() == "failed"
    assert bad.locator(".reason").inner_text().startswith("It is torn: ")


def test_a_click_on_the_picture_opens_the_viewer(index) -> None:
    index.locator("a.picture").first.click()
    assert index.title() == "the viewer"


def test_a_key_and_a_reason_are_text_and_a_link_never_runs(index) -> None:
    assert index.locator("h2").nth(1).inner_text() == EVIL
    assert index.locator("script").count() == 0
    assert index.locator("img").count() == 2
    assert all(address.startswith("file:") for address in index.evaluate("[...document.links].map(link => link.href)"))


def test_on_a_phone_nothing_is_cut_off(index) -> None:
    index.set_viewport_size(PHONE)
    assert index.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    edges = index.evaluate("[...document.querySelectorAll('h2, a, p')].map(it => it.getBoundingClientRect().right)")
    assert max(edges) <= PHONE["width"]


def test_in_print_a_document_is_not_cut_in_two_and_links_are_readable(index) -> None:
    index.emulate_media(media="print", color_scheme="dark")
    style = "getComputedStyle(document.querySelector({!r})).{}"
    assert index.evaluate(style.format("article", "breakInside")) == "avoid"
    assert index.evaluate(style.format("body", "color")) == "rgb(0, 0, 0)"
    assert index.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
