"""join: what does joining add, and may it be seen? Moves in; profiles, points and charges out.

The operator's view follows every move at once. What a purpose may see is decided once, when a
block's grace is over, point by point in canonical order (event time, then event): a point enters
the purpose's joined profile if the identifiability ledger grants it, and stays out if not.
Moves of blocks that are already decided change the operator's view alone, and are counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.budget.exposure import Purpose
from streams.columns import Columns, pack, stack, unpack
from streams.events import HOUR
from streams.messages import Pulse, Spending
from streams.stage import BEFORE_STREAM, Batch, Change, Draft, Step, Table
from streams.stages.activity import activity
from streams.stages.charged import NO_TERMS, Head, Link, Opening, Terms, charge
from streams.stages.classes import OPERATOR, changed, classes
from streams.stages.forgetting import forget, note
from streams.stages.grants import Grants, Shown
from streams.stages.moves import parse
from streams.store.protocol import Outgoing
from streams.views import views_of

_JSON = msgspec.json.Encoder()
_PERSONAL = ("profiles", "pending", "shown", "erasing")
"""What must not keep anything of an erased person, older versions included."""


class Profile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One person per source: how many points, their sum modulo 2^64, and the doubt of the links."""

    counts: tuple[int, ...]
    sums: tuple[int, ...]
    doubts: tuple[int, ...]


