"""The differential-privacy ledger, pure: check all, then deduct; what was charged can be replayed.

An answer costs each of its members the same nano-rho, and a member is whoever's events it counts.
Everybody has a cap for each purpose and one over all purposes, which may collude (an individual
filter: Feldman and Zrnic 2021). Whom a cap would stop is left out of the count before noise,
silently: an answer that told would leak what was spent. What is exactly spent is the operator's
view, not private.

A charge is one entry, linked to the one before it. Columns of what everybody has spent follow from
the entries, so they may be kept as a copy of any moment and brought up to date from there.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Literal

import msgspec

from linkage.errors import LinkageError
from linkage.privacy.budget.chain import chained
from linkage.privacy.budget.members import unpacked
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Account, Key, Spent, Tab, unpack_column
from linkage.privacy.rows import Ints

VERSION = 2
"""The form of the ledger's rows; a ledger of another form is refused, never misread."""

KEY = "privacy"
"""What charges of this ledger are named by, beside those of identifiability."""

Kind = Literal["standing", "counter", "asked"]
"""Who asks: the policy about every block, the policy with a running count, or somebody ad hoc."""


class LedgerError(LinkageError):
    """A ledger that this program cannot or must not go on with; nothing was charged or lost."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One charge: what was asked and why, who paid for it, what was true and what was said.

    `members` are the people who were counted, packed; `truth` the counts before noise, in the order
    of their labels; `answer` the hash of the published bytes; `previous` and `hash` the chain.
    """

    number: int
    request: str
    charge: str
    kind: Kind
    question: Question
    nano_rho: int
    members: bytes
    truth: tuple[int, ...]
    answer: str
    policy: str
    previous: str
    hash: str = ""

    def body(self) -> bytes:
        """Return what the hash covers besides the hash before it: all the rest."""
        return _encode(msgspec.structs.replace(self, hash="") if self.hash else self)

    @property
    def people(self) -> Ints:
        """Return who is counted, sorted; LedgerError for members that are no people."""
        try:
            return unpacked(self.members)
        except ValueError as error:
            raise LedgerError(f"ledger: entry {self.number}: {error}") from error

    @property
    def account(self) -> Account:
        """Return on whose account it is charged, and how."""
        counter = self.question.query if self.kind == "counter" else ""
        return Account(self.question.purpose, counter, self.nano_rho, self.question.most)


def sealed(entry: Entry) -> Entry:
    """Return an entry with the hash that links it to the one before."""
    return msgspec.structs.replace(entry, hash=chained(entry.previous, entry.body()))


def blocks_charged(entry: Entry) -> range:
    """Return the blocks whose public sum an entry draws on: a counter's only the newest."""
    last = entry.question.last
    return range(last if entry.kind == "counter" else entry.question.first, last + 1)


def charge_id(ledger_key: str, request: str) -> str:
    """Return the id of a charge, H(ledger key, request hash): a replay makes the same one."""
    return digest_of_bytes(msgspec.json.encode([ledger_key, request]))


def digest_of_bytes(data: bytes) -> str:
    """Return the hash by which an entry refers to what was published, 32 hex digits."""
    return blake2b(data, digest_size=16).hexdigest()


def digest_of_columns(columns: Mapping[Key, bytes]) -> str:
    """Return one hash of packed columns, by which the head knows its copy."""
    parts = [(key, digest_of_bytes(data)) for key, data in sorted(columns.items())]
    return digest_of_bytes(msgspec.json.encode(parts))


def check_version(version: int) -> None:
    """Raise LedgerError, naming both versions, for a ledger of another form than this program's.

    0 is the version of a ledger that has nothing yet.
    """
    if version not in (0, VERSION):
        raise LedgerError(
            f"ledger: its version is {version}, this program knows {VERSION}; use the program that "
            f"wrote it{', or a newer one' if version > VERSION else ''}. Nothing was charged and "
            "nothing was lost."
        )


def column_of(key: Key, data: bytes) -> Ints:
    """Return a column that was packed; LedgerError names its key if it is none."""
    try:
        return unpack_column(data)
    except ValueError as error:
        name = "/".join(part for part in key if part)
        raise LedgerError(f"ledger: spent {name}: {error}") from error


def replay(entries: Iterable[Entry], spent: Spent | None = None) -> Spent:
    """Return what everybody has spent after these entries, from nothing or on top of `spent`.

    `spent` itself is brought up to date and returned.
    """
    found = Spent() if spent is None else spent
    for entry in entries:
        found.take(entry.account, entry.people)
    return found


def admitted(tab: Tab, account: Account, people: Ints, caps: tuple[int, int]) -> Ints:
    """Charge those of `people` (sorted, distinct) whom no cap stops, and return them.

    `caps` are the purpose's and the lifetime's. Raises ValueError for a price below one nano-rho
    or a cap below 0, before anybody is charged.

    >>> import numpy as np
    >>> tab, account = Tab(Spent()), Account("statistics", "", 3)
    >>> caps = (5, 10)
    >>> admitted(tab, account, np.array([1, 4]), caps).tolist()
    [1, 4]
    >>> admitted(tab, account, np.array([1, 2]), caps).tolist()
    [2]
    """
    if type(account.nano_rho) is not int or account.nano_rho < 1 or min(caps) < 0:
        raise ValueError(
            f"charge: got {account.nano_rho!r} nano-rho under caps of {caps}, needs whole numbers: "
            "1 or more, under 0 or more"
        )
    counted = people[tab.fits(account, people, caps)]
    tab.take(account, counted)
    return counted


_encode = msgspec.msgpack.Encoder().encode
