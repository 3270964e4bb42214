"""Habits give people away: found again under new pseudonyms in a period without overlap."""

from collections.abc import Callable

import numpy as np

from linkage.privacy.estimate import Estimate, census, sampled_mean
from linkage.privacy.profiling import Sightings, rank_own
from streams.reproducing.estimates import rise
from streams.reproducing.material import Material
from streams.reproducing.plot import Curve, Mark, Plot
from streams.reproducing.words import many
from streams.study import Claim, Findings, Study, row
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.chance import Ints

TARGETS = 5_000
"""People attacked, each among everybody of the later period."""
WEEK = 7
WINDOWS = (1, 2, 4, 7, 10, 15, 30, 45)
"""Days of either period that are drawn, as far as there are twice as many."""

PHONES = Claim(says="79 %", value=0.79)
GROCERIES = Claim(says="65.2 %", value=0.652)
SLOWLY = Claim(says="slowly fewer", value=-0.20, how="at least", unit="change")
"""The abstract has no number for it; losing a fifth is taken as where slow ends."""

Habit = Callable[[Trace], Ints]
Days = tuple[int, int]
"""The first day of a period, and the day after its last."""


def by_working_hours(trace: Trace) -> Ints:
    """Return each row's habit: the place, and whether it is eight to six on a working day."""
    day, hour = np.divmod(trace.hour.astype(np.int64), 24)
    found: Ints = trace.place.astype(np.int64) * 2 + ((hour >= 8) & (hour < 18) & (day % 7 < 5))
    return found


def by_place(trace: Trace) -> Ints:
    """Return each row's habit: the place."""
    return trace.place.astype(np.int64)


def found_again(
    trace: Trace | None, habit: Habit, before: Days, after: Days, draw: np.random.Generator
) -> Estimate | None:
    """Return who is found in a later period by their habits in an earlier one, in one guess.

    Of those who were seen in both, among everybody who was in the later; the control has the
    right pseudonyms shuffled. None if fewer than two were seen in both.
    """
    if trace is None:
        return None
    day, person, shown = trace.hour // 24, trace.person.astype(np.int64), habit(trace)
    first, then = (day >= before[0]) & (day < before[1]), (day >= after[0]) & (day < after[1])
    both = np.intersect1d(person[first], person[then])
    if len(both) < 2:
        return None
    targets = np.sort(draw.permutation(both)[:TARGETS])
    mine = first & np.isin(person, targets)
    known = Sightings(np.searchsorted(targets, person[mine]), shown[mine])
    released = Sightings(person[then], shown[then])
    right = rank_own(known, released, targets).first
    control = rank_own(known, released, draw.permutation(targets)).first
    return sampled_mean(right, len(both), control=float(control.mean()))


def _find(material: Material) -> Findings:
    calls, cards = material.traces.get("cdr"), material.traces.get("card")
    half, days = max(1, material.days // 2), material.days

    def at(trace: Trace | None, habit: Habit, before: Days, after: Days) -> Estimate | None:
        draw = material.draw(f"tournier_2022/{habit.__name__}/{before}", after[0])
        return found_again(trace, habit, before, after, draw)

    phones = at(calls, by_working_hours, (0, half), (half, 2 * half))
    shops = at(cards, by_place, (0, half), (half, 2 * half))
    soon = at(calls, by_working_hours, (0, WEEK), (WEEK, 2 * WEEK))
    late = at(calls, by_working_hours, (0, WEEK), (max(days, 2 * WEEK) - WEEK, days))
    fewer = rise(soon, late) if soon and late and days >= 3 * WEEK else None
    seen_twice = "nobody was seen in both periods"
    rows = (
        row(
            f"calls, {many(half, 'day')} and the next {half}", PHONES, phones, "predicts",
            f"{_by_chance(phones)}; {many(material.cells, 'cell')}, where theirs have thousands; a "
            "simpler attack than theirs",
            seen_twice,
        ),
        row(
            "calls, the last week against the second", SLOWLY, fewer, "predicts",
            "found from the first week; favourites are forgotten too fast: who goes out goes where "
            "they were the last 32 times. With 128 it is 5 % fewer, at the same unicity",
            f"needs {3 * WEEK} days, and people found among those seen in both weeks",
        ),
        row(
            f"payments, {many(half, 'day')} and the next {half}", GROCERIES, shops, "predicts",
            f"{_by_chance(shops)}; payments here tell the shop, groceries what was bought, and "
            "there are few of them",
            seen_twice,
        ),
    )  # fmt: skip
    return Findings(rows, _plot(material, at))


def _by_chance(found: Estimate | None) -> str:
    return "" if found is None else f"{found.control or 0:.2%} with the pseudonyms shuffled"


def _plot(
    material: Material, at: Callable[[Trace | None, Habit, Days, Days], Estimate | None]
) -> Plot | None:
    windows = [window for window in WINDOWS if 2 * window <= material.days]
    curves, controls = [], []
    for name, kind, habit in (("calls", "cdr", by_working_hours), ("payments", "card", by_place)):
        shares = {
            window: share
            for window in windows
            if (share := at(material.traces.get(kind), habit, (0, window), (window, 2 * window)))
        }
        if shares:
            curves.append(Curve(name, list(shares), list(shares.values())))
            controls.append(
                Curve(
                    "pseudonyms shuffled",
                    list(shares),
                    [census(share.control or 0.0, share.n) for share in shares.values()],
                    "line",
                )
            )
    if not curves:
        return None
    marks = [Mark(PHONES.says, windows[-1], PHONES.value, 0)]
    return Plot(
        title="Found under a new pseudonym by habits (Tournier and de Montjoye 2022)",
        x_label="days of either period; the diamond's are not known",
        y_label="people found in one guess (%)",
        curves=[*curves, controls[0]],
        marks=marks,
    )


STUDY = Study(
    name="tournier_2022",
    citation="Tournier and de Montjoye 2022, Science Advances 8:eabl6464",
    doi="10.1126/sciadv.abl6464",
    studied="locations of half a million people, groceries of 85,000",
    people=500_000,
    read="its abstract: the lengths of its periods and its model are in the text, not seen here",
    not_carried=(
        "its entropy-based profiling model, in whose place stands a simpler attack of the same "
        "kind (linkage/privacy/profiling.py); noise added to traces"
    ),
    find=_find,
)
