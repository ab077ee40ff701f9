"""`index.html`: a page of documents, each with its picture, its result, and links to its files. Pure.

One file that loads nothing and contains no script; text from a document or its key is escaped.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from cli.outside_text import visible
from document_rendering.images import PageImage
from textract_pipeline.document import Document
from textract_pipeline.names import DocumentStatus

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_KINDS = {DocumentStatus.SUCCEEDED: "good", DocumentStatus.PARTIAL_SUCCESS: "part"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on the page: its first page's picture, its words and their mean confidence (0–100), if known.

    Its files are paths relative to the page; a click on the picture opens the first.
    Its folder is also such a path, or empty if there is none.
    """

    document: Document
    picture: PageImage | None
    words: int | None
    confidence: float | None
    folder: str
    files: tuple[str, ...]


def index_html(entries: Sequence[Entry], now: datetime) -> Iterator[str]:
    """The file in pieces, one document at a time."""
    style = Path(__file__).with_name("index_page.css").read_text(encoding="utf-8")
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Documents</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head><body>\n{_header(entries, now)}\n<main>\n"
    )
    for entry in entries:
        yield _card(entry)
    yield "</main></body></html>\n"


def _header(entries: Sequence[Entry], now: datetime) -> str:
    states = Counter(entry.document.status for entry in entries)
    told = [f"{states[state]} {state.replace('_', ' ').lower()}" for state in DocumentStatus if states[state]]
    pages = sum(entry.document.pages or 0 for entry in entries)
    parts = [*told, _counted(pages, "page"), now.strftime("%-d %B %Y, %H:%M UTC")]
    return f"<header><h1>{_counted(len(entries), 'document')}</h1><p>{' · '.join(parts)}</p></header>"


def _card(entry: Entry) -> str:
    document = entry.document
    status = document.status
    return (
        f'<article class="{_KINDS.get(status, "bad" if status.is_terminal else "open")}">{_picture(entry)}'
        f'<div class="told"><h2>{_shown(document.key)}</h2>'
        f'<p class="status">{status.replace("_", " ").lower()}</p>{_figures(entry)}{_reason(document)}'
        f"{_place(entry)}{_links(entry.files)}</div></article>\n"
    )


def _picture(entry: Entry) -> str:
    picture = entry.picture
    if picture is None:
        return '<div class="picture">no picture</div>'
    image = (
        f'<img alt="First page" width="{picture.width}" height="{picture.height}" '
        f'src="data:image/jpeg;base64,{b64encode(picture.jpeg).decode()}">'
    )
    if not entry.files:
        return f'<div class="picture">{image}</div>'
    return f'<a class="picture" href="{_address(entry.files[0])}">{image}</a>'


def _figures(entry: Entry) -> str:
    parts = [] if entry.document.pages is None else [_counted(entry.document.pages, "page")]
    if entry.words is not None:
        parts.append(_counted(entry.words, "word"))
    if entry.confidence is not None:
        parts.append(f"mean confidence {entry.confidence:.1f} %".replace(" ", "\N{NO-BREAK SPACE}"))
    return f'<p class="figures">{" · ".join(parts)}</p>' if parts else ""


def _reason(document: Document) -> str:
    if document.failure is None:
        return ""
    return f'<p class="reason">{_shown(document.failure.message)} <code>{_shown(document.failure.code)}</code></p>'


def _place(entry: Entry) -> str:
    """The folder of a document, if it differs from the key."""
    if entry.folder in {"", entry.document.key}:
        return ""
    return f'<p class="place">in <code>{_shown(entry.folder)}</code></p>'


def _links(files: Sequence[str]) -> str:
    links = (f'<li><a href="{_address(file)}">{escape(file.rpartition("/")[2])}</a></li>' for file in files)
    return f"<ul>{''.join(links)}</ul>" if files else ""


def _address(path: str) -> str:
    """A path relative to this page, escaped so that it is never read as a URL scheme."""
    return escape("./" + quote(path))


def _shown(text: str) -> str:
    return escape(visible(text))


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
