"""One source, hour by hour: its events in order, numbered, delivered late, twice and corrected."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from streams.events import HOUR, Codec, Event, Op, Payload
from streams.source import Source
from streams.synthetic.chance import Ints, chance, mix
from streams.synthetic.disorder import Disorder
from streams.synthetic.emission import Accounts, Hour
from streams.synthetic.forms import Forms
from streams.synthetic.identifiers import make_delivery
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import Population

REFRESHED = 0.03
"""Share of accounts that register again later, with the same `opened`."""


class Arrival(NamedTuple):
    """An encoded event and when it reaches the feed; sorts by arrival, ties by its own key."""

    ingest: int
    topic: str
    key: bytes
    seq: int
    copy: int
    value: bytes


class Row(NamedTuple):
    """An event before it is numbered: the source issues it at `issued`, it says `time`."""

    tenancy: int
    issued: int
    time: int
    kind: str
    payload: Payload | None
    op: Op = "create"
    ref: int | None = None


class Activity:
    """What one source does. `hour` is asked for every hour, once, in order."""

    def __init__(
        self,
        source: Source,
        population: Population,
        accounts: Accounts,
        codec: Codec,
        seed: int,
        hours: int,
        disorder: Disorder,
    ) -> None:
        self._source, self._population, self._accounts = source, population, accounts
        self._codec, self._seed, self._hours, self._disorder = codec, seed, hours, disorder
        self._skew = disorder.skew(seed, source.name)
        self.forms = Forms(source, population, accounts, self._skew, seed)
        self._next_seq: Ints = np.zeros(len(accounts), dtype=np.int64)
        self._fixes: dict[int, list[Row]] = defaultdict(list)
        self._subjects: dict[int, tuple[str, bytes]] = {}
        self._openings = _by_hour(accounts.opened)
        self._refreshes = self._plan_refreshes()

    def hour(self, block: int, mobility: Mobility) -> list[Arrival]:
        """Return what the source's events of hour `block` become on arrival, unsorted."""
        draw = chance(self._seed, f"{self._source.name}/disorder", tick=block)
        rows = self._fixes.pop(block, [])
        rows += self._registrations(block)
        rows += self._usage(block, mobility)
        seq = self._number(rows)
        rows = self._plan_fixes(draw, block, rows, seq)
        return self._deliver(draw, rows, seq)

    def _registrations(self, block: int) -> list[Row]:
        kind, opened = self._source.emit.registers, self._accounts.opened
        rows = [
            Row(t, int(opened[t]), self.forms.start(t), kind, self.forms.opening(t))
            for t in self._openings.get(block, ())
        ]
        draw = chance(self._seed, f"{self._source.name}/refresh", tick=block)
        for tenancy, time in self._refreshes.get(block, ()):
            payload = self.forms.refreshed(tenancy, draw)
            rows.append(Row(tenancy, time, max(0, time + self._skew), kind, payload))
        return rows

    def _usage(self, block: int, mobility: Mobility) -> list[Row]:
        draw = chance(self._seed, f"{self._source.name}/usage", tick=block)
        rows: list[Row] = []
        for batch in self._source.emit.usage(
            Hour(block, draw, self._population, self._accounts, mobility)
        ):
            payloads = batch.payloads(self._source.kinds[batch.kind])
            said = np.maximum(batch.time + self._skew, 0).tolist()
            tenancies, times = batch.account.tolist(), batch.time.tolist()
            rows += [
                Row(tenancy, time, says, batch.kind, payload)
                for tenancy, time, says, payload in zip(
                    tenancies, times, said, payloads, strict=True
                )
            ]
        return rows

    def _number(self, rows: list[Row]) -> list[int]:
        """Return the seq of each row: dense for each account, in the order of issue."""
        if not rows:
            return []
        slot = self._accounts.slot[np.array([row.tenancy for row in rows])]
        order = np.lexsort((np.array([row.issued for row in rows]), slot))
        ordered = slot[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        counts = np.diff(starts, append=len(rows))
        rank = np.arange(len(rows)) - np.repeat(starts, counts)
        seq = np.empty(len(rows), dtype=np.int64)
        seq[order] = self._next_seq[ordered] + rank
        self._next_seq[ordered[starts]] += counts
        numbers: list[int] = seq.tolist()
        return numbers

    def _plan_fixes(
        self, draw: np.random.Generator, block: int, rows: list[Row], seq: list[int]
    ) -> list[Row]:
        """Spoil the events that will be corrected; plan corrections and retractions, later hours.

        A corrected usage first says what another event of its kind said. Registrations are only
        corrected. A fix states the time of the event it changes.
        """
        fixed, withdrawn, after = self._disorder.fixed(draw, len(rows))
        out = list(rows)
        for i in np.flatnonzero(fixed).tolist():
            row = rows[i]
            issued = max(row.issued + int(after[i]), (block + 1) * HOUR)
            if row.op != "create" or issued >= self._hours * HOUR:
                continue
            registers = row.kind == self._source.emit.registers
            fix = row._replace(issued=issued, op="correct", ref=seq[i])
            if registers:
                fix = fix._replace(payload=self.forms.corrected(row.tenancy))
            elif withdrawn[i]:
                fix = fix._replace(op="retract", payload=None)
            else:
                other = next(r for r in reversed(rows) if r.kind == row.kind and r.payload)
                out[i] = row._replace(payload=other.payload)
            self._fixes[issued // HOUR].append(fix)
        return out

    def _deliver(self, draw: np.random.Generator, rows: list[Row], seq: list[int]) -> list[Arrival]:
        n = len(rows)
        forms = np.array([row.kind == self._source.emit.registers for row in rows], dtype=np.int64)
        lag = (self._disorder.lags(draw, n) + forms * self._disorder.filing(draw, n)).tolist()
        twice, same = self._disorder.twice(draw, n)
        word = chance(self._seed, f"{self._source.name}/delivery").integers(0, 2**63)
        slot = self._accounts.slot[np.array([row.tenancy for row in rows], dtype=np.int64)]
        place = slot.astype(np.uint64) * np.uint64(2**24) + np.array(
            seq, dtype=np.uint64
        ) * np.uint64(2)
        ids = mix(place ^ np.uint64(word)).tolist()
        out = [
            self._arrival(row, number, row.issued + wait, 0, delivery)
            for row, number, wait, delivery in zip(rows, seq, lag, ids, strict=True)
        ]
        for i in np.flatnonzero(twice).tolist():
            later = out[i].ingest + 1 + int(draw.exponential(HOUR / 60))
            delivery = ids[i] if same[i] else ids[i] ^ 1
            out.append(self._arrival(rows[i], seq[i], later, 1, delivery))
        return out

    def _arrival(self, row: Row, seq: int, ingest: int, copy: int, delivery: int) -> Arrival:
        last = (self._hours + 3) * HOUR - 1
        ingest = min(ingest, last)
        subject, key = self._subject(row.tenancy)
        event = Event(
            kind=row.kind,
            id=make_delivery(delivery),
            source=self._source.name,
            subject=subject,
            seq=seq,
            time=row.time,
            ingest=ingest,
            op=row.op,
            ref=row.ref,
            payload=row.payload,
        )
        value = self._codec.encode(event)
        return Arrival(ingest, self._source.topic, key, seq, copy, value)

    def _subject(self, tenancy: int) -> tuple[str, bytes]:
        found = self._subjects.get(tenancy)
        if found is None:
            subject = self._source.emit.subject(int(self._accounts.number[tenancy]))
            found = self._subjects[tenancy] = subject, subject.encode()
        return found

    def _plan_refreshes(self) -> dict[int, list[tuple[int, int]]]:
        draw = chance(self._seed, f"{self._source.name}/refreshes")
        a, end = self._accounts, self._hours * HOUR
        again = np.flatnonzero(draw.random(len(a)) < REFRESHED)
        until = np.minimum(a.closed[again], end)
        times = a.opened[again] + 1 + (until - a.opened[again]) * draw.random(len(again))
        plan: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for tenancy, time in zip(again.tolist(), times.astype(np.int64).tolist(), strict=True):
            if time < end:
                plan[time // HOUR].append((tenancy, time))
        return plan


def _by_hour(times: Ints) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row, hour in enumerate((times // HOUR).tolist()):
        found[hour].append(row)
    return found
