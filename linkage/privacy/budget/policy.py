"""The budget policy: which purposes may join or release what, at which price, up to which cap."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from importlib.resources import files
from itertools import compress

from linkage.errors import PolicyError
from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.budget.policy_terms import MOST, read_release
from linkage.privacy.budget.terms import Release
from linkage.privacy.budget.toml_table import Source, Table

VERSION = 2
_CHANGED = """\
version 2 changed [release.NAME]: query and nano_rho stand under [[release.NAME.standing]], its \
lifetime_nano_rho is person_cap_nano_rho, block_cap_nano_rho and kept_blocks are new; \
lifetime_nano_rho now stands at the top of the file, for all purposes together"""


@dataclass(frozen=True)
class Policy:
    """A valid policy. `hash` is of the text it came from and is recorded with each charge.

    `lifetime` (nano-rho) is what one person may lose over all purposes and blocks: purposes may
    collude, so what each of them spends draws on it too. `grace` counts blocks.
    """

    joins: tuple[Purpose, ...]
    releases: tuple[Release, ...]
    lifetime: int
    grace: int
    hash: str
    text: str

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Return the policy that a TOML text states; PolicyError names line, table and field."""
        top = Table(Source(text), (), _document(text))
        _check_version(top)
        lifetime = top.whole("lifetime_nano_rho", 1, MOST, None if top.has("release") else MOST)
        grace = top.whole("grace_blocks", 0, 1000, default=1)
        joins = [_join(table) for table in top.named("join")]
        releases = [read_release(table, lifetime) for table in top.named("release")]
        top.finish()
        if twice := {join.name for join in joins} & {release.name for release in releases}:
            raise top.error(None, f"{sorted(twice)} both join and release; use two purposes")
        digest = blake2b(text.encode(), digest_size=16).hexdigest()
        return cls(tuple(joins), tuple(releases), lifetime, grace, digest, text)

    @classmethod
    def decode(cls, data: bytes) -> "Policy":
        """Return the policy of a file's bytes: UTF-8, with or without a mark of byte order."""
        try:
            return cls.parse(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise PolicyError(
                f"line {line}: policy: byte {data[error.start]:#04x} is not UTF-8; save it as UTF-8"
            ) from error

    @classmethod
    def default(cls, sources: Sequence[str]) -> "Policy":
        """Return the policy that ships with the package, for a run with these sources."""
        text = files("linkage.privacy.budget").joinpath("budget.toml").read_text(encoding="utf-8")
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


def check_caps(policy: Policy, spent: Mapping[str, int], lifetime_spent: int) -> None:
    """Raise PolicyError if a cap is below what was spent on somebody under an earlier policy.

    `spent` is the most that one person lost to each purpose, `lifetime_spent` the most that one
    lost to all of them together, in nano-rho. A purpose that is no longer in the policy asks for
    nothing; what it spent still counts towards the lifetime.
    """
    for release in policy.releases:
        field = f"release.{release.name}.person_cap_nano_rho"
        _check_cap(field, release.person_cap, spent.get(release.name, 0))
    _check_cap("policy.lifetime_nano_rho", policy.lifetime, lifetime_spent)


def _check_cap(field: str, cap: int, spent: int) -> None:
    if cap < spent:
        raise PolicyError(
            f"{field}: {cap:,} is below what has been spent on somebody ({spent:,} nano-rho); "
            f"caps can be raised, and never lowered below that: set {spent:,} or more"
        )


def _document(text: str) -> dict[str, object]:
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"policy: not valid TOML: {error}") from error
    if not found:
        raise PolicyError(f"policy: the file states nothing, needs `version = {VERSION}` first")
    return found


def _check_version(top: Table) -> None:
    version = top.whole("version", 1, MOST)
    if version < VERSION:
        raise top.error("version", f"got {version}, needs {VERSION}: {_CHANGED}")
    if version > VERSION:
        raise top.error(
            "version",
            f"got {version}, needs {VERSION}: the file was written for a newer joinlens",
        )


def _narrowed(join: Purpose, sources: Sequence[str]) -> Purpose:
    kept = [source in sources for source in join.sources]
    return replace(
        join,
        sources=tuple(compress(join.sources, kept)),
        tariffs=tuple(compress(join.tariffs, kept)),
    )


def _join(table: Table) -> Purpose:
    cap = table.whole("cap_millibits", 0, MOST)
    tariffs = table.inner("tariff_millibits")
    sources = tuple(tariffs.left())
    prices = tuple(tariffs.whole(source, 0, MOST) for source in sources)
    if len(sources) < 2:
        raise tariffs.error(None, f"got {list(sources)}, needs at least two sources")
    table.finish()
    return Purpose(table.key, sources, prices, cap)
