"""What is true of the synthetic world, in a side file. No stage may import this."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, cast

import msgspec
import numpy as np

from streams.events import HOUR
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Ints
from streams.synthetic.corruption.channels import STRATA
from streams.synthetic.life import NEVER

Stratum = Literal["ok", "missing", "mistyped", "borrowed"]


class Tenancy(msgspec.Struct, frozen=True, array_like=True):
    """The truth of one account from `start` (the registration's `opened`, ms) on.

    `described` is the person whose data the registration shows, `holder` who really has the
    account, `claimed` the owner of the claimed ID number: None when it is missing or nobody's.
    `until` (ms) is when the holder stops using it, None if not within the epoch; `mate` the other
    person who uses it, if anybody, and `household` the holder's.
    """

    source: str
    account: str
    start: int
    described: int
    holder: int
    stratum: Stratum
    claimed: int | None
    until: int | None = None
    mate: int | None = None
    household: int | None = None


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """All tenancies of a world and the people who never get into the registry."""

    seed: int
    people: int
    days: int
    tenancies: tuple[Tenancy, ...]
    unregistered: tuple[int, ...]

    def by_tenancy(self) -> dict[tuple[str, str, int], Tenancy]:
        """Return the tenancies by (source, account, start)."""
        return {(t.source, t.account, t.start): t for t in self.tenancies}

    def save(self, path: Path) -> None:
        """Write the side file (MessagePack): whole or not at all."""
        beside = path.with_name(path.name + ".part")
        beside.write_bytes(msgspec.msgpack.encode(self))
        beside.replace(path)


def load_truth(path: Path) -> Truth:
    """Return the truth in a side file."""
    return msgspec.msgpack.decode(path.read_bytes(), type=Truth)


def true_rows(branch: Branch, hours: int) -> Ints:
    """Return the tenancies (rows) that somebody registers within `hours`."""
    return np.flatnonzero(branch.accounts.named & (branch.accounts.opened < hours * HOUR))


def true_tenancies(branches: Iterable[Branch], hours: int) -> Iterator[Tenancy]:
    """Yield the tenancies of these sources, by source and row."""
    for branch in branches:
        rows, a = true_rows(branch, hours), branch.accounts
        columns = (
            *(branch.subjects.take(rows).to_pylist(), branch.forms.start(rows).tolist()),
            *((a.described[rows] + 1).tolist(), (a.holder[rows] + 1).tolist()),
            *(a.stratum[rows].tolist(), a.claimed[rows].tolist(), a.closed[rows].tolist()),
            *(a.mate[rows].tolist(), branch.population.household[a.holder[rows]].tolist()),
        )
        for account, start, described, holder, stratum, claimed, closed, mate, home in zip(
            *columns, strict=True
        ):
            yield Tenancy(
                source=branch.source.name,
                account=account,
                start=start,
                described=described,
                holder=holder,
                stratum=cast(Stratum, STRATA[stratum]),
                claimed=claimed + 1 if claimed >= 0 else None,
                until=None if closed >= NEVER else closed,
                mate=None if mate + 1 == holder else mate + 1,
                household=home + 1,
            )
