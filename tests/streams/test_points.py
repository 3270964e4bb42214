"""The points of a world, against its messages, decoded one by one as the pipeline does."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from linkage.privacy.frames import measure
from streams.delivery import Delivery
from streams.events import HOUR, Codec, Event, Registration, Usage
from streams.points import points_of
from streams.source import kinds_of, load_sources
from streams.synthetic.preset import PRESETS, Preset
from streams.synthetic.world import World

SEVEN = load_sources()


def decoded(world: World) -> dict[tuple[str, str, int], Event]:
    """Return the newest event that speaks of each root, whatever is withdrawn."""
    codec = Codec(kinds_of(world.sources), b"")
    newest: dict[tuple[str, str, int], Event] = {}
    for one in world.deliveries():
        if isinstance(one, Delivery) and one.topic.startswith("events."):
            event = codec.decode(one.value)
            assert isinstance(event, Event)
            if isinstance(event.payload, Registration):
                continue
            key = event.source, event.subject, event.seq if event.ref is None else event.ref
            if key not in newest or newest[key].seq < event.seq:
                newest[key] = event
    return newest


def plainly(world: World) -> Counter[tuple[Any, ...]]:
    actors = world.actors()
    who = {(t, a, s): p for t, a, s, p in actors.itertuples(index=False)}
    found: Counter[tuple[Any, ...]] = Counter()
    for (source, account, root), event in decoded(world).items():
        if isinstance(event.payload, Usage):
            person = who[f"events.{source}", account, root]
            hour, place = event.time // HOUR, event.payload.place()
            found[person, source, account, hour, place] += 1
    return found


RESTLESS = replace(
    PRESETS["hard"],
    disorder=replace(PRESETS["hard"].disorder, corrections=0.1, retractions=0.1),
)
"""A tenth of what is said is corrected later, and a tenth withdrawn."""


@pytest.mark.parametrize("preset", [PRESETS["clean"], RESTLESS], ids=["clean", "restless"])
@pytest.mark.parametrize("sources", [("phone", "bank", "internet"), tuple(SEVEN)], ids=len)
def test_they_are_what_the_messages_come_to(preset: Preset, sources: tuple[str, ...]) -> None:
    world = World(300, 2, 5, {name: SEVEN[name] for name in sources}, preset)
    frame = points_of(world)
    columns = ["person", "source", "account", "hour", "place"]
    rows = Counter(frame[columns].astype(object).itertuples(index=False, name=None))
    assert len(frame) > 500
    assert rows == plainly(world)


def test_corrected_and_withdrawn_ones_are_there_to_be_dealt_with() -> None:
    world = World(300, 2, 5, preset=RESTLESS)
    ops = Counter(event.op for event in decoded(world).values())
    assert ops["correct"] > 100 and ops["retract"] > 100


def test_the_frame_is_sorted_and_knows_every_source() -> None:
    camera = {name: SEVEN[name] for name in ("phone", "camera")}
    frame = points_of(World(200, 1, 3, camera))
    assert list(frame["source"].cat.categories) == ["phone", "camera"]
    order = frame.sort_values(["person", "hour", "source"], kind="stable")
    assert list(order.index) == list(range(len(frame)))
    pd.testing.assert_frame_equal(frame, points_of(World(200, 1, 3, camera)))


def test_tenancies_are_those_of_the_truth() -> None:
    world = World(400, 4, 2)
    truth = world.truth().set_index(["source", "account", "start"])
    keys = points_of(world)[["source", "account", "start"]].astype(object).drop_duplicates()
    assert pd.MultiIndex.from_frame(keys).isin(truth.index).all()


def test_further_fields_come_along() -> None:
    world = World(200, 1, 3)
    frame = points_of(world, further=("cents", "seconds"))
    by_source = frame.groupby("source", observed=True)[["cents", "seconds"]].max()
    assert by_source.loc["bank", "cents"] > 0 == by_source.loc["bank", "seconds"]
    assert by_source.loc["phone", "seconds"] > 0 == by_source.loc["phone", "cents"]
    assert sum(frame["cents"][frame["source"] == "bank"] == 0) == 0
    with pytest.raises(ValueError, match=r"further: got 'price'; allowed: .*cents"):
        points_of(world, further=("price",))


def test_a_source_that_never_speaks_is_known_and_tells_nothing() -> None:
    phone = SEVEN["phone"]
    silent = replace(phone, emit=replace(phone.emit, usage=lambda hour: ()))
    assert len(points_of(World(50, 1, 3, {"phone": silent}))) == 0
    frame = points_of(World(50, 1, 3, {"phone": silent, "bank": SEVEN["bank"]}))
    found = measure(frame, "vulnerability").set_index("view")
    assert found.loc["phone", "value"] == 1 / found.loc["phone", "n"]
    assert found.loc["bank+phone", "value"] == found.loc["bank", "value"]
