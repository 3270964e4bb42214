"""The log of a purpose's decisions, chained: what is changed, moved or left out of it shows.

Each block's decisions are an entry that follows from the one before by its hash, under the policy
of that time. What was decided is in `charges`, the links of the chain are in `chain`, and `heads`
says where each chain stands, so that one that was cut short shows too.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.exposure import Purpose, check_spent
from streams.stage import Change, Draft

_encode = msgspec.msgpack.Encoder().encode


class Terms(NamedTuple):
    """The policy that is in force: its hash, and its text, from which every tariff follows."""

    hash: str
    text: str


NO_TERMS = Terms("", "")


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry of a purpose's chain: its number, the policy, the hash before it and its own."""

    number: int
    policy: str
    previous: str
    hash: str


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a purpose's chain stands: entries, the last hash, and which sources it joins."""

    number: int
    hash: str
    sources: tuple[str, ...]


class Opening:
    """What an earlier policy has left, seen while the tables are read back."""

    def __init__(self) -> None:
        self._most: dict[str, tuple[int, ...]] = {}
        self._sources: dict[str, tuple[str, ...]] = {}

    def look(self, changes: Iterable[Change]) -> None:
        """Look at rows that are read back."""
        for table, key, value in changes:
            if table == "shown" and value is not None:
                most = self._most.get(key[0], value.account.spent)
                self._most[key[0]] = tuple(map(max, most, value.account.spent))
            elif table == "heads" and value is not None:
                self._sources[key] = value.sources

    def check(self, purposes: Iterable[Purpose]) -> None:
        """Raise PolicyError where a purpose has other sources now, or a cap below what was spent.

        One that is no longer in the policy asks for nothing; what it spent stays.
        """
        for purpose in purposes:
            nothing = (0,) * len(purpose.pairs)
            sources = self._sources.get(purpose.name, purpose.sources)
            check_spent(purpose, sources, self._most.get(purpose.name, nothing))


def body(purpose: str, block: int, number: int, policy: str, decisions: bytes) -> bytes:
    """Return what the hash of an entry covers besides the hash before it."""
    return _encode((purpose, block, number, policy, decisions))


def charge(draft: Draft, purpose: Purpose, block: int, terms: Terms, decisions: bytes) -> None:
    """Enter a purpose's decisions of a block; a block is entered once."""
    name = purpose.name
    head = draft.get("heads", name) or Head(0, GENESIS, purpose.sources)
    own = chained(head.hash, body(name, block, head.number, terms.hash, decisions))
    draft.put("charges", (name, block), decisions)
    draft.put("chain", (name, block), Link(head.number, terms.hash, head.hash, own))
    draft.put("heads", name, Head(head.number + 1, own, purpose.sources))
    if draft.get("policies", terms.hash) is None:
        draft.put("policies", terms.hash, terms.text)
