r"""Text that others chose, where people see it: keys, reasons, what a document says. Pure.

It may hold what steers a terminal, such as `\x1b[2J`, or what has a line read backwards, and rich takes brackets for
markup. All of it is shown as Python writes it: `\x1b`, `\n`, `\u202e`.
"""

import json
import re

from rich.text import Text

# Control characters; marks that say in which direction to read, or that are not seen; halves of characters.
_STEERING = "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
_UNSEEN = re.compile(f"[{_STEERING}\U000e0000-\U000e007f]")
_UNSEEN_BUT_LINES = re.compile(rf"(?!\n|\t|\r\n)[{_STEERING}\U000e0000-\U000e007f]")
_NOT_ESCAPED_BY_JSON = re.compile("[\x7f-\U0010ffff]")


def visible(text: object) -> str:
    """The text on one line, for `click.echo` and messages."""
    return _UNSEEN.sub(_written, str(text))


def visible_lines(text: str) -> str:
    """Text of many lines, which it keeps, as a terminal may be given it."""
    return _UNSEEN_BUT_LINES.sub(_written, text).replace("\r\n", "\n")


def in_table(text: object) -> Text:
    """The text for rich: a cell, a title, or a line."""
    return Text(visible(text))


def as_json(value: object) -> str:
    """JSON, with escapes for what is not seen."""
    return _NOT_ESCAPED_BY_JSON.sub(_json_escape, json.dumps(value, indent=2, ensure_ascii=False))


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if _UNSEEN.match(found[0]) else found[0]
