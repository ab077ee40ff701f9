"""Makes inputs by changing good ones. Hypothesis draws every choice, so it can reduce the inputs of findings."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from hypothesis import strategies as st

_CHANGES = (1, 1, 2, 3, 6, 0)  # most inputs have few: an input with many faults is refused early
ODD_NUMBERS = (0, -1, 1, 2, 255, 256, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 10**12)
ODD_DIGITS = (*(str(number).encode() for number in ODD_NUMBERS), b"", b"1e999", b"9" * 400, b"9" * 5000, b"0.5", b"x")
ODD_TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",  # half of a surrogate pair
    "\u202e\u200b",
    "=1+1",
    "|\n`<b>&",
    "ß" * 300,
    "9" * 20,
    "]]>",
    "%zz+%ff",
)
ODD_VALUES: Sequence[Any] = (
    *(None, True, False, 0.5, -1e308, 1e308, float("nan"), float("inf"), 10**400),
    *(*ODD_NUMBERS, *ODD_TEXTS),
    *([], {}, [None], [[]], {"": None}, [0.0, "x"]),
)
_NUMBER = re.compile(rb"\d+")
_ORDERS: Sequence[Literal["big", "little"]] = ("big", "little")
_SHORT = 64


_Change = Callable[[st.DrawFn, bytes, Sequence[bytes], Sequence[bytes]], bytes]


@st.composite
def changed_bytes(draw: st.DrawFn, originals: Sequence[bytes], words: Sequence[bytes] = ()) -> bytes:
    """One of these inputs with a few changes; `words` are typical byte sequences of its format."""
    data: bytes = draw(st.sampled_from(originals))
    for _ in range(draw(st.sampled_from(_CHANGES))):
        change: _Change = draw(st.sampled_from(_BYTE_CHANGES))
        data = change(draw, data, originals, words)
    return data


def _range(draw: st.DrawFn, data: bytes) -> tuple[int, int]:
    place = draw(st.integers(0, len(data)))
    return place, place + min(len(data) - place, draw(st.sampled_from((1, 2, 4, 8, 64, 1024, len(data)))))


def _flipped(draw: st.DrawFn, data: bytes, _: object, __: object) -> bytes:
    place, end = _range(draw, data)
    return data[:place] + bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in data[place:end][:1]) + data[place + 1 :]


def _set(draw: st.DrawFn, data: bytes, _: object, __: object) -> bytes:
    place, _end = _range(draw, data)
    value, size = draw(st.sampled_from(ODD_NUMBERS)), draw(st.sampled_from((1, 2, 4)))
    return (
        data[:place] + (value % (1 << 8 * size)).to_bytes(size, draw(st.sampled_from(_ORDERS))) + data[place + size :]
    )


def _with_odd_digits(draw: st.DrawFn, data: bytes, _: object, __: object) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    number = draw(st.sampled_from(found))
    return data[: number.start()] + draw(st.sampled_from(ODD_DIGITS)) + data[number.end() :]


def _repeated(draw: st.DrawFn, data: bytes, _: object, __: object) -> bytes:
    place, end = _range(draw, data)
    times = draw(st.sampled_from((2, 3, 100))) if end - place <= _SHORT else 2
    return data[:place] + data[place:end] * times + data[end:]


def _joined(draw: st.DrawFn, data: bytes, originals: Sequence[bytes], _: object) -> bytes:
    other = draw(st.sampled_from(originals))
    return data[: draw(st.integers(0, len(data)))] + other[draw(st.integers(0, len(other))) :]


def _cut(draw: st.DrawFn, data: bytes, _: object, __: object) -> bytes:
    place, end = _range(draw, data)
    return data[:place] + data[end:]


def _with_word(draw: st.DrawFn, data: bytes, _: object, words: Sequence[bytes]) -> bytes:
    place, _end = _range(draw, data)
    return data[:place] + draw(st.sampled_from(words) if words else st.binary(max_size=8)) + data[place:]


_BYTE_CHANGES: Sequence[_Change] = (_flipped, _set, _with_odd_digits, _repeated, _joined, _cut, _cut, _with_word)


@st.composite
def changed_json(draw: st.DrawFn, originals: Sequence[Any], odd: Sequence[Any] = ODD_VALUES) -> bytes:
    """One of these values as JSON, with a few changes anywhere in it; sometimes the result is not valid JSON."""
    value = copied(draw(st.sampled_from(originals)))
    for _ in range(draw(st.sampled_from(_CHANGES))):
        _change_inside(draw, value, odd)
    data = json.dumps(value).encode()
    return draw(changed_bytes([data])) if draw(st.integers(0, 9)) == 0 else data


def copied(value: Any) -> Any:
    """A deep copy of the value, which can be changed."""
    return json.loads(json.dumps(value))


def _change_inside(draw: st.DrawFn, value: Any, odd: Sequence[Any]) -> None:
    places = list(_places(value))
    if not places:
        return
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("replace", "remove", "double", "move", "nest"))):
        case "replace":
            texts = isinstance(holder[key], str) and draw(st.booleans())
            holder[key] = copied(draw(st.sampled_from(ODD_TEXTS if texts else odd)))
        case "remove":
            del holder[key]
        case "double" if isinstance(holder, list):
            holder.insert(draw(st.integers(0, len(holder))), copied(holder[key]))
        case "move":
            other, place = draw(st.sampled_from(places))
            holder[key] = copied(other[place])
        case "nest":
            depth = draw(st.sampled_from((1, 2, 50)))
            for _ in range(depth):
                holder[key] = [holder[key]] if isinstance(holder, list) else {str(key): holder[key]}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each member of each list and mapping."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder) if isinstance(holder, list) else 0):
            yield holder, key
            waiting.append(holder[key])
