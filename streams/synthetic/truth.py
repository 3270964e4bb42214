"""What is true of the synthetic world, in a side file. No stage may import this."""

from pathlib import Path
from typing import Literal

import msgspec

Stratum = Literal["ok", "missing", "mistyped", "borrowed"]


class Tenancy(msgspec.Struct, frozen=True, array_like=True):
    """The truth of one account from `start` (the registration's `opened`, ms) on.

    `described` is the person whose data the registration shows, `holder` who really has the
    account, `claimed` the owner of the claimed ID number: None when it is missing or nobody's.
    """

    source: str
    account: str
    start: int
    described: int
    holder: int
    stratum: Stratum
    claimed: int | None


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
