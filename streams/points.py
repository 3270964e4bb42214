"""The points of a synthetic world as a pandas frame: who was where when, as its sources have it.

It is the truth about people, so no stage may import this; it is for studies, such as
`linkage.privacy.frames.measure(points_of(world))`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
from msgspec import inspect

from streams.events import HOUR, Usage
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.rows import Said
from streams.synthetic.world import World


class _Part(NamedTuple):
    """Usage of one source: `root` is the seq of the event that a row states, or states anew."""

    tenancy: Ints
    root: Ints
    seq: Ints
    actor: Ints
    time: Ints
    place: Ints
    live: Flags
    further: Ints


def points_of(world: World, further: Sequence[str] = ()) -> pd.DataFrame:
    """Return every point of a world, sorted by person and hour.

    `person` is who really acted, `source` categorical with all sources of the world, `account` and
    `start` (ms) the tenancy that was used, `hour` and `place` what the pipeline makes of it: the
    hour of the stream by the source's own clock, and the number of the place. Points stand as the
    sources have them in the end: corrected where that was within the run, without what was
    withdrawn. `further` names whole-number fields of payloads, such as `cents`; 0 where a kind has
    none. Raises ValueError for a field that no kind has.

    100,000 people and two days are 1.5 million points and take 5 seconds.
    """
    _refuse_unknown(world, further)
    parts: dict[int, list[_Part]] = defaultdict(list)
    places: dict[str, _Places] = {}
    for number, branch, said in _usage(world):
        kind = branch.source.kinds[said.rows.kind]
        looked_up = places.setdefault(said.rows.kind, _Places(cast(type[Usage], kind)))
        parts[number].append(_part(said, looked_up, further))
    names, codes = _accounts(world.branches)
    frames = [
        _frame(number, branch, _settled(branch, parts[number]), codes[number], further)
        for number, branch in enumerate(world.branches)
    ]
    found = pd.concat(frames, ignore_index=True)
    found = found.iloc[np.lexsort((found["source"], found["hour"], found["person"]))]
    found["source"] = pd.Categorical.from_codes(found["source"], pd.Index(list(world.sources)))
    found["account"] = pd.Categorical.from_codes(found["account"], names)
    return found.reset_index(drop=True)


def _usage(world: World) -> Iterator[tuple[int, Branch, Said]]:
    for shard in world.shards():
        for block in range(world.hours):
            for number, issued in enumerate(shard.hour(block)):
                branch = world.branches[number]
                for said in issued:
                    if len(said.rows) and issubclass(branch.source.kinds[said.rows.kind], Usage):
                        yield number, branch, said


def _part(said: Said, places: "_Places", further: Sequence[str]) -> _Part:
    rows = said.rows
    n, columns = len(rows), rows.columns or {}
    extra = np.zeros((n, len(further)), dtype=np.int64)
    for place, name in enumerate(further):
        if name in columns:
            extra[:, place] = columns[name].to_numpy()
    return _Part(
        tenancy=rows.tenancy,
        root=said.seq if rows.ref is None else rows.ref,
        seq=said.seq,
        actor=rows.actor,
        time=rows.time,
        place=places.of(columns, n) if columns else np.zeros(n, dtype=np.int64),
        live=np.full(n, rows.op != "retract"),
        further=extra,
    )


def _settled(branch: Branch, parts: list[_Part]) -> _Part | None:
    """Return of the rows that speak of one event the last, unless it withdraws the event."""
    if not parts:
        return None
    every = _Part(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    event = branch.accounts.slot[every.tenancy] << 32 | every.root
    changed = np.isin(event, event[every.seq != every.root])
    some = np.flatnonzero(changed)
    some = some[np.lexsort((every.seq[some], event[some]))]
    last = np.append(event[some][1:] != event[some][:-1], True)[: len(some)]
    kept = np.concatenate([np.flatnonzero(~changed), some[last & every.live[some]]])
    return _Part(*(column[kept] for column in every))


def _frame(
    number: int, branch: Branch, part: _Part | None, codes: Ints, further: Sequence[str]
) -> pd.DataFrame:
    if part is None:
        names = ("person", "source", "account", "start", "hour", "place", *further)
        return pd.DataFrame({name: np.empty(0, dtype=np.int64) for name in names})
    return pd.DataFrame(
        {
            "person": part.actor.astype(np.int64) + 1,
            "source": np.full(len(part.actor), number, dtype=np.int64),
            "account": codes[part.tenancy],
            "start": branch.forms.start(part.tenancy),
            "hour": part.time // HOUR,
            "place": part.place,
            **{name: part.further[:, place] for place, name in enumerate(further)},
        }
    )


def _accounts(branches: Sequence[Branch]) -> tuple["pd.Index[Any]", list[Ints]]:
    """Return the names of all accounts, and by branch which of them each tenancy has."""
    subjects = [branch.subjects.to_pandas() for branch in branches]
    codes, names = pd.factorize(pd.concat(subjects, ignore_index=True))
    ends = np.cumsum([len(one) for one in subjects])
    return pd.Index(names), np.split(codes.astype(np.int64), ends[:-1])


class _Places:
    """The places of one kind's payloads, worked out once for each distinct value.

    Which fields `place` reads is found by letting it ask for them.
    """

    def __init__(self, kind: type[Usage]) -> None:
        self._kind, self._fields = kind, list[str]()
        self._known: dict[tuple[Any, ...], int] = {}

    def of(self, columns: Any, n: int) -> Ints:
        """Return the place of each of the n rows."""
        while True:
            try:
                return self._looked_up([columns[field] for field in self._fields], n)
            except AttributeError as asked:
                field = asked.name or ""
                if field not in columns or field in self._fields:
                    raise
                self._fields.append(field)
                self._known = {}

    def _looked_up(self, columns: list[pa.Array], n: int) -> Ints:
        code, values = np.zeros(n, dtype=np.int64), [()]
        for column in columns:
            coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
            used, place = np.unique(coded.indices.to_numpy(), return_inverse=True)
            words = coded.dictionary.take(pa.array(used)).to_pylist()
            pairs, code = np.unique(code * len(words) + place, return_inverse=True)
            values = [(*values[p // len(words)], words[p % len(words)]) for p in pairs.tolist()]
        return np.array([self._place(value) for value in values], dtype=np.int64)[code]

    def _place(self, value: tuple[Any, ...]) -> int:
        if value not in self._known:
            payload = SimpleNamespace(**dict(zip(self._fields, value, strict=True)))
            self._known[value] = self._kind.place(cast(Usage, payload))
        return self._known[value]


def _refuse_unknown(world: World, further: Sequence[str]) -> None:
    kinds = [kind for source in world.sources.values() for kind in source.kinds.values()]
    numbers = {
        field.name
        for kind in kinds
        if issubclass(kind, Usage)
        for field in msgspec.structs.fields(kind)
        if isinstance(inspect.type_info(field.type), inspect.IntType)
    }
    if strange := [name for name in further if name not in numbers]:
        raise ValueError(f"further: got {strange[0]!r}; allowed: {', '.join(sorted(numbers))}")
