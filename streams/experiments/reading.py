"""An experiment read from TOML: each field is one value or a list of them."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from linkage.errors import LinkageError, RiskError
from linkage.privacy.adversary import load_adversaries
from linkage.privacy.metric import Need, load_metrics
from streams.experiments.design import Design, adversaries_of
from streams.resolution import FINEST, parse_resolution
from streams.scenario import default_sources
from streams.source import load_sources
from streams.synthetic.life import EPOCH_DAYS
from streams.synthetic.preset import PRESETS

_PEOPLE = 10, 5_000_000
_SEEDS = 0, 2**32
_LACKING: tuple[Need, ...] = ("followed", "secrets")
"""What metrics need and no frame of points has."""


class DesignError(ValueError):
    """An experiment cannot be read; the message names line, field, value and what is allowed."""


def read(text: str, beside: Path) -> Design:
    """Return the experiment that a TOML text states; `beside` is the folder of its file.

    Raises DesignError for what it does not allow.

    >>> read('points = [1, 2]\\npeople = 100', Path()).points
    (1, 2)
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DesignError(f"not valid TOML: {error}") from error
    say = partial(_refused, text)
    folder = _folder(document.pop("adversary_folder", ""), beside, say)
    if isinstance(names := document.get("sources"), list) and all(map(_is_word, names)):
        document["sources"] = [names]  # a list of names alone is one set of sources
    rules = _rules(folder)
    found: dict[str, Any] = {"sources": (tuple(default_sources()),), "adversary_folder": folder}
    for field, given in document.items():
        if field not in rules:
            allowed = ", ".join([*rules, "adversary_folder"])
            raise say(field, f"there is no such field; allowed: {allowed}")
        found[field] = rules[field].read(field, given, say)
    return Design(**found)


Say = Callable[[str, str], DesignError]


class _Rule(NamedTuple):
    """What a field may be: `fits` takes one value, `allowed` says which; `many` may be a list."""

    fits: Callable[[Any], bool]
    allowed: str
    many: bool = True

    def read(self, field: str, given: Any, say: Say) -> Any:
        """Return the values, or the one value; raise what `say` makes of those that do not fit."""
        values = given if isinstance(given, list) and self.many else [given]
        values = [tuple(value) if isinstance(value, list) else value for value in values]
        plural = ", one or a list of them" if self.many else ""
        for value in values or [given]:
            if not self.fits(value):
                raise say(field, f"got {_short(value)}; allowed: {self.allowed}{plural}")
        if twice := [value for n, value in enumerate(values) if value in values[:n]]:
            raise say(field, f"has {_short(twice[0])} twice; leave one out")
        return tuple(values) if self.many else values[0]


def _rules(folder: str) -> dict[str, _Rule]:
    catalogue = load_sources()
    metrics = {n: m for n, m in load_metrics().items() if not {*_LACKING}.intersection(m.needs)}
    share = _Rule(_is_share, "a number from 0 to 1", many=False)
    return {
        "people": _whole(*_PEOPLE),
        "days": _whole(1, EPOCH_DAYS),
        "seed": _whole(*_SEEDS),
        "preset": _one_of(PRESETS),
        "linked": _Rule(lambda value: isinstance(value, bool), "true or false"),
        "sources": _Rule(
            lambda value: _are_sources(value, catalogue),
            f"lists of different sources of {', '.join(catalogue)}",
        ),
        "resolution": _Rule(_is_resolution, f"'{FINEST}' or such as '4 hours,2 cells'"),
        "points": _whole(1, 100),
        "adversary": _one_of(adversaries_of(folder)),
        "metrics": _one_of(metrics),
        "sample": _whole(1, _PEOPLE[1])._replace(many=False),
        "error": share,
        "coverage": share,
    }


def _whole(low: int, high: int) -> _Rule:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return _Rule(fits, f"a whole number from {low} to {high}")


def _one_of(known: Mapping[str, Any]) -> _Rule:
    return _Rule(lambda value: isinstance(value, str) and value in known, ", ".join(known))


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _are_sources(value: Any, known: Mapping[str, Any]) -> bool:
    return (
        isinstance(value, tuple)
        and 0 < len(value) == len(set(map(str, value)))
        and all(isinstance(name, str) and name in known for name in value)
    )


def _is_resolution(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(parse_resolution(value, 1))
    except RiskError:
        return False


def _folder(given: Any, beside: Path, say: Say) -> str:
    if not given:
        return ""
    folder = beside / given if isinstance(given, str) else None
    if folder is None or not folder.is_dir():
        raise say("adversary_folder", f"got {_short(given)}; allowed: a folder beside the file")
    try:
        load_adversaries(folder, "own_adversaries")
    except LinkageError as error:
        raise say("adversary_folder", str(error)) from error
    return str(folder.resolve())


def _refused(text: str, field: str, what: str) -> DesignError:
    """Return the error of a field, with its line."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(field)}[\"']?[ \t]*[=.]", text, re.MULTILINE)
    line = 1 + text.count("\n", 0, found.start()) if found else 1
    return DesignError(f"line {line}, {field}: {what}")


def _short(value: Any) -> str:
    said = repr(list(value) if isinstance(value, tuple) else value)
    return said if len(said) <= 60 else f"{said[:60]}..."
