"""What people write into a CSV manifest that S3 Batch Operations does not take, but that can mean only one thing. Pure.

S3's rules: no header, keys URL-encoded, names of buckets (Amazon S3 User Guide, "Specifying a manifest", 2026-11).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

_HEADER = (re.compile("bucket", re.IGNORECASE), re.compile("(object ?)?key", re.IGNORECASE))
_BUCKET_PREFIX = re.compile(r"(arn:[^:]*:s3:::|s3://|\s)+")
_BUCKET_END = re.compile(r"[/\s]+$")
_NOT_ENCODED = re.compile(r"[^!-~]|%(?![0-9A-Fa-f]{2})")
_MOST_SPACES = 3  # of a key that is looked for with a plus in place of each


@dataclass(slots=True)
class Handwriting:
    """What a manifest has, as far as it has been read, that was read as it is meant: each kind once."""

    kinds: dict[str, None] = field(default_factory=dict)

    def lines(self, file: Iterable[str]) -> Iterator[str]:
        """The lines of a CSV file; notes those that are not as S3 takes them."""
        for line in file:
            if _NOT_ENCODED.search(line.rstrip("\r\n")):
                self.note("keys that are not URL-encoded, or spaces")
            yield line

    def is_no_object(self, values: Sequence[str], number: int) -> bool:
        """Whether a row is blank, or the first one and a header."""
        if not "".join(values).strip() and len(values) <= 1:
            self.note("blank lines")
            return True
        is_header = all(its.fullmatch(value.strip()) for its, value in zip(_HEADER, values, strict=False))
        if number == 1 and len(values) > 1 and is_header:
            self.note("a header")
            return True
        return False

    def bucket(self, written: str) -> str:
        """The name of a bucket that is written as its name, its ARN, or its address."""
        name = written.strip()
        if found := _BUCKET_PREFIX.match(name):
            self.note("ARNs or addresses of buckets")
            name = _BUCKET_END.sub("", name[found.end() :])
        return name

    def note(self, kind: str) -> None:
        """Note that the manifest has this."""
        self.kinds[kind] = None


def with_pluses(key: str) -> Iterator[str]:
    """The keys that somebody may have meant who did not know that a plus stands for a space."""
    words = key.split(" ")
    spaces = len(words) - 1
    if not 0 < spaces <= _MOST_SPACES:
        yield from [key.replace(" ", "+")] * bool(spaces)
        return
    for between in product("+ ", repeat=spaces):
        if "+" in between:
            yield "".join(word + space for word, space in zip(words, (*between, ""), strict=True))
