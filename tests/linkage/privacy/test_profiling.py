"""The profiling attack finds those whose habits stay, and nobody by chance alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy import profiling
from linkage.privacy.profiling import Ranking, Sightings, rank_own

PROFILES = st.lists(
    st.dictionaries(st.integers(0, 5), st.integers(1, 4), min_size=1, max_size=4),
    min_size=1,
    max_size=8,
)
NOBODY = np.empty(0, dtype=np.int64)


def sightings(profiles: list[dict[int, int]], names: np.ndarray | None = None) -> Sightings:
    """Somebody's habits and how often they were seen with each; `names` in place of 0, 1, 2 ..."""
    rows = [
        (person, habit)
        for person, profile in enumerate(profiles)
        for habit, times in profile.items()
        for _ in range(times)
    ]
    who, habit = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return Sightings(who if names is None else names[who], habit)


def plainly(known: list[dict[int, int]], released: list[dict[int, int]], weight: float) -> list:
    """The scores by the formula, one target and pseudonym at a time."""
    habits = set().union(*released)
    total = {f: sum(profile.get(f, 0) for profile in released) for f in habits}
    g = {f: n / sum(total.values()) for f, n in total.items()}

    def score(mine: dict[int, int], theirs: dict[int, int]) -> float:
        n, found = sum(theirs.values()), 0.0
        for f, times in mine.items():
            share = g.get(f, 1.0)  # nobody showed it: no pseudonym gains by it
            found += times * np.log((theirs.get(f, 0) + weight * share) / (n + weight) / share)
        return found

    return [[score(mine, theirs) for theirs in released] for mine in known]


@given(PROFILES, st.randoms(use_true_random=False))
def test_who_repeats_habits_of_their_own_is_always_found(profiles, random) -> None:
    own_habits = [{10 * i + f: n for f, n in p.items()} for i, p in enumerate(profiles)]
    names = np.array(random.sample(range(100), len(profiles)))
    found = rank_own(sightings(own_habits), sightings(own_habits, names), names)
    assert found.first.tolist() == [1.0] * len(profiles)


@given(PROFILES)
def test_a_period_repeated_finds_everybody_whose_shares_are_theirs_alone(profiles) -> None:
    """With hardly any smoothing no profile fits better than one's own (Gibbs' inequality)."""
    ranking = rank_own(
        sightings(profiles), sightings(profiles), np.arange(len(profiles)), weight=1e-9
    )
    shares = [{f: n / sum(p.values()) for f, n in p.items()} for p in profiles]
    alike = [sum(mine == other for other in shares) for mine in shares]
    assert [first > 0 for first in ranking.first] == [True] * len(profiles)
    assert [tied + 1 for tied in ranking.tied] == alike


@given(PROFILES, PROFILES, st.sampled_from([0.5, 3.0, 20.0]))
def test_ranks_are_those_of_the_formula(known, released, weight) -> None:
    own = np.arange(len(known)) % len(released)
    scores = np.array(plainly(known, released, weight))
    ranking = rank_own(sightings(known), sightings(released), own, weight)
    for target, mine in enumerate(own):
        right = scores[target, mine]
        near = 1e-9 * (1 + abs(right))
        assert ranking.better[target] == (scores[target] > right + near).sum()
        assert ranking.tied[target] == (abs(scores[target] - right) <= near).sum() - 1


@given(PROFILES, st.randoms(use_true_random=False))
def test_new_pseudonyms_change_nothing(profiles, random) -> None:
    n = len(profiles)
    names = np.array(random.sample(range(1000), n))
    before = rank_own(sightings(profiles), sightings(profiles), np.arange(n))
    after = rank_own(sightings(profiles), sightings(profiles, names), names)
    assert (before.better == after.better).all()
    assert (before.tied == after.tied).all()


def town(people: int, places: int, steps: int, seed: int) -> tuple[Sightings, np.ndarray]:
    """People with three favourite places each, seen `steps` times."""
    draw = np.random.default_rng(seed)
    favourites = np.random.default_rng(1).integers(0, places, (people, 3))
    who = np.repeat(np.arange(people), steps)
    return Sightings(who, favourites[who, draw.integers(0, 3, len(who))]), np.arange(people)


def test_the_control_with_shuffled_pseudonyms_is_at_chance() -> None:
    people = 1_500
    known, own = town(people, 400, 12, seed=2)
    released, _ = town(people, 400, 12, seed=3)
    found = float(rank_own(known, released, own).first.mean())
    shuffled = np.random.default_rng(4).permutation(people)
    control = float(rank_own(known, released, shuffled).first.mean())
    assert found > 0.9
    assert control <= 6 / people  # one right guess is expected; more than six: below 1e-3


def test_a_mutant_that_forgets_how_much_a_pseudonym_was_seen_loses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the loss for each sighting, who is seen most would fit everybody best."""
    known = sightings([{0: 1, 1: 1}, {0: 1, 2: 1}])
    released = sightings([{0: 2, 1: 2}, {0: 30, 1: 3, 2: 3}])
    assert rank_own(known, released, np.array([0, 1])).first.tolist() == [1.0, 1.0]
    whole = profiling._profiles
    monkeypatch.setattr(profiling, "_profiles", lambda *given: (whole(*given)[0], np.zeros(2)))
    assert rank_own(known, released, np.array([0, 1])).first.tolist() == [0.0, 1.0]


def test_somebody_never_seen_fits_all_alike() -> None:
    ranking = rank_own(Sightings(NOBODY, NOBODY), sightings([{0: 1}, {1: 1}]), np.array([1, 0]))
    assert ranking.first.tolist() == [0.5, 0.5]
    assert ranking.rank.tolist() == [1.5, 1.5]
    assert rank_own(Sightings(NOBODY, NOBODY), Sightings(NOBODY, NOBODY), NOBODY).first.size == 0


def test_the_mean_rank_and_the_chance_of_one_guess() -> None:
    ranking = Ranking(np.array([0, 0, 2]), np.array([0, 3, 1]))
    assert ranking.first.tolist() == [1.0, 0.25, 0.0]
    assert ranking.rank.tolist() == [1.0, 2.5, 3.5]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight": 0.0}, "weight: got 0.0, needs a number above 0"),
        ({"own": np.array([0])}, "target 1: needs a row of `own`, which has 1"),
        ({"own": np.array([0, 7])}, "own: pseudonym 7 is not in the release"),
    ],
)
def test_what_cannot_be_attacked_is_named(change: dict, said: str) -> None:
    given = {
        "known": sightings([{0: 1}, {1: 1}]),
        "released": sightings([{0: 1}, {1: 1}]),
        "own": np.array([0, 1]),
        "weight": 3.0,
    }
    with pytest.raises(RiskError, match=said):
        rank_own(**{**given, **change})


@pytest.mark.parametrize(
    ("who", "habit", "said"),
    [([0, 1], [0], "2 rows of who, 1 of habit"), ([0], [-1], "habit: got -1")],
)
def test_sightings_are_pairs_of_numbers(who: list, habit: list, said: str) -> None:
    with pytest.raises(RiskError, match=said):
        Sightings(np.array(who), np.array(habit))
