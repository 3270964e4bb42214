"""What a sample shows of crowds, counted by hand over sets; a group left out was never sampled."""

import numpy as np
import pytest

from linkage.errors import RiskError
from linkage.privacy.adversary import Known, load_adversaries
from linkage.privacy.frames import How, contexts
from linkage.privacy.matching import suspects
from linkage.privacy.points_frame import point_columns
from linkage.privacy.pricing import apart as apart_module
from linkage.privacy.pricing.apart import Apart, keys_of, traces
from linkage.privacy.pricing.evidence import Sample, drawn, of_points, of_traces
from tests.linkage.privacy.pricing.towns import SOURCES, pilot_of, town

PEOPLE, SIZE, GROUPS = 300, 120, 4
POINTS = town(3, PEOPLE)
PILOT = pilot_of(POINTS, PEOPLE, SIZE)
NAMES = tuple(sorted(SOURCES))
ALL = (0, 1, 2)


@pytest.fixture(scope="module")
def seen():
    return point_columns(PILOT.joined)


@pytest.fixture(scope="module")
def everybody():
    return Apart(point_columns(PILOT.apart))


@pytest.fixture(scope="module")
def sample(seen):
    return Sample(seen.people, np.arange(len(seen.people)) % GROUPS, GROUPS)


def carried(points, person, source=None):
    rows = points[points["person"] == person]
    rows = rows if source is None else rows[rows["source"] == source]
    return frozenset(zip(rows["source"], rows["hour"], rows["place"], strict=True))


def whole(points, person, source):
    rows = points[(points["person"] == person) & (points["source"] == source)]
    return tuple(sorted(zip(rows["hour"], rows["place"], strict=True)))


@pytest.mark.parametrize("without", [-1, 2])
def test_traces_meet_whoever_has_the_same_ones(seen, everybody, sample, without) -> None:
    sums = traces(seen, keys_of(seen))
    found = of_traces(sample, sums, everybody, (0, 2)).seen(PEOPLE, without)
    kept = [p for p, g in zip(seen.people, sample.group, strict=True) if g != without]
    mine = {p: [whole(POINTS, p, s) for s in ("bank", "phone")] for p in POINTS["person"].unique()}
    mine |= {p: [(), ()] for p in range(1, PEOPLE + 1) if p not in mine}
    for row in range(0, len(seen.people), 7):
        person = seen.people[row]
        alike = [[p for p in mine if p != person and mine[p][s] == mine[person][s]] for s in (0, 1)]
        best = int(np.argmin([len(one) for one in alike]))
        assert found.candidates[row] == len(alike[best])
        assert found.among[row] == len(set(alike[best]) & set(kept))
        assert found.met[row] == len(set(alike[0]) & set(alike[1]) & set(kept))
        assert found.rest[row] == pytest.approx(len(alike[1 - best]) / (PEOPLE - 1))


@pytest.mark.parametrize("without", [-1, 1])
def test_points_meet_whoever_carries_all_of_them(seen, everybody, sample, without) -> None:
    how = How(points=3, sample=10**6, views=(NAMES,))
    (context,) = contexts(seen, load_adversaries()["points"], 5, how)
    evidence = of_points(sample, context, everybody, (5, 6))
    assert evidence is not None and len(evidence.owner) == 2 * len(seen.people)
    found = evidence.seen(PEOPLE, without)
    known = drawn(context, everybody, 6).known
    key = dict(zip(keys_of(seen), _points_of(seen), strict=True))
    kept = [p for p, g in zip(seen.people, sample.group, strict=True) if g != without]
    held = {p: carried(POINTS, p) for p in POINTS["person"].unique()}
    for row in range(0, len(seen.people), 7):
        person = seen.people[row]
        mine = {key[k] for k in known.point[known.owner == row].tolist()}
        by_source = [{p for p in mine if p[0] == s} for s in NAMES]
        fits = [{p for p in held if p != person and some <= held[p]} for some in by_source if some]
        many = [len(one) for one in fits]
        at = len(seen.people) + row
        best = fits[int(np.argmin(many))]
        assert found.candidates[at] == len(best)
        assert found.among[at] == len(best & set(kept))
        assert found.met[at] == len(set.intersection(*fits) & set(kept))
        rest = np.prod([many_ / (PEOPLE - 1) for many_ in many]) / max(len(best), 1e-9)
        if best:
            assert found.rest[at] == pytest.approx(rest * (PEOPLE - 1))


def _points_of(points):
    names = [points.sources[number] for number in points.source]
    return zip(names, points.hour.tolist(), points.place.tolist(), strict=True)


def test_an_adversary_who_errs_leaves_no_evidence(seen, everybody, sample) -> None:
    how = How(points=3, error=0.5, sample=10**6, views=(NAMES,))
    (context,) = contexts(seen, load_adversaries()["noisy_points"], 5, how)
    assert of_points(sample, context, everybody, (5,)) is None


def test_crowds_do_not_depend_on_how_many_are_looked_at_together(everybody, monkeypatch) -> None:
    lookup = everybody.index.lookup()
    people = everybody.customers[2].people[:60]
    profiles = everybody.index.profiles(people)
    some = np.flatnonzero((profiles.source == 2) & (profiles.owner % 3 > 0))
    known = Known(people, profiles.owner[some], profiles.point[some])
    expected = suspects(lookup, known).size
    for at_once in (1, 7, 1 << 20):
        monkeypatch.setattr(apart_module, "_AT_ONCE", at_once)
        assert everybody.crowds(known).tolist() == expected.tolist()


def test_what_a_source_tells_of_everybody_is_what_it_tells_of_each(everybody) -> None:
    for number, mine in enumerate(everybody.customers):
        facts = everybody.facts(number, np.append(mine.people, 10**9))
        assert not facts[-1].any()
        assert facts.sum(axis=0) == pytest.approx(everybody.totals(number))
        alone = [whole(PILOT.apart, p, NAMES[number]) for p in mine.people]
        assert facts[:, 1].sum() == sum(alone.count(one) == 1 for one in alone)


def test_a_sample_of_other_points_is_refused(everybody) -> None:
    other = PILOT.joined.assign(hour=PILOT.joined["hour"] + 1)
    with pytest.raises(RiskError, match="has other points in bank than in the joined sample"):
        everybody.refuse_other(point_columns(other))
