"""measure: class histograms are what grouping everybody's net points by hand gives."""

from collections import Counter
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.budget.exposure import Purpose
from streams.messages import Risk
from streams.stage import Batch
from streams.stages.measure import Attack, Measure, histogram_of
from streams.views import views_of
from tests.streams.stages.joined import (
    NAMES,
    PURPOSE,
    ByHand,
    Classes,
    Joined,
    Row,
    block_of,
    classes_by_hand,
    standing,
)
from tests.streams.stages.rig import Rig
from tests.streams.stages.test_join import BLOCKS, run, worlds

VIEWS = views_of(NAMES, [PURPOSE])


def stage() -> Measure:
    resolutions = dict.fromkeys(NAMES, "hour x cell")
    return Measure("measure/classes/0", NAMES, [PURPOSE], resolutions, Attack(2, 2, 100, 7))


def shown_by_hand(said: list[list[Row]]) -> list[Row]:
    ledger, shown = ByHand(), list[Row]()
    for block in range(BLOCKS):
        heard = [row for part in said[: block + 1] for row in part]
        rows = [row for row in standing(heard) if block_of(row) == block]
        shown += [row for row in rows if ledger.ask(row)]
    return shown


def sizes_by_hand(classes: Classes) -> dict[str, Counter[int]]:
    """For each view, how many classes have which size."""
    found = {}
    for view in VIEWS:
        named = view.sources if view.purpose is None else (*view.sources, view.purpose)
        found[view.name] = Counter(classes.get(named, Counter()).values())
    return found


def sizes(measure: Measure) -> dict[str, Counter[int]]:
    return {view.name: Counter(measure.histogram.sizes(n)) for n, view in enumerate(VIEWS)}


@given(worlds(), st.data())
@settings(max_examples=50, deadline=None)
def test_histograms_are_what_grouping_by_hand_gives(
    made: tuple[list[list[Row]], list[Row]], data: st.DataObject
) -> None:
    said, everything = made
    messages = [o.value for o in run([[block] for block in said], 0).rig.topic("classes")]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(messages)), max_size=4)))
    measure = stage()
    rig = Rig(measure)
    for low, high in pairwise([0, *cuts, len(messages)]):
        rig.feed(messages[low:high])
    by_hand = sizes_by_hand(classes_by_hand(everything, shown_by_hand(said)))
    assert sizes(measure) == by_hand
    assert measure.histogram.digest() == histogram_of(messages, VIEWS, NAMES).digest()
    risk = _close(rig)
    for view in risk.views:
        people = sum(size * n for size, n in by_hand[view.view].items())
        assert (view.people, view.classes) == (people, by_hand[view.view].total())


def test_a_task_that_is_opened_again_measures_the_same() -> None:
    joined = Joined()
    for seq, (source, person) in enumerate([("phone", 1), ("phone", 2), ("bank", 1)] * 3):
        joined.move(Row(source, person, seq, seq % 2, "a", seq))
    joined.close(0)
    rig = Rig(stage())
    rig.feed([out.value for out in joined.rig.topic("classes")])
    before = _close(rig)
    assert any(view.people for view in before.views)
    rig.reopen(stage())
    assert _close(rig) == before


def test_risk_names_its_views_and_says_when_it_is_the_last() -> None:
    rig = Rig(stage())
    assert not _close(rig).last
    step = rig.step(Batch(close=0, last=True))
    (out,) = [o for o in step.outputs if o.topic == "risk"]
    risk = msgspec.json.decode(out.value, type=Risk)
    assert risk.last and out.key == b"0"
    assert [view.view for view in risk.views] == [view.name for view in VIEWS]


def test_what_a_purpose_is_refused_is_not_in_its_view() -> None:
    joined = Joined()
    for seq in range(3):
        joined.move(Row("phone", 1, seq, 0, "a", seq))
    joined.move(Row("bank", 1, 10, 0, "b", 0), Row("phone", 2, 11, 0, "c", 0))
    joined.close(0)
    measure = stage()
    rig = Rig(measure)
    rig.feed([out.value for out in joined.rig.topic("classes")])
    assert [granted for *_, granted in joined.charges()[0]] == [True, True, True, False, True]
    bought = {view.view: view for view in _close(rig).views}
    assert bought["phone+bank+internet"].people == 2
    assert bought["phone+bank+internet@security"].people == 2
    for name, wanted in [("bank", 1), ("phone", 2), ("internet", 0)]:
        assert bought[name].people == wanted


def test_what_is_granted_shows_in_the_purposes_view_and_nowhere_else() -> None:
    """With everything granted it is the operator's view of its sources; with nothing, empty."""
    rows = [Row(("phone", "bank")[n // 4 % 2], 1 + n % 4, n, n % 3, "a", n) for n in range(16)]
    everything, bought = "phone+bank+internet", "phone+bank+internet@security"
    risks, moved = {}, {}
    for cap in (0, 10**6):
        purpose = Purpose(PURPOSE.name, NAMES, PURPOSE.tariffs, cap)
        joined = Joined(purpose=purpose)
        joined.move(*rows)
        joined.close(0)
        rig = Rig(stage())
        rig.feed([out.value for out in joined.rig.topic("classes")])
        risks[cap] = {view.view: view for view in _close(rig).views}
        # A link that moves after the decision leaves the purpose with what it was shown.
        joined.move(*(part for row in rows[:8] for part in (row.lost(), row._replace(person=9))))
        rig.feed([out.value for out in joined.rig.topic("classes")[-1:]])
        moved[cap] = {view.view: view for view in _close(rig).views}
    for name in risks[0]:
        if name != bought:
            assert risks[0][name] == risks[10**6][name]
    for name in moved[0]:
        if name != bought:
            assert moved[0][name] == moved[10**6][name]
    assert moved[10**6][bought].classes == risks[10**6][bought].classes
    nothing, all_of_it, operator = risks[0][bought], risks[10**6][bought], risks[0][everything]
    assert (nothing.people, nothing.classes) == (0, 0)
    assert (all_of_it.people, all_of_it.classes) == (operator.people, operator.classes)
    # What is told of the lattice, of links and of time is told of the operator's view alone.
    assert all_of_it.figures.items() <= operator.figures.items()
    assert "unicity" in all_of_it.figures
    assert all_of_it.identified_per_source == operator.identified_per_source
    assert nothing.identified.value < operator.identified.value


def _close(rig: Rig) -> Risk:
    step = rig.step(Batch(close=-1))
    (out,) = [o for o in step.outputs if o.topic == "risk"]
    return msgspec.json.decode(out.value, type=Risk)
