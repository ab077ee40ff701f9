r"""Text from outside that is shown to people: keys, reasons, the content of documents. Pure.

It may contain terminal control sequences, such as `\x1b[2J`, or marks that reverse the reading direction. Rich reads
brackets as markup. Such characters are shown as Python escapes: `\x1b`, `\n`, `\u202e`.
"""

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

# Control characters; marks that set the reading direction or are invisible; halves of surrogate pairs.
_STEERING = "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
_UNSEEN = re.compile(f"[{_STEERING}\U000e0000-\U000e007f]")
_UNSEEN_BUT_LINES = re.compile(rf"(?!\n|\t|\r\n)[{_STEERING}\U000e0000-\U000e007f]")
_NOT_ESCAPED_BY_JSON = re.compile("[\x7f-\U0010ffff]")


def visible(text: object) -> str:
    """The text on one line, for `click.echo` and messages."""
    return _UNSEEN.sub(_written, str(text))


def visible_lines(text: str) -> str:
    """Text of several lines that is safe to print on a terminal; its line breaks stay."""
    return _UNSEEN_BUT_LINES.sub(_written, text).replace("\r\n", "\n")


def in_table(text: object) -> "Text":
    """The text for rich: a cell, a title, or a line."""
    from rich.text import Text  # the command line's help needs none

    return Text(visible(text))


def as_json(value: object) -> str:
    """JSON, with escapes for invisible characters."""
    return _NOT_ESCAPED_BY_JSON.sub(_json_escape, json.dumps(value, indent=2, ensure_ascii=False))


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if _UNSEEN.match(found[0]) else found[0]
