"""The frontier: what is run, on whom, and a table that is worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.errors import RiskError
from linkage.privacy.attack import Attack, load_attacks
from linkage.privacy.defence import Defence, Published, load_defences, unprotected
from linkage.privacy.direction import levels
from linkage.privacy.effect import effects
from linkage.privacy.estimate import Estimate, census
from linkage.privacy.frames import How, measure
from linkage.privacy.frontier import (
    NONE,
    Design,
    Figure,
    Task,
    choices,
    frontier,
    measured,
    tasks,
)
from linkage.privacy.metric import load_metrics
from linkage.privacy.traces_frame import risks, traces_frame
from linkage.privacy.use import Use, load_uses
from tests.linkage.privacy.defence_worlds import everything, material, town

METRICS = {name: (load_metrics()[name], better) for name, better in levels(load_metrics()).items()}
WORLD = [(person, 0, hour, person) for person in range(4) for hour in range(5)]


def thinned(some, strength: int, seed: int) -> Published:
    """Keep the first of every `strength` points, counted from the seed on."""
    kept = (np.arange(len(some.traces)) + seed) % strength == 0
    return unprotected(some.traces.take(kept))


THIN = Defence("thin", "One point in `strength`.", "anything at all", thinned, "traces", (1, 2, 5))
COUNT = replace(THIN, name="count", publishes="counts", strengths=(1, 3))


def seen(publish, some, seed) -> Estimate:
    return census(len(publish(some, seed).traces) / len(some.traces), 4)


ATTACK = Attack("seen", "?", "share", "", "", "traces", seen)
USE = Use("left", "?", "", "share", "", "", ("traces",), lambda p, m, s: seen(p, m, s).value ** 2)


def design(**changes) -> Design:
    plain = Design({"thin": THIN}, {"seen": ATTACK}, {"left": USE}, {}, (0, 1))
    return replace(plain, **changes)


def test_traces_as_they_are_are_tried_once_and_other_forms_at_every_strength() -> None:
    both = design(defences={"count": COUNT, "thin": THIN})
    assert choices(both) == [(NONE, 1), ("count", 1), ("count", 3), ("thin", 2), ("thin", 5)]
    assert choices(replace(both, strengths=(1, 4))) == [
        *((NONE, 1), ("count", 1), ("count", 4), ("thin", 4)),
    ]
    assert choices(design(defences={"count": COUNT})) == [("count", 1), ("count", 3)]
    assert tasks(design()) == [
        *(Task(name, n, what) for name, n in choices(design()) for what in ("seen", None)),
    ]
    assert Task("count", 1, "seen") not in tasks(both), "it reads no counts"


def test_seeds_have_to_be_there_and_to_differ() -> None:
    for seeds in ((), (1, 1)):
        with pytest.raises(RiskError, match="seeds"):
            design(seeds=seeds)


def figures(chosen: Design, some) -> list[Figure]:
    return [figure for task in tasks(chosen) for figure in measured(chosen, some, task)]


def test_a_table_by_hand() -> None:
    found = figures(design(), material(WORLD))
    values = [(f.defence, f.strength, f.name, f.estimate.value) for f in found]
    assert values == [
        *((NONE, 1, "seen", 1.0), (NONE, 1, "left", 1.0)),
        *(("thin", 2, "seen", 0.5), ("thin", 2, "left", 0.25)),
        *(("thin", 5, "seen", 0.2), ("thin", 5, "left", pytest.approx(0.04))),
    ]
    trades = list(frontier(found))
    assert [(t.risk.strength, t.front, t.clear) for t in trades] == [
        (n, True, True) for n in (1, 2, 5)
    ]


def test_the_front_leaves_out_what_is_beaten() -> None:
    def figure(defence, kind, value, better="less") -> Figure:
        return Figure(
            defence=defence,
            strength=2,
            form="traces",
            kind=kind,
            name=kind,
            unit="",
            better=better,
            estimate=Estimate(
                value=value, low=value - 0.04, high=value + 0.04, n=9, estimand="sample"
            ),
        )

    risk = {"a": 0.9, "b": 0.5, "c": 0.6}
    use = {"a": 1.0, "b": 0.8, "c": 0.7}
    found = [figure(name, "attack", value) for name, value in risk.items()]
    found += [figure(name, "use", value, "more") for name, value in use.items()]
    assert {t.risk.defence: (t.front, t.clear) for t in frontier(found)} == {
        "a": (True, True), "b": (True, True), "c": (False, True),
    }  # fmt: skip
    # Where more of the risk figure is better, as of a crowd, the other end of it is the front.
    found = [replace_better(one) if one.kind == "attack" else one for one in found]
    assert [t.risk.defence for t in frontier(found) if t.front] == ["a"]
    # Who has no figure of a risk is not among those compared.
    assert [
        t.risk.defence for t in frontier([f for f in found if f.defence != "a"]) if t.front
    ] == [
        *("b", "c"),
    ]


def replace_better(figure: Figure) -> Figure:
    fields = {name: getattr(figure, name) for name in figure.__struct_fields__}
    return Figure(**{**fields, "better": "more"})


def test_the_same_people_are_attacked_by_the_same_seeds_at_every_strength() -> None:
    asked: dict[tuple[str, int], list] = {}

    def watched(name: str):
        def protect(some, strength, seed):
            asked.setdefault((name, strength), []).append((id(some.traces), seed))
            return thinned(some, strength, seed)

        return replace(THIN, name=name, protect=protect)

    chosen = design(defences={name: watched(name) for name in ("one", "two")})
    figures(chosen, material(WORLD))
    assert len(asked) == 4
    assert len(set(map(tuple, asked.values()))) == 1
    (calls, *_) = asked.values()
    assert sorted({seed for _, seed in calls}) == [0, 1]


def test_a_part_is_the_same_alone_as_among_others() -> None:
    defences, attacks = load_defences(), load_attacks()
    names = ("unicity", "relinking")
    some = {"sample": defences["sample"], "perturb": defences["perturb"]}
    chosen = Design(some, {n: attacks[n] for n in names}, load_uses(), METRICS, (3, 4), (1, 3))
    alone = replace(chosen, defences={"sample": defences["sample"]}, attacks={})
    task = Task("sample", 3, None)
    assert measured(chosen, town(), task) == measured(alone, town(), task)
    found = measured(chosen, town(), Task("perturb", 3, None))
    assert {figure.kind for figure in found} == {"use"}, "nobody knows points that were moved"
    assert {f.kind for f in measured(chosen, town(), task)} == {"use", "metric"}


def test_metrics_are_those_of_the_frame_of_what_is_published() -> None:
    some, names = town(), ("unicity", "vulnerability", "guess")
    published = load_defences()["generalise"].protect(some, 2, 0)
    found = risks(published, some, {name: METRICS[name][0] for name in names}, 5)
    frame = traces_frame(published.traces, [0, 1])
    told = measure(frame, names, seed=5, how=How(views=(("source 0", "source 1"),)))
    assert {row.metric: (row.value, row.low, row.high) for row in told.itertuples()} == {
        name: (one.value, one.low, one.high) for name, one in found.items()
    }
    nobody = unprotected(some.traces.take(some.traces.person[:0]))
    assert risks(nobody, some, {"unicity": METRICS["unicity"][0]}, 5) == {}


def test_what_a_defence_does_is_told_beside_none() -> None:
    def figure(defence, strength, low, high, form="traces") -> Figure:
        estimate = Estimate(value=(low + high) / 2, low=low, high=high, n=9, estimand="sample")
        return Figure(
            defence=defence, strength=strength, form=form, kind="attack", name="seen", unit="",
            better="less", estimate=estimate,
        )  # fmt: skip

    found = [
        figure(NONE, 1, 0.4, 0.6),
        *(figure("a", 2, 0.55, 0.75), figure("a", 4, 0.1, 0.3), figure("a", 8, 0.7, 0.9)),
        *(figure("b", 1, 0.0, 0.1, "counts"), figure("b", 2, 0.2, 0.3, "counts")),
    ]
    assert [(e.figure.defence, e.figure.strength, e.change) for e in effects(found)] == [
        *(("a", 2, "not told apart"), ("a", 4, "less risk"), ("a", 8, "more risk")),
        ("b", 2, "more risk"),
    ]


def test_publications_are_those_of_the_defence() -> None:
    """A use sees what the defence publishes, whether it was asked for before or not."""
    told = []

    def kept(publish, some, seed):
        half = replace(some, traces=some.traces.take(some.traces.hour < 36))
        told.extend(everything(publish(each, seed)) for each in (some, half, some))
        return 0.5

    sample = load_defences()["sample"]
    chosen = design(defences={"sample": sample}, uses={"left": replace(USE, kept=kept)})
    measured(chosen, town(), Task("sample", 2, None))
    half = replace(town(), traces=town().traces.take(town().traces.hour < 36))
    assert told == [
        everything(sample.protect(each, 2, seed))
        for seed in (0, 1)
        for each in (town(), half, town())
    ]
