"""Moves made by hand, the join and measure stages over them, and what should come of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from linkage.privacy.budget.exposure import Purpose
from streams.columns import unpack
from streams.events import HOUR
from streams.stage import Batch
from streams.stages.activity import block_of as block_told
from streams.stages.activity import parse_activity
from streams.stages.classes import class_moves_in, parse_classes
from streams.stages.join import Join
from streams.stages.moves import Moves
from streams.stages.moves import parse as parse_moves
from streams.views import views_of
from tests.streams.stages.rig import Rig

NAMES = ("phone", "bank", "internet")
PURPOSE = Purpose("security", NAMES, (10, 12, 7), 40)
ALL = tuple(chain.from_iterable(combinations(range(3), n) for n in (1, 2, 3)))
Classes = dict[tuple[str, ...], Counter[int]]


class Row(NamedTuple):
    """One usage that a person gains or loses."""

    source: str
    person: int
    time: int
    place: int
    account: str
    seq: int
    sign: int = 1

    def lost(self) -> "Row":
        return self._replace(sign=-1)


def frames(rows: Iterable[Row]) -> list[bytes]:
    """One message of identify for each source."""
    by_source: dict[str, Moves] = {}
    for row in rows:
        by_source.setdefault(row.source, Moves(row.source)).add(*row[1:])
    return [out.value for moves in by_source.values() for out in moves.outputs(1)]


class Joined:
    """One join task; `grace` is in blocks."""

    def __init__(self, grace: int = 0, purpose: Purpose = PURPOSE) -> None:
        self.purpose = purpose
        self.rig = Rig(Join("join/moves/0", NAMES, [purpose], grace))
        self.close(-1)

    def move(self, *rows: Row) -> None:
        messages = frames(rows)
        if messages:
            self.rig.feed(messages)

    def close(self, block: int, last: bool = False) -> None:
        self.rig.step(Batch(close=block, last=last))

    def charges(self) -> dict[int, list[tuple[int, int, bool]]]:
        """The decisions of each block, in order: person, event, granted."""
        found = {}
        for (_, block), packed in self.rig.logs["charges"].items():
            rows = unpack(packed)
            columns = (rows[name].tolist() for name in ("person", "ident", "granted"))
            found[block] = list(zip(*columns, strict=True))
        return found

    def accounts(self) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Visible points and millibits spent, by person."""
        return {
            person: (shown.account.visible, shown.account.spent)
            for (_, person), shown in self.rig.tables["shown"].items()
        }

    def profiles(self) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Points and their sums by person, without those who have none left."""
        held = self.rig.tables["profiles"].items()
        return {person: (p.counts, p.sums) for person, p in held if any(p.counts)}

    def total(self, name: str) -> int:
        return self.rig.tables["totals"].get(name, 0)

    def activity(self) -> dict[int, dict[str, list[int]]]:
        found: dict[int, dict[str, list[int]]] = {}
        for out in self.rig.topic("activity"):
            rows = parse_activity(out.value)
            who = {s: rows.person[rows.source == n] for n, s in enumerate(NAMES)}
            found[block_told(out.value)] = {s: np.unique(p).tolist() for s, p in who.items()}
        return found

    def classes(self) -> Classes:
        """Who is where after all class moves: for each view, people by class key."""
        views = views_of(NAMES, [self.purpose])
        found: Classes = {}
        for out in self.rig.topic("classes"):
            moves = class_moves_in(parse_classes(out.value), views, NAMES)
            rows = (moves.view.tolist(), moves.old.tolist(), moves.new.tolist())
            for view, old, new in zip(*rows, strict=True):
                named = views[view].sources + ((views[view].purpose or "",) if view > 6 else ())
                found.setdefault(named, Counter())[new] += 1
                found[named][old] -= 1
        for counter in found.values():
            del counter[0]
        return {view: +counter for view, counter in found.items() if +counter}


def point_of(row: Row) -> int:
    (message,) = frames([row._replace(sign=1)])
    return int(parse_moves(message, NAMES)["point"][0])


def ident_of(row: Row) -> int:
    (message,) = frames([row._replace(sign=1)])
    return int(parse_moves(message, NAMES)["ident"][0])


def standing(rows: Iterable[Row]) -> list[Row]:
    """What is left after gains and losses, in canonical order."""
    net: Counter[Row] = Counter()
    for row in rows:
        net[row._replace(sign=1)] += row.sign
    assert set(net.values()) <= {0, 1}
    return sorted((r for r, n in net.items() if n), key=lambda r: (r.time, ident_of(r), r.person))


def classes_by_hand(rows: Sequence[Row], shown: Sequence[Row]) -> Classes:
    """Group people by all of their points in each view, as 64-bit sums."""
    found: Classes = {}
    named = [(tuple(NAMES[i] for i in pick), standing(rows)) for pick in ALL]
    for view, kept in [*named, ((*NAMES, PURPOSE.name), list(shown))]:
        sums: defaultdict[int, int] = defaultdict(int)
        for row in kept:
            if row.source in view:
                sums[row.person] += point_of(row)
        if sums:
            found[view] = Counter(total % 2**64 for total in sums.values())
    return found


class ByHand:
    """The identifiability ledger as its rule says it, from the visible points of each person."""

    def __init__(self, purpose: Purpose = PURPOSE) -> None:
        self._tariff = dict(zip(purpose.sources, purpose.tariffs, strict=True))
        self._cap = purpose.cap
        self.visible: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def ask(self, row: Row) -> bool:
        after = self.visible[row.person] + Counter([row.source])
        if max(self.spent(after).values(), default=0) > self._cap:
            return False
        self.visible[row.person] = after
        return True

    def spent(self, visible: Counter[str]) -> dict[tuple[str, str], int]:
        return {
            (s, t): visible[s] * self._tariff[s] + visible[t] * self._tariff[t]
            for s, t in combinations(NAMES, 2)
            if visible[s] or visible[t]
        }


def block_of(row: Row) -> int:
    return row.time // HOUR


def as_columns(rows: Sequence[Row]) -> dict[str, list[int]]:
    return {s: np.unique([r.person for r in rows if r.source == s]).tolist() for s in NAMES}
