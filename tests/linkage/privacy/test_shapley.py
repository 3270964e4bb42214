"""Shapley values and dividends: by the axioms, over permutations, and in a game worked by hand."""

from itertools import permutations
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.shapley import coalitions, dividends, shapley

NAMES = ("phone", "bank", "internet", "hotel", "metro", "post", "shop", "school")
WORTH = st.floats(-20.0, 20.0)


@st.composite
def games(draw, most=6):
    players = NAMES[: draw(st.integers(0, most))]
    return players, {coalition: draw(WORTH) for coalition in coalitions(players)}


def relabelled(coalition, one, other):
    swap = {one: other, other: one}
    return frozenset(swap.get(player, player) for player in coalition)


def test_the_glove_game_by_hand() -> None:
    """One left glove, two right ones; a pair is worth 1 (Shapley values 2/3, 1/6, 1/6)."""
    players = ("left", "right", "spare")
    value = {c: float("left" in c and len(c) > 1) for c in coalitions(players)}
    shares = shapley(players, value)
    assert shares == pytest.approx({"left": 2 / 3, "right": 1 / 6, "spare": 1 / 6}, abs=1e-15)
    assert shares["right"] == shares["spare"]
    found = dividends(players, value)
    assert found[frozenset(players)] == -1.0
    assert found[frozenset({"left", "right"})] == found[frozenset({"left", "spare"})] == 1.0
    assert [found[c] for c in coalitions(players) if len(c) < 2] == [0.0] * 4


@given(games(most=5))
def test_it_is_the_mean_over_all_orders(game) -> None:
    players, value = game
    orders = list(permutations(players))
    got = shapley(players, value)
    assert list(got) == list(players)
    for player in players:
        added = [
            value[frozenset(order[: at + 1])] - value[frozenset(order[:at])]
            for order in orders
            for at in [order.index(player)]
        ]
        assert got[player] == pytest.approx(fsum(added) / len(orders), abs=1e-12)


@given(games(most=8))
def test_shares_add_up(game) -> None:
    players, value = game
    whole = value[frozenset(players)] - value[frozenset()]
    assert abs(fsum(shapley(players, value).values()) - whole) <= 1e-12


@given(games(), st.data())
def test_equal_players_get_equal_floats(game, data) -> None:
    players, value = game
    if len(players) < 2:
        return
    one, other = data.draw(st.permutations(players))[:2]
    fair = {c: value[min(c, relabelled(c, one, other), key=sorted)] for c in value}
    shares = shapley(players, fair)
    assert shares[one] == shares[other]


@given(games(), st.data())
def test_who_adds_nothing_gets_nothing(game, data) -> None:
    players, value = game
    if not players:
        return
    idle = data.draw(st.sampled_from(players))
    without = {c: value[c - {idle}] for c in value}
    assert shapley(players, without)[idle] == 0.0
    assert all(d == 0.0 for c, d in dividends(players, without).items() if idle in c)


@given(games(), st.randoms(use_true_random=False), st.floats(-3, 3))
def test_it_is_linear_in_the_game(game, random, factor) -> None:
    players, one = game
    other = {c: random.uniform(-20, 20) for c in one}
    both = shapley(players, {c: one[c] + factor * other[c] for c in one})
    first, second = shapley(players, one), shapley(players, other)
    for player in players:
        assert both[player] == pytest.approx(first[player] + factor * second[player], abs=1e-11)


@given(games(most=8))
def test_dividends_of_the_parts_add_up_to_the_whole(game) -> None:
    players, value = game
    found = dividends(players, value)
    assert found[frozenset()] == value[frozenset()]
    for whole in coalitions(players):
        assert abs(fsum(d for part, d in found.items() if part <= whole) - value[whole]) < 1e-11


@given(games())
def test_a_share_is_an_equal_part_of_the_dividends(game) -> None:
    players, value = game
    found = dividends(players, value)
    for player, share in shapley(players, value).items():
        parts = fsum(d / len(c) for c, d in found.items() if player in c)
        assert share == pytest.approx(parts, abs=1e-11)


@given(games(), st.randoms(use_true_random=False))
def test_the_order_of_the_players_is_only_that_of_the_answer(game, random) -> None:
    players, value = game
    shuffled = random.sample(players, len(players))
    assert shapley(shuffled, value) == shapley(players, value)
    assert dividends(shuffled, value) == dividends(players, value)


def test_coalitions_of_more_players_are_passed_over() -> None:
    value = {c: float(len(c)) ** 2 for c in coalitions(NAMES)}
    assert shapley(NAMES[:2], value) == {"phone": 2.0, "bank": 2.0}


def test_nobody_shares_nothing() -> None:
    assert shapley((), {frozenset(): 3.0}) == {}
    assert dividends((), {frozenset(): 3.0}) == {frozenset(): 3.0}


@pytest.mark.parametrize("question", [shapley, dividends])
@pytest.mark.parametrize(
    ("players", "missing", "words"),
    [
        (("a", "b"), {frozenset("ab"): None}, r"coalition a\+b has no value: each of the 4"),
        (("a", "b"), {frozenset(): None}, "coalition nobody has no value"),
        (("a", "b"), {frozenset("b"): float("nan")}, "coalition b has the value nan"),
        (("a", "a"), {}, r"players \['a', 'a'\]: a player is named twice"),
    ],
)
def test_a_game_with_a_gap_is_refused_by_name(question, players, missing, words) -> None:
    value = dict.fromkeys(coalitions(sorted(set(players))), 1.0) | missing
    with pytest.raises(ValueError, match=words):
        question(players, {c: v for c, v in value.items() if v is not None})


def test_the_laws_catch_weights_of_the_wrong_size(monkeypatch) -> None:
    """A share by the plain mean over coalitions (Banzhaf) does not add up."""
    monkeypatch.setattr("linkage.privacy.shapley.factorial", lambda _: 1)
    with pytest.raises(AssertionError):
        test_shares_add_up()
