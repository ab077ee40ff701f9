"""Read a passport's machine-readable zone for AnalyzeID: two lines of 44 characters (ICAO Doc 9303, part 4)."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

LENGTH = 44
FIRST = re.compile(r"P[A-Z<][A-Z<]{42}")
SECOND = re.compile(r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{6}\d[MFX<]\d{6}\d[A-Z0-9<]{14}[0-9<]\d")
CENTURY_TURNS = 20  # years from now: the latest expiry that two digits mean; a birth is never after this year


def read_zone(lines: Sequence[str], this_year: int | None = None) -> dict[str, str]:
    """The identity fields in a passport's zone, by Textract's types; empty if no zone passes its checks."""
    texts = [re.sub(r"\s", "", line).upper() for line in lines]
    for first, second in pairwise(texts):
        if FIRST.fullmatch(first) and SECOND.fullmatch(second) and _holds(second):
            return _fields(first, second, this_year or datetime.now().astimezone().year)
    return {}


def _holds(second: str) -> bool:
    """Whether number, birth, and expiry match their check digits."""
    return all(_check_digit(second[start:end]) == int(second[end]) for start, end in ((0, 9), (13, 19), (21, 27)))


def _check_digit(text: str) -> int:
    values = (0 if character == "<" else int(character, 36) for character in text)
    return sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10


def _fields(first: str, second: str, this_year: int) -> dict[str, str]:
    surname, _, given = first[5:].partition("<<")
    names = given.strip("<").replace("<", " ").split(" ", 1)
    return {
        "ID_TYPE": "PASSPORT",
        "LAST_NAME": surname.replace("<", " ").strip(),
        "FIRST_NAME": names[0],
        "MIDDLE_NAME": names[1] if len(names) > 1 else "",
        "DOCUMENT_NUMBER": second[:9].strip("<"),
        "DATE_OF_BIRTH": _date(second[13:19], this_year),
        "EXPIRATION_DATE": _date(second[21:27], this_year + CENTURY_TURNS),
        "MRZ_CODE": f"{first}\n{second}",
    }


def _date(digits: str, latest_year: int) -> str:
    """YYMMDD as YYYY-MM-DD, the latest such year that is not later than `latest_year`."""
    year = latest_year - (latest_year - int(digits[:2])) % 100
    return f"{year}-{digits[2:4]}-{digits[4:]}"
