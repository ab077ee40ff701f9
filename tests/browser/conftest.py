"""Debian's chromium, without a screen. Without it, tests are skipped; where BROWSER_MUST_BE_THERE is set, they fail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

DESK, PHONE = {"width": 1400, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    chromium = shutil.which("chromium")
    if chromium is None:
        told = "chromium is not here: apt install chromium"
        pytest.fail(told) if os.environ.get("BROWSER_MUST_BE_THERE") else pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        started = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def show(browser):
    """Opens a file; in the end nothing must have been fetched from a network, and nothing said on the console."""
    complaints: list[str] = []
    page = browser.new_page(viewport=DESK)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_fetched(request.url)))

    def show_file(file: Path):
        page.goto(file.as_uri())
        return page

    yield show_file
    page.close()
    assert complaints == []


def _fetched(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:")) else [url]
