r"""The rule that decides which cells of a CSV file a spreadsheet program would run as formulas. Pure.

OWASP, "CSV Injection" (2026-11), warns of cells that begin with `=`, `+`, `-`, `@`, tab, or CR, and of separators and
quotes inside cells. Excel and LibreOffice run fewer of them. The rule ignores invisible characters at the beginning of
a cell (spaces, control characters, zero-width characters, bidi marks, a byte order mark) and looks at the rest:

- `=` or `@` followed by anything is a formula. The full-width forms of Asian keyboards count as well.
- `+` or `-` also begins a formula, unless a number, an amount of money, or a telephone number follows. Those are
  numbers, or cannot be parsed as formulas. Examples: -12, -$45.00, -45,00 €, -USD 45.00, +1 555 0100.
- A sign that is followed by no letter and no digit, such as a single dash, is text.

A sheet may be opened with a separator other than its own. A German Excel splits at `;`, and ignores quotes that are
not at the beginning of a cell. So text after `;`, tab, CR, or LF inside a field also begins a cell, even after quotes.
"""

import re

_UNSEEN = (
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]*"
)
_SIGNS = re.compile(rf"{_UNSEEN}([=+\-@＝＋－＠]+)")
_RUN_AT_ONCE = re.compile("[=@＝＠]")
_ONE_SIGN = r"[+\-＋－]\s?"
_MONEY = r"[$¢£¥\u20a0-\u20c0]"
_NUMBER = re.compile(
    rf"{_ONE_SIGN}(?:(?:{_MONEY}|[A-Z]{{3}}(?=\s))\s?)?"  # without a space, USD45 would be a cell reference
    r"(?=[.,]*[0-9])[0-9.,'’ \u00a0\u202f]+(?:[eE][+\-]?[0-9]+)?"
    rf"\s?(?:%|{_MONEY}|[A-Z]{{3}})?\s*"
)
_TELEPHONE = re.compile(r"[+＋]\s?[0-9](?:[ ().\-/\u00a0]*[0-9]){6,14}\s*")
_LETTER = re.compile(r"\w")
_INSIDE = re.compile(r"([;\t\r\n])(?=([^;\t\r\n]+))")
_QUOTES = re.compile(rf'(?:{_UNSEEN}")+')


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell."""
    signs = _SIGNS.match(text)
    if not signs:
        return False
    rest = text[signs.end() :]
    if _RUN_AT_ONCE.search(signs[1]):
        return bool(re.sub(_UNSEEN, "", rest, count=1))
    seen = text[signs.start(1) :]
    return bool(_LETTER.search(rest)) and not (_NUMBER.fullmatch(seen) or _TELEPHONE.fullmatch(seen))


def disarmed_inside(text: str) -> str:
    """The text with an apostrophe after each separator at which a formula would begin if a sheet were split there."""
    return _INSIDE.sub(_disarmed, text)


def _disarmed(found: re.Match[str]) -> str:
    separator, cell = found.groups()
    quotes = _QUOTES.match(cell)
    return f"{separator}'" if begins_formula(cell[quotes.end() :] if quotes else cell) else separator
