"""Laws of the Pareto front, and a table worked out by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.pareto import Figures, clearly, front

# Few values, so that there are ties and duplicates.
VALUE = st.integers(0, 6)
CHOICES = st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=12)
WIDTH = st.integers(0, 2)
MEASURED = st.lists(st.tuples(VALUE, VALUE, WIDTH, WIDTH, WIDTH, WIDTH), min_size=1, max_size=8)


def dominates(one, other) -> bool:
    """Return whether one choice of (risk, use) is as good in both and better in one."""
    return one[0] <= other[0] and one[1] >= other[1] and one != other


def marked(choices) -> list[bool]:
    risk, use = np.array(choices, dtype=float).T
    return front(risk, use).tolist()


def figures(measured) -> tuple[Figures, Figures]:
    risk, use, down, up, less, more = np.array(measured, dtype=float).T
    return Figures(risk, risk - down, risk + up), Figures(use, use - less, use + more)


@given(CHOICES)
def test_nobody_on_the_front_is_dominated_and_everybody_off_it_is_by_one_on_it(choices) -> None:
    on = marked(choices)
    best = [choice for choice, yes in zip(choices, on, strict=True) if yes]
    assert best
    for choice, yes in zip(choices, on, strict=True):
        assert yes != any(dominates(other, choice) for other in choices)
        assert yes or any(dominates(other, choice) for other in best)


@given(CHOICES, st.randoms(use_true_random=False))
def test_the_order_of_choices_does_not_matter(choices, chance) -> None:
    order = list(range(len(choices)))
    chance.shuffle(order)
    on = marked(choices)
    assert marked([choices[i] for i in order]) == [on[i] for i in order]


@given(CHOICES, st.data())
def test_a_duplicate_is_where_its_like_is_and_moves_nobody(choices, data) -> None:
    twin = data.draw(st.integers(0, len(choices) - 1))
    on = marked(choices)
    assert marked([*choices, choices[twin]]) == [*on, on[twin]]


@given(CHOICES)
def test_only_the_order_of_values_counts(choices) -> None:
    """A scale that rises keeps the front: percent or share, crowd or its logarithm."""
    scaled = [(np.exp(risk), use**3) for risk, use in choices]
    assert marked(scaled) == marked(choices)


@given(MEASURED)
def test_what_is_clear_holds_wherever_in_the_intervals_the_truth_is(measured) -> None:
    risk, use = figures(measured)
    on, clear = front(risk.value, use.value), clearly(risk, use)
    draw = np.random.default_rng(len(measured))
    for _ in range(20):
        # A corner of each choice's rectangle, where most can go wrong, or anywhere in it.
        at = draw.choice([0.0, 1.0, draw.random()], (2, len(measured)))
        true_risk = risk.low + at[0] * (risk.high - risk.low)
        true_use = use.low + at[1] * (use.high - use.low)
        for place in np.flatnonzero(clear):
            mine = true_risk[place], true_use[place]
            beaten = any(
                dominates((r, u), mine)
                for other, (r, u) in enumerate(zip(true_risk, true_use, strict=True))
                if (risk.value[other], use.value[other]) != (risk.value[place], use.value[place])
            )
            assert beaten != on[place]


@given(CHOICES)
def test_without_doubt_everything_is_clear(choices) -> None:
    risk, use = np.array(choices, dtype=float).T
    found = clearly(Figures(risk, risk, risk), Figures(use, use, use))
    assert found.all()


@given(MEASURED)
def test_more_doubt_makes_nothing_clearer(measured) -> None:
    risk, use = figures(measured)
    wider = Figures(risk.value, risk.low - 1, risk.high + 1)
    assert not (clearly(wider, use) & ~clearly(risk, use)).any()


def test_a_table_by_hand() -> None:
    """Risk, use: A (.9, 1), B (.5, .8), C (.6, .7), D (.1, .2), E as B."""
    risk = np.array([0.9, 0.5, 0.6, 0.1, 0.5])
    use = np.array([1.0, 0.8, 0.7, 0.2, 0.8])
    assert front(risk, use).tolist() == [True, True, False, True, True], "only C: B beats it"
    narrow = Figures(risk, risk - 0.04, risk + 0.04), Figures(use, use, use)
    assert clearly(*narrow).tolist() == [True] * 5, "B and C are .1 apart, their ends .02"
    wide = Figures(risk, risk - 0.06, risk + 0.06), Figures(use, use, use)
    # C could be better than B now; whether it is off the front is open. And so for nobody else:
    # C has less use than A and B, and more risk than D, wherever it is.
    assert clearly(*wide).tolist() == [True, True, False, True, True]


def test_a_figure_of_which_more_is_better_is_turned() -> None:
    crowd = Figures(np.array([1.0, 9.0]), np.array([1.0, 8.0]), np.array([2.0, 9.5]))
    turned = crowd.turned()
    assert turned.value.tolist() == [-1.0, -9.0]
    assert (turned.low <= turned.value).all()
    assert (turned.value <= turned.high).all()
    assert front(turned.value, np.array([1.0, 1.0])).tolist() == [False, True]
