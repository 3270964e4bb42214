"""Blocks from one to another, both included, as people write them: 3 or 0-23."""

import re
from dataclasses import dataclass

_SPAN = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?\Z")


@dataclass(frozen=True)
class Span:
    """Blocks `first` to `last`, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def __contains__(self, block: int) -> bool:
        return self.first <= block <= self.last


def parse_span(text: str) -> Span:
    """Return the blocks that a text names; ValueError says what is allowed.

    >>> parse_span("7"), parse_span("0-23")
    (Span(first=7, last=7), Span(first=0, last=23))
    """
    found = _SPAN.match(text.strip())
    if not found:
        raise ValueError(f"got {text!r}; allowed: a block or two, such as 7 or 0-23")
    first = int(found[1])
    last = first if found[2] is None else int(found[2])
    if last < first:
        raise ValueError(f"got {text!r}; allowed: the first block before the last")
    return Span(first, last)
