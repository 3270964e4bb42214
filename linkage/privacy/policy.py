"""The budget policy: which purposes may join or release what, at which price, up to which cap."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib.resources import files
from itertools import compress
from math import sqrt
from typing import Any

from linkage.errors import PolicyError
from linkage.privacy.exposure import Purpose

VERSION = 1
QUERIES = ("active_people",)
_MOST = 2**53


@dataclass(frozen=True)
class Release:
    """A purpose that may publish noised counts: its price per block, and each person's cap.

    `active_people` counts distinct active people per source and block, so one person changes each
    source's count by at most 1: the L2 sensitivity is sqrt(number of sources). `delta` is for
    display only.
    """

    name: str
    query: str
    sources: tuple[str, ...]
    nano_rho: int
    lifetime_nano_rho: int
    delta: float

    @property
    def l2_sensitivity(self) -> float:
        """Return how far one person's events of a block can move the vector of counts."""
        return sqrt(len(self.sources))


@dataclass(frozen=True)
class Policy:
    """A valid policy. `hash` is of the text it came from and is recorded with each charge."""

    joins: tuple[Purpose, ...]
    releases: tuple[Release, ...]
    grace: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Return the policy that a TOML text states; PolicyError names table and field."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"policy: not valid TOML: {error}") from error
        top = _Table("policy", document)
        top.whole("version", VERSION, VERSION)
        grace = top.whole("grace_blocks", 0, 1000, default=1)
        joins = [_join(table) for table in top.tables("join")]
        releases = [_release(table) for table in top.tables("release")]
        top.finish()
        if twice := {join.name for join in joins} & {release.name for release in releases}:
            raise PolicyError(f"policy: {sorted(twice)} both join and release; use two purposes")
        digest = blake2b(text.encode(), digest_size=16).hexdigest()
        return cls(tuple(joins), tuple(releases), grace, digest)

    @classmethod
    def default(cls, sources: Sequence[str]) -> "Policy":
        """Return the policy that ships with the package, for a run with these sources."""
        text = files("linkage.privacy").joinpath("budget.toml").read_text(encoding="utf-8")
        return cls.parse(text).only(sources)

    def only(self, sources: Sequence[str]) -> "Policy":
        """Return the policy without sources that a run lacks.

        A join that is left with fewer than two sources, or a release with none, goes altogether.
        """
        joins = (_narrowed(join, sources) for join in self.joins)
        releases = (
            replace(release, sources=tuple(s for s in release.sources if s in sources))
            for release in self.releases
        )
        return replace(
            self,
            joins=tuple(join for join in joins if len(join.sources) > 1),
            releases=tuple(release for release in releases if release.sources),
        )


def _narrowed(join: Purpose, sources: Sequence[str]) -> Purpose:
    kept = [source in sources for source in join.sources]
    return replace(
        join,
        sources=tuple(compress(join.sources, kept)),
        tariffs=tuple(compress(join.tariffs, kept)),
    )


def _join(table: "_Table") -> Purpose:
    cap = table.whole("cap_millibits", 0, _MOST)
    tariffs = table.inner("tariff_millibits")
    sources = tuple(tariffs.left())
    prices = tuple(tariffs.whole(source, 0, _MOST) for source in sources)
    if len(sources) < 2:
        raise PolicyError(f"{tariffs.name}: got {list(sources)}, needs at least two sources")
    table.finish()
    return Purpose(table.key, sources, prices, cap)


def _release(table: "_Table") -> Release:
    query = table.text("query", QUERIES)
    sources = table.texts("sources")
    nano_rho = table.whole("nano_rho", 1, _MOST)
    lifetime = table.whole("lifetime_nano_rho", nano_rho, _MOST)
    delta = table.number("delta", 0, 1)
    table.finish()
    return Release(table.key, query, sources, nano_rho, lifetime, delta)


class _Table:
    """One TOML table that is read field by field; what nobody asked for is an error."""

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self.name, self.key = name, name.rpartition(".")[2]
        self._fields, self._read = fields, set[str]()

    def left(self) -> list[str]:
        return [field for field in self._fields if field not in self._read]

    def finish(self) -> None:
        if unknown := self.left():
            known = ", ".join(sorted(self._read))
            raise PolicyError(f"{self.name}: unknown field {unknown[0]!r}; allowed are {known}")

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        value = self._value(field, default)
        if type(value) is not int or not least <= value <= most:
            raise self._wrong(field, value, f"a whole number from {least} to {most}")
        return value

    def number(self, field: str, above: float, below: float) -> float:
        value = self._value(field)
        if type(value) is not float or not above < value < below:
            raise self._wrong(field, value, f"a number between {above} and {below}, both excluded")
        return value

    def text(self, field: str, allowed: Sequence[str]) -> str:
        value = self._value(field)
        if value not in allowed:
            raise self._wrong(field, value, f"one of {', '.join(allowed)}")
        return str(value)

    def texts(self, field: str) -> tuple[str, ...]:
        value = self._value(field)
        fits = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
        if not fits or len(set(value)) < len(value):
            raise self._wrong(field, value, "a list of one or more different names")
        return tuple(value)

    def inner(self, field: str) -> "_Table":
        value = self._value(field)
        if not isinstance(value, dict):
            raise self._wrong(field, value, "a table")
        return _Table(f"{self.name}.{field}", value)

    def tables(self, field: str) -> list["_Table"]:
        purposes = self._value(field, {})
        if not isinstance(purposes, dict):
            raise self._wrong(field, purposes, "a table")
        group = _Table(field, purposes)
        return [group.inner(name) for name in purposes]

    def _value(self, field: str, default: Any = None) -> Any:
        self._read.add(field)
        if field in self._fields:
            return self._fields[field]
        if default is None:
            raise PolicyError(f"{self.name}: field {field!r} is missing")
        return default

    def _wrong(self, field: str, value: object, allowed: str) -> PolicyError:
        return PolicyError(f"{self.name}.{field}: got {value!r}, needs {allowed}")
