"""Which texts of a table are numbers, and the number format with which a spreadsheet shows them as the page does.

Only what is surely a number is one; everything else stays text, which looks as on the page. A comma separates thousands
and a point decimals, unless the table has decimal commas and no decimal point: then no text with a separator is a
number.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

_MONEY = "[$£¥\u20a0-\u20c0]"
_MINUS = "\u2212"
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[+\-{_MINUS}])?(?P<before>{_MONEY}[ \u00a0]?)?(?P<inner>-)?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<decimals>\.[0-9]+)?"
    rf"(?P<after>[ \u00a0]?(?:%|{_MONEY}))?(?P<close>\))?"
)
_DECIMAL_COMMA = re.compile(r"(?<![0-9.,])(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]{1,2}(?![0-9.,])")
_DECIMAL_POINT = re.compile(r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]+\.[0-9]{1,2})(?![0-9.,])")
_CODE_DIGITS = 12  # so many digits before the point are a code, for instance of an article; Excel's General shows 11
_TELEPHONE_DIGITS = 7  # so many after a plus are a telephone number
_MOST_DIGITS = 15  # that Excel keeps (Excel specifications and limits, 2026-11)


class Number(NamedTuple):
    """A value, and its number format in Excel's notation; without one, Excel shows the value as it was written."""

    value: float
    format: str | None = None


def has_decimal_comma(texts: Sequence[str]) -> bool:
    """Whether a table's texts have numbers like 1.234,50 or 12,5, and none like 1,234.50 or 12.5."""
    return any(map(_DECIMAL_COMMA.search, texts)) and not any(map(_DECIMAL_POINT.search, texts))


def number(text: str, *, decimal_comma: bool = False) -> Number | None:
    """The number that a text is; None if it is anything else, or may be."""
    found = _NUMBER.fullmatch(text)
    if not found or not _is_sure(found, decimal_comma=decimal_comma):
        return None
    whole, decimals, after = found["whole"], found["decimals"] or "", found["after"] or ""
    value = Decimal(whole.replace(",", "") + decimals)
    if after.endswith("%"):
        value /= 100
    if found["open"] or found["inner"] or found["sign"] in {"-", _MINUS}:
        value = -value
    return Number(float(value), _format(found))


def _is_sure(found: re.Match[str], *, decimal_comma: bool) -> bool:
    whole, decimals = found["whole"].replace(",", ""), (found["decimals"] or "").lstrip(".")
    digits = len(whole) + len(decimals)
    has_separator = "," in found["whole"] or bool(decimals)
    signs = sum(found[part] is not None for part in ("open", "sign", "inner"))
    return not (
        (found["open"] is None) != (found["close"] is None)
        or signs > 1
        or (found["before"] and found["after"])
        or (found["inner"] and not found["before"])
        or (len(whole) > 1 and whole.startswith("0"))
        or len(whole) >= _CODE_DIGITS
        or digits > _MOST_DIGITS
        or (found["sign"] == "+" and digits >= _TELEPHONE_DIGITS)
        or (found["open"] and not (has_separator or found["before"] or found["after"]))  # (1) is a note
        or (decimal_comma and has_separator)
    )


def _format(found: re.Match[str]) -> str | None:
    decimals, after = found["decimals"] or "", found["after"] or ""
    digits = ("#,##0" if "," in found["whole"] else "0") + decimals[:1] + "0" * (len(decimals) - 1)
    behind = after if after.endswith("%") else _quoted(after)
    amount = _quoted(found["before"]) + digits + behind
    if found["open"]:
        return f"{amount};({amount})"
    if found["inner"]:
        return f"{amount};{_quoted(found['before'])}-{digits}{behind}"
    if found["sign"] == "+":
        return f"+{amount};-{amount}"
    if found["sign"] == _MINUS:
        return f'{amount};"{_MINUS}"{amount}'
    return None if amount == "0" else amount


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else ""
