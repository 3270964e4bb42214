"""Could these bytes be about somebody real? Asked before refused bytes are kept.

What the declared types allow is set aside; whatever then looks like a number, an address or a
name of the real world makes the answer yes. It errs on the side of yes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from msgspec import inspect

_STRING = re.compile(r'"([^"]{0,80})"')
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_SEPARATORS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d{7}|[0-9a-f]{12}", re.IGNORECASE)  # or a device address
_TRACES = re.compile(
    r"@"
    r"|\d{1,3}(?:\.\d{1,3}){3}"  # IPv4
    r"|[0-9a-f]{1,4}:[0-9a-f]{0,4}:|::[0-9a-f]"  # IPv6
    r"|[a-z0-9]\.[a-z]{2}"  # a host
    r'|(?:\d[^\s"\d]{0,4}){7}'  # digits among letters: an account, a code
    r"|\0",  # UTF-16
    re.IGNORECASE,
)
# Bytes that are not UTF-8 and could be letters of another encoding; FE and FF are marks.
_OTHER_LETTER = re.compile("[\udc80-\udcfd]")

LARGEST = 10**10
"""No integer of a payload reaches this."""


class Suspicion:
    """Judges refused bytes; knows the types of everything an event may hold."""

    def __init__(self, types: Iterable[object]) -> None:
        strings: dict[str, None] = {}
        integers: dict[tuple[str, int], None] = {}
        for kind in types:
            for name, leaf in _leaves("", inspect.type_info(kind)):
                if isinstance(leaf, inspect.StrType) and leaf.pattern:
                    strings[leaf.pattern] = None
                elif isinstance(leaf, inspect.IntType) and leaf.lt is not None:
                    integers[name, len(str(leaf.lt - 1))] = None
        self._string = re.compile("|".join(f"(?:{p})" for p in strings) or r"(?!)")
        numbers = [rf'"{re.escape(name)}":\s{{0,4}}[0-9]{{1,{size}}}' for name, size in integers]
        self._integer = re.compile(rf"(?:{'|'.join(numbers) or '(?!)'})(?![0-9])")

    def could_be_real(self, data: bytes) -> bool:
        """Return whether the bytes hold seven digits in a row, however separated or disguised, a
        mail, network or device address, a host, or letters and digits beyond ASCII, outside the
        synthetic ranges.
        """
        raw = data.decode("utf-8", "surrogateescape")
        if _OTHER_LETTER.search(raw):
            return True
        rest = self._integer.sub("x", _plain(raw))
        rest = _STRING.sub(lambda m: "x" if self._string.search(m[1]) else m[0], rest)
        if _TRACES.search(rest) or any(ord(c) > 127 and c.isalnum() for c in rest):
            return True
        return _NUMBER.search(_SEPARATORS.sub("", rest)) is not None


def _plain(text: str) -> str:
    """Return text with its escapes resolved, pairs of them too, and its disguises taken off."""
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFKC", text)


def _leaves(name: str, found: inspect.Type) -> Iterator[tuple[str, inspect.Type]]:
    if isinstance(found, inspect.StructType):
        for field in found.fields:
            yield from _leaves(field.encode_name, field.type)
    elif isinstance(found, inspect.UnionType):
        for option in found.types:
            yield from _leaves(name, option)
    elif isinstance(found, inspect.Metadata):
        yield from _leaves(name, found.type)
    else:
        yield name, found


def check_closed(kind: object) -> None:
    """Check that a payload type has no room for anything else; TypeError names an open field.

    Strings need a pattern or a list of words, integers bounds (at most ten digits). Floats, lists
    and mappings are refused: each holds more digits than a phone number has.
    """
    for name, leaf in _leaves("", inspect.type_info(kind)):
        if not _closed(leaf):
            raise TypeError(
                f"field {name} of {getattr(kind, '__name__', kind)} is open; allowed are strings "
                "with a pattern or from a list, and integers with ge and lt up to ten digits"
            )


def _closed(leaf: inspect.Type) -> bool:
    if isinstance(leaf, inspect.IntType):
        return (
            leaf.ge is not None and leaf.lt is not None and -LARGEST <= leaf.ge < leaf.lt <= LARGEST
        )
    if isinstance(leaf, inspect.StrType):
        return bool(leaf.pattern)
    return isinstance(leaf, inspect.LiteralType | inspect.BoolType | inspect.NoneType)


def pattern_of(kind: object) -> str:
    """Return the pattern of a constrained string type; TypeError if it has none.

    >>> from typing import Annotated
    >>> from msgspec import Meta
    >>> pattern_of(Annotated[str, Meta(pattern="a+")])
    'a+'
    """
    found = inspect.type_info(kind)
    if isinstance(found, inspect.StrType) and found.pattern:
        return found.pattern
    raise TypeError(f"{kind} is no string type with a pattern; give it msgspec.Meta(pattern=...)")