class Join:
    """The join stage for one partition of the people."""

    tables: Sequence[Table] = (
        Table("profiles", int, Profile),
        Table("pending", tuple[int, int], bytes),
        Table("shown", tuple[str, int], Shown),
        Table("erasing", int, bool),
        Table("totals", str, int),
        Table("policies", str, str),
        Table("heads", str, Head),
        Table("charges", tuple[str, int], bytes, "log"),
        Table("chain", tuple[str, int], Link, "log"),
    )

    def __init__(
        self,
        task: str,
        sources: tuple[str, ...],
        purposes: Sequence[Purpose],
        grace: int,
        terms: Terms = NO_TERMS,
    ) -> None:
        self._task, self._sources, self._purposes, self._grace = task, sources, purposes, grace
        self._views, self._terms = views_of(sources, purposes), terms
        # By purpose: the number of each of the run's sources in it, -1 for one it does not join.
        self._codes = [
            np.array([p.sources.index(s) if s in p.sources else -1 for s in sources], np.int64)
            for p in purposes
        ]
        self._opening: Opening | None = Opening()

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Follow moves, or decide the block whose grace a closing block ends."""
        draft = Draft(tables)
        if batch.close is None:
            outputs = self._follow(draft, [parse(data, self._sources) for data in batch.messages])
            forgets = False
        else:
            outputs = forget(draft, self._purposes, len(self._views) - len(self._purposes))
            forgets = bool(outputs)
            for block in self._due(draft, batch):
                outputs += self._decide(draft, block)
        outputs.append(self._pulse(draft, batch.close))
        return Step(draft.changes(), outputs, _PERSONAL if forgets else ())

    def applied(self, changes: Iterable[Change]) -> None:
        """Nothing is derived from the tables; until they are all back, look at what was spent."""
        if self._opening is not None:
            self._opening.look(changes)

    def restored(self) -> None:
        """Raise PolicyError where a purpose cannot go on from what was spent."""
        if self._opening is not None:
            self._opening.check(self._purposes)
            self._opening = None

    def _follow(self, draft: Draft, said: list[Columns]) -> list[Outgoing]:
        moves = stack([*(part for part in said if "point" in part), _NONE])
        doubts = stack([*(part for part in said if "doubt" in part), _NO_DOUBTS])
        for part in said:
            if "erased" in part:
                note(draft, part["person"].tolist())
        _total(draft, "moves", len(moves["person"]))
        self._keep(draft, moves)
        profiles = self._profiles(draft, moves, doubts)
        points = {
            "person": moves["person"],
            "source": moves["source"],
            "point": moves["point"],
            "sign": moves["sign"],
            "layer": np.full(len(moves["person"]), OPERATOR, np.uint8),
        }
        return [*classes({}, points, profiles)]

    def _keep(self, draft: Draft, moves: Columns) -> None:
        """Keep moves for the decision of their block; those of a decided block are late."""
        block = moves["time"] // HOUR
        decided = draft.get("totals", "decided")
        decided = -1 if decided is None else decided
        _total(draft, "late", int((block <= decided).sum()))
        for b in np.unique(block[block > decided]).tolist():
            serial = _total(draft, "serial", 1)
            rows = block == b
            draft.put("pending", (b, serial), pack({n: c[rows] for n, c in moves.items()}))

    def _profiles(self, draft: Draft, moves: Columns, doubted: Columns) -> Columns:
        """Add up what each person gains and loses; return whose profile is another than before."""
        n = len(self._sources)
        people = np.unique(np.concatenate((moves["person"], doubted["person"])))
        before = self._load(draft, people)
        counts, sums, doubts = before[0].copy(), before[1].copy(), before[2].copy()
        cell = np.searchsorted(people, moves["person"]) * n + moves["source"]
        np.add.at(counts.reshape(-1), cell, moves["sign"])
        signed = moves["point"] * moves["sign"].astype(np.int64).view(np.uint64)
        np.add.at(sums.reshape(-1), cell, signed)
        cell = np.searchsorted(people, doubted["person"]) * n + doubted["source"]
        np.add.at(doubts.reshape(-1), cell, doubted["doubt"])
        rows = zip(people.tolist(), counts.tolist(), sums.tolist(), doubts.tolist(), strict=True)
        for person, count, total, doubt in rows:
            held = Profile(tuple(count), tuple(total), tuple(doubt))
            draft.put("profiles", person, held if any(count + total + doubt) else None)
        other = ((sums != before[1]) | (doubts != before[2])).any(axis=1)
        return changed((before[1][other], sums[other]), (before[2][other], doubts[other]))

    def _load(
        self, draft: Draft, people: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
        none = (0,) * len(self._sources)
        found = [draft.get("profiles", p) or Profile(none, none, none) for p in people.tolist()]
        shape = (len(found), len(self._sources))
        counts = np.array([p.counts for p in found], dtype=np.int64).reshape(shape)
        sums = np.array([p.sums for p in found], dtype=np.uint64).reshape(shape)
        return counts, sums, np.array([p.doubts for p in found], dtype=np.int64).reshape(shape)

    def _due(self, draft: Draft, batch: Batch) -> range:
        """Return the blocks whose grace a close ends; the last close ends all that are left."""
        assert batch.close is not None
        decided = draft.get("totals", "decided")
        first = 0 if decided is None else decided + 1
        return range(first, batch.close + 1 if batch.last else batch.close - self._grace + 1)

    def _decide(self, draft: Draft, block: int) -> list[Outgoing]:
        """Decide every purpose for one block, and tell release who was active in it."""
        keys = sorted(key for key in draft.all("pending") if key[0] == block)
        parts = [unpack(draft.get("pending", key)) for key in keys]
        for key in keys:
            draft.put("pending", key, None)
        draft.put("totals", "decided", block)
        rows = _canonical(stack(parts)) if parts else _NONE
        outputs = [*activity(block, rows)]
        for index, purpose in enumerate(self._purposes):
            outputs += self._grant(draft, index, purpose, block, rows)
        return outputs

    def _grant(
        self, draft: Draft, index: int, purpose: Purpose, block: int, rows: Columns
    ) -> list[Outgoing]:
        """Ask the ledger for each point in canonical order; show what it grants."""
        source = self._codes[index][rows["source"]]
        asked = {name: rows[name] for name in ("person", "ident", "source", "point")}
        if (source < 0).any():
            asked = {name: column[source >= 0] for name, column in asked.items()}
            source = source[source >= 0]
        desk = Grants(draft, purpose, asked["person"], source, asked["point"])
        granted = desk.granted
        decisions = {"person": asked["person"], "ident": asked["ident"], "granted": granted}
        decisions["source"] = source.astype(np.uint8)
        charge(draft, purpose, block, self._terms, pack(decisions))
        view = len(self._views) - len(self._purposes) + index
        points = {name: asked[name][granted] for name in ("person", "source", "point")}
        points["sign"] = np.ones(desk.count, np.int8)
        points["layer"] = np.full(desk.count, 1 + index, np.uint8)
        spending = self._spending(draft, purpose, block, desk)
        return [*classes(desk.class_moves(view), points), spending]

    def _spending(self, draft: Draft, purpose: Purpose, block: int, desk: Grants) -> Outgoing:
        """Report totals of a purpose in this task, up to and with this block."""
        name = purpose.name
        people = _total(draft, f"{name} capped people", desk.newly_capped)
        spending = Spending(
            ledger="identifiability",
            task=self._task,
            purpose=name,
            block=block,
            granted=_total(draft, f"{name} granted", desk.count),
            refused=_total(draft, f"{name} refused", len(desk.granted) - desk.count),
            spent=_total(draft, f"{name} millibits", desk.millibits) / 1000,
            unit="bits",
            capped_people=people,
            people=_total(draft, f"{name} people", desk.newcomers),
        )
        key = f"identifiability/{name}/{self._task}".encode()
        return Outgoing("charges", None, key, _JSON.encode(spending))

    def _pulse(self, draft: Draft, close: int | None) -> Outgoing:
        if close is not None:
            draft.put("totals", "block", close)
        extra = draft.all("totals")
        block = extra.pop("block", BEFORE_STREAM)
        for inner in ("decided", "serial"):
            extra.pop(inner, None)
        pulse = Pulse(
            task=self._task, block=block, events=extra.get("moves", 0), event_time=0, extra=extra
        )
        return Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse))


def _canonical(rows: Columns) -> Columns:
    """Return what is left after gains and losses, in order of event time, then event."""
    order = np.lexsort((rows["person"], rows["ident"], rows["time"]))
    rows = {name: column[order] for name, column in rows.items()}
    fresh = np.ones(len(order), dtype=np.bool_)
    same = [rows[name][1:] == rows[name][:-1] for name in ("time", "ident", "person")]
    fresh[1:] = ~(same[0] & same[1] & same[2])
    starts = np.flatnonzero(fresh)
    kept = starts[np.add.reduceat(rows["sign"].astype(np.int64), starts) > 0]
    return {name: column[kept] for name, column in rows.items()}


def _total(draft: Draft, name: str, change: int) -> int:
    """Change a running total and return it."""
    total: int = (draft.get("totals", name) or 0) + change
    if change:
        draft.put("totals", name, total)
    return total


_NONE: Columns = {
    "person": np.empty(0, np.int64),
    "point": np.empty(0, np.uint64),
    "place": np.empty(0, np.int32),
    "time": np.empty(0, np.int64),
    "ident": np.empty(0, np.int64),
    "sign": np.empty(0, np.int8),
    "source": np.empty(0, np.uint8),
}
_NO_DOUBTS: Columns = {
    "person": np.empty(0, np.int64),
    "doubt": np.empty(0, np.int64),
    "source": np.empty(0, np.uint8),
}
