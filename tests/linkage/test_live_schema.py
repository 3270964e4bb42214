"""The laws hold for any schema: works of art, their makers, prices; no field of a person."""

from collections.abc import Sequence
from itertools import groupby
from random import Random
from typing import NamedTuple

import numpy as np
import pytest

from linkage.comparison import load_comparisons
from linkage.decision import Thresholds
from linkage.explain import explain
from linkage.linker import Linker
from linkage.live import Change, Claimed, LiveLinker, Registered
from linkage.model import FORMAT, ComparisonModel, LevelModel, Model, Report
from linkage.registry import Registry
from linkage.schema import Schema

SCHEMA = Schema.of(
    {"title": "text", "maker": "name", "price": "number", "made": "date", "shelf mark": "code"},
    [("words", ("title",)), ("spelling", ("maker",)), ("number", ("price",)), ("date", ("made",))],
    [("title:sorted",), ("maker:sound", "made:year"), ("shelf mark",), ("price|made:year",)],
)


class Work(NamedTuple):
    """A record that is a tuple; the shelf mark comes as an attribute of that name."""

    title: str | None
    maker: str | None
    price: str | None
    made: str | None
    mark: str | None

    def __getattr__(self, name: str) -> str | None:
        if name == "shelf mark":
            return self.mark
        raise AttributeError(name)


POOL = (
    ("Sunset at sea", "sea at sunset", "Ship", None),
    ("Meyer", "Maier", "Ōno", None),
    ("100", "100.5", "1,000", None),
    ("1901-02-03", "1901-03-02", "1950", None),
    ("A-1", "a1", "漢字", None),
)


def model() -> Model:
    catalogue, levels = load_comparisons(), []
    for compare in SCHEMA.compare:
        names = [level.name for level in catalogue[compare.comparison].levels]
        bits = dict(zip(names, (0.5, 0.25, 0.125, 0.0625, 0.0625), strict=True))
        levels.append([LevelModel(name, bits[name], 0.0625) for name in names])
    trained = (
        ComparisonModel(c.label, tuple(x)) for c, x in zip(SCHEMA.compare, levels, strict=True)
    )
    return Model(FORMAT, SCHEMA, 0.5, tuple(trained), {}, Report(0, {}, 1, 1, 1, 1, ()))


MODEL, LIMITS = model(), Thresholds(link=4.0, review=0.0, margin=1.0)


def live(pairs: int | None = None) -> LiveLinker:
    return LiveLinker(Linker(MODEL, Registry(SCHEMA, cap=3), LIMITS), pairs)


def history(rng: Random) -> list[Registered | Claimed]:
    def work() -> Work | None:
        return None if rng.random() < 0.2 else Work(*(rng.choice(values) for values in POOL))

    identities = [Registered(p, v, work()) for p in range(-3, 3) for v in range(rng.randint(0, 3))]
    claims = [Claimed(a, "r", v, work()) for a in range(4) for v in range(rng.randint(0, 3))]
    return [*identities, *claims]


def play(linker: LiveLinker, events: Sequence[Registered | Claimed], rng: Random) -> list[Change]:
    feed: list[Change] = []
    for (kind, _), run in groupby(events, lambda e: (type(e), rng.random() < 0.5)):
        take = linker.registry_changed if kind is Registered else linker.accounts_changed
        feed += take(list(run))
    return [*feed, *linker.drain()]


@pytest.mark.parametrize("seed", range(60))
def test_any_order_gives_the_batch_answer(seed: int) -> None:
    rng = Random(seed)
    events = history(rng)
    batch = live()
    play(batch, sorted(events, key=lambda e: (isinstance(e, Claimed), e.version)), rng)
    for pairs in (None, 2):
        linker = live(pairs)
        feed = play(linker, [*rng.sample(events, len(events)), *events[:3]], rng)
        assert linker.links() == batch.links()
        assert linker.state_hash() == batch.state_hash()
        sums: dict[tuple[int, int], int] = {}
        for change in feed:
            sums[change.account, change.person] = (
                sums.get((change.account, change.person), 0) + change.sign
            )
        assert {account: person for (account, person), n in sums.items() if n} == batch.links()


def test_links_come_about_and_are_explained() -> None:
    linked = 0
    for seed in range(60):
        linker = live()
        play(linker, history(Random(seed)), Random(seed))
        for account, person in linker.links().items():
            found = explain(linker.linker, linker.records(account), person)
            assert found.verdict.startswith("linked, ")
            total = found.prior + sum(part.bits + part.frequency for part in found.parts)
            assert abs(total - linker.decision(account).weight) < 1e-9
            linked += 1
    assert linked > 20


def test_the_registry_hash_sees_every_field_and_forgets_what_is_erased() -> None:
    whole = Work(*(values[0] for values in POOL))
    registry = Registry(SCHEMA)
    empty = registry.state_hash()
    hashes = {empty}
    for field in Work._fields:
        for record in (whole, whole._replace(**{field: None})):
            registry.change([(np.iinfo(np.int64).min, record)])
            hashes.add(registry.state_hash())
    assert len(hashes) == 1 + 1 + len(Work._fields)
    registry.change([(np.iinfo(np.int64).min, None)])
    assert registry.state_hash() == empty


def test_a_person_is_a_number_of_64_bits() -> None:
    registry = Registry(SCHEMA)
    with pytest.raises(OverflowError):
        registry.change([(1, Work(*(values[0] for values in POOL))), (2**63, None)])
    assert len(registry) == 0
    assert registry.state_hash() == Registry(SCHEMA).state_hash()
