r"""What a spreadsheet would run: the rule by which a cell of a CSV is a formula. Pure.

OWASP, "CSV Injection" (2026-11), warns of cells that begin with `=`, `+`, `-`, `@`, tab or CR, and of separators and
quotes inside them. Excel and LibreOffice run less than that. The rule is about what is left of a cell without what is
not seen at its beginning (spaces, control characters, zero-width characters, bidi marks, a byte order mark):

- `=` or `@` with anything behind it is a formula. The full-width forms of Asian keyboards count as well.
- `+` or `-` is one, too, unless a number, an amount of money or a telephone number follows: those are numbers, or no
  formula that could be parsed. So it is for -12, -$45.00, -45,00 €, -USD 45.00, +1 555 0100.
- A sign with no letter and no digit behind it, as in a lone dash, is text.

A sheet may be opened with another separator than its own: a German Excel splits at `;`, and heeds no quotes that do not
stand at the beginning of a cell. So what follows `;`, tab, CR or LF inside a field begins a cell, too, behind quotes.
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
    rf"{_ONE_SIGN}(?:(?:{_MONEY}|[A-Z]{{3}}(?=\s))\s?)?"  # without a space, USD45 is a cell of the sheet
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
    """The text with an apostrophe behind each separator where a formula would begin if a sheet were split there."""
    return _INSIDE.sub(_disarmed, text)


def _disarmed(found: re.Match[str]) -> str:
    separator, cell = found.groups()
    quotes = _QUOTES.match(cell)
    return f"{separator}'" if begins_formula(cell[quotes.end() :] if quotes else cell) else separator
