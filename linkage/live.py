"""Registry and accounts together, live: whose account is this, kept true while both change.

What is linked is a function of the newest version of every identity and every registration, never
of the order in which they came. A version is newest by its number; a repeated one changes nothing,
and an older one that comes late is passed over. Every change of a link is said as -1 and +1.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from linkage.decision import Decision
from linkage.linker import Linker
from linkage.postings import ANY, Keys, Postings
from linkage.statehash import state_hash


class Change(msgspec.Struct, frozen=True):
    """An account comes to a person (+1) or leaves them (-1)."""

    account: int
    person: int
    sign: Literal[1, -1]


class Registered(NamedTuple):
    """A version of an identity; without a record the person is erased."""

    person: int
    version: int
    record: object | None


class Claimed(NamedTuple):
    """A version of one registration of an account; without a record it is retracted."""

    account: int
    registration: Hashable
    version: int
    record: object | None


class LiveLinker:
    """Decides on accounts as they and the registry change; `linker` brings model and registry.

    Accounts are numbered by the caller, from 0 to 2**31 - 1, versions from 0. An account that
    nobody in the registry fits waits: a late identity finds it by their blocking keys. `pairs` is
    how many candidates one call may compare; accounts beyond it are decided on their most
    promising candidates, counted in `deferred`, and settled by `drain`.
    """

    def __init__(self, linker: Linker, pairs: int | None = None) -> None:
        self.linker, self._pairs = linker, pairs
        self.deferred: set[int] = set()
        self._identities: dict[int, int] = {}
        self._claims: dict[int, dict[Hashable, tuple[int, object | None]]] = {}
        self._keys = Postings()
        self._decisions: dict[int, Decision] = {}

    def register(self, person: int, version: int, record: object) -> tuple[Change, ...]:
        """Insert an identity, or correct it with a higher version."""
        return self.registry_changed([Registered(person, version, record)])

    def erase(self, person: int, version: int) -> tuple[Change, ...]:
        """Take an identity out of the registry."""
        return self.registry_changed([Registered(person, version, None)])

    def identify(
        self, account: int, registration: Hashable, version: int, record: object
    ) -> tuple[Change, ...]:
        """File a registration of an account, or correct it with a higher version."""
        return self.accounts_changed([Claimed(account, registration, version, record)])

    def retract(self, account: int, registration: Hashable, version: int) -> tuple[Change, ...]:
        """Take a registration of an account back, also before it has come."""
        return self.accounts_changed([Claimed(account, registration, version, None)])

    correct = identify

    def registry_changed(self, changes: Sequence[Registered]) -> tuple[Change, ...]:
        """Take in versions of identities; return whose links changed."""
        newest: list[tuple[int, object | None]] = []
        for person, version, record in changes:
            if self._identities.get(person, -1) < version:
                self._identities[person] = version
                newest.append((person, record))
        touched = self.linker.registry.change(newest)
        return self._decide(self._owners(touched), self._pairs)

    def accounts_changed(self, changes: Sequence[Claimed]) -> tuple[Change, ...]:
        """Take in versions of registrations; return whose links changed.

        Raises ValueError, with nothing taken in, for an account that is not from 0 to 2**31 - 1.
        """
        wrong = next((c.account for c in changes if not 0 <= c.account < 1 << 31), None)
        if wrong is not None:
            raise ValueError(f"account {wrong}: number accounts from 0 to 2**31 - 1")
        touched: set[int] = set()
        for account, registration, version, _ in changes:
            if self._claims.get(account, {}).get(registration, (-1, None))[0] < version:
                touched.add(account)
        self._file(touched, -1)
        for account, registration, version, record in changes:
            claims = self._claims.setdefault(account, {})
            if claims.get(registration, (-1, None))[0] < version:
                claims[registration] = (version, record)
        self._file(touched, +1)
        return self._decide(touched, self._pairs)

    def drain(self) -> tuple[Change, ...]:
        """Settle every deferred account; return whose links changed."""
        return self._decide(self.deferred, None)

    def decision(self, account: int) -> Decision | None:
        """Return the decision on an account, None while it has no registration."""
        return self._decisions.get(account)

    def links(self) -> Mapping[int, int]:
        """Return the person of every linked account."""
        found = ((account, _person(d)) for account, d in self._decisions.items())
        return {account: person for account, person in found if person is not None}

    def records(self, account: int) -> list[object]:
        """Return the registrations of an account that stand."""
        claims = self._claims.get(account, {}).values()
        return [record for _, record in claims if record is not None]

    def state_hash(self) -> str:
        """Return a hash of registry, registrations, their keys and decisions.

        Versions, and what is only kept to know a late older version by, are left out: insert and
        erase leave it as it was.
        """
        canonical = self.linker.registry.encoder.canonical
        records = [(a, canonical(record)) for a in self._claims for record in self.records(a)]
        keys = zip(*(array.tolist() for array in self._keys.entries()), strict=True)
        parts = chain(records, keys, self._decisions.items())
        return state_hash([self.linker.registry.state_hash(), *parts])

    def _owners(self, keys: Keys) -> Iterable[int]:
        hits, _ = self._keys.find(keys, ANY)
        owners: list[int] = np.unique(hits.row).tolist()
        return owners

    def _file(self, accounts: Iterable[int], sign: Literal[1, -1]) -> None:
        """Note the blocking keys of accounts (+1), or forget them (-1)."""
        file = self._keys.insert if sign > 0 else self._keys.erase
        for account in accounts:
            keys = self.linker.keys(self.records(account))
            file(keys, np.full(len(keys), account, np.int32))

    def _decide(self, accounts: Iterable[int], pairs: int | None) -> tuple[Change, ...]:
        """Decide again on accounts; return the changes of their links, by account."""
        asked = sorted(accounts)
        groups = [self.records(account) for account in asked]
        decisions, deferred = self.linker.identify_within(groups, pairs)
        self.deferred.difference_update(asked)
        self.deferred.update(asked[i] for i in deferred)
        changes: list[Change] = []
        for account, group, decision in zip(asked, groups, decisions, strict=True):
            before, after = _person(self._decisions.pop(account, None)), None
            if group:
                self._decisions[account], after = decision, _person(decision)
            if before != after:
                changes += [Change(account, before, -1)] if before is not None else []
                changes += [Change(account, after, +1)] if after is not None else []
        return tuple(changes)


def _person(decision: Decision | None) -> int | None:
    return None if decision is None or decision.status != "link" else decision.person
