"""Each query on a world small enough to count by hand: a plane of 3 x 3 cells but for the last."""

import numpy as np
import pytest

from linkage.privacy.budget.queries.top_cells import CHANCE, threshold
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.simulated_noise import discrete_gaussian
from linkage.privacy.budget.squares import squares
from tests.linkage.privacy.budget.query_worlds import DOMAIN, question_to, rows

QUERIES = load_queries()
PHONE, BANK, INTERNET = range(3)
# person, source, block, place, events; the plane has cells 1-8, three to a row.
WORLD = [
    (1, PHONE, 0, 1, 3),
    (1, PHONE, 1, 2, 1),
    (1, BANK, 1, 2, 2),
    (1, INTERNET, 0, 1, 4),  # region 1, not cell 1
    (2, PHONE, 0, 1, 1),
    (2, PHONE, 3, 8, 9),
    (3, BANK, 2, 0, 1),  # a place off the plane
    (3, BANK, 9, 5, 1),  # a block not asked about
]
ALL = ("phone", "bank", "internet")


def counted(name: str, **fields: object) -> dict[str, int]:
    query = QUERIES[name]
    question = question_to(query, **{"first": 0, "last": 3, **fields})
    labels = query.labels(question, DOMAIN)
    values = query.tally(question, DOMAIN, rows(WORLD)).tolist()
    return dict(zip(labels, values, strict=True))


def some(found: dict[str, int]) -> dict[str, int]:
    return {label: value for label, value in found.items() if value}


def test_active_people_in_the_order_asked_for() -> None:
    assert counted("active_people") == {"phone": 2, "bank": 2, "internet": 1}
    assert counted("active_people", sources=("bank", "phone"), last=1) == {"bank": 1, "phone": 2}


def test_sums_of_events_up_to_a_bound() -> None:
    assert counted("total_events", most=5) == {"events": 5 + 5 + 1}
    assert counted("total_events", most=100) == {"events": 10 + 10 + 1}
    assert counted("source_events", most=3) == {"phone": 3 + 3, "bank": 2 + 1, "internet": 3}
    assert counted("source_events", most=9, sources=("bank",)) == {"bank": 3}


def test_events_by_window() -> None:
    assert counted("hour_events", most=100, hours=2) == {"0": 11, "2": 10}
    assert counted("hour_events", most=100, hours=3, last=4) == {"0": 12, "3": 9}
    bounded = counted("hour_events", most=2, hours=1)
    assert sum(bounded.values()) == 2 + 2 + 1 and bounded["2"] == 1


def test_people_by_square_leave_out_what_is_no_cell() -> None:
    assert some(counted("cell_people", most=4)) == {"1": 2, "2": 1, "8": 1}
    assert counted("cell_people", most=4, side=2) == {"1": 2, "3": 0, "7": 1}
    assert counted("cell_people", most=4, sources=("internet",)) == {}


def test_people_by_square_and_window() -> None:
    assert some(counted("cell_hours", most=9)) == {"0/1": 2, "1/2": 1, "3/8": 1}
    coarse = counted("cell_hours", most=9, hours=2, side=3)
    assert coarse == {"0/1": 2, "2/1": 1}


def test_people_by_class_with_a_class_for_what_is_no_cell() -> None:
    found = counted("class_people", most=9, hours=4, side=3)
    assert found == {
        **{"phone/0/1": 2, "phone/0/elsewhere": 0},
        **{"bank/0/1": 1, "bank/0/elsewhere": 1},
        "internet/0/elsewhere": 1,
    }


def test_the_largest_squares_are_those_above_the_threshold() -> None:
    query = QUERIES["top_cells"]
    question = question_to(query, k=2, most=1)
    low = threshold(8, 3.0)
    noisy = {str(cell): low + cell % 4 for cell in range(1, 8)} | {"8": low - 1}
    assert query.tell(question, noisy, 3.0) == {"3": low + 3, "7": low + 3}
    assert list(query.tell(question_to(query, k=9), noisy, 3.0)) == list("3726154")
    assert query.tell(question, {"1": threshold(1, 3.0) - 1}, 3.0) == {}


@pytest.mark.parametrize("sigma", [0.4, 1.0, 3.0, 44.7])
@pytest.mark.parametrize("many", [1, 8, 4348])
def test_an_empty_square_passes_once_in_a_million(many: int, sigma: float) -> None:
    """By the law itself, summed: the chance is kept, and not kept by much more than needed."""
    reach = np.arange(-int(40 * sigma) - 40, int(40 * sigma) + 41)
    law = np.exp(-(reach**2) / (2 * sigma**2))
    law /= law.sum()
    least = threshold(many, sigma)
    assert many * law[reach >= least].sum() <= CHANCE
    if sigma >= 3:
        assert many * law[reach >= least - 3].sum() > CHANCE / 50


def test_with_seeded_noise_no_empty_square_is_ever_named() -> None:
    query, rng = QUERIES["top_cells"], np.random.default_rng(5)
    question, sigma = question_to(query), 22.4
    for _ in range(50):
        noise = discrete_gaussian(rng, sigma, 1000).tolist()
        told = query.tell(question, {str(n): value for n, value in enumerate(noise)}, sigma)
        assert told == {}


def test_squares_at_the_rim() -> None:
    assert squares(DOMAIN, 1).labels == tuple("12345678")
    assert squares(DOMAIN, 2).labels == ("1", "3", "7")
    assert squares(DOMAIN, 2).of.tolist() == [0, 0, 1, 0, 0, 1, 2, 2]
    assert squares(DOMAIN, 9).labels == ("1",)


def test_the_sensitivities_by_hand() -> None:
    def squared(name: str, **fields: object) -> int:
        return QUERIES[name].l2_squared(question_to(QUERIES[name], **fields), DOMAIN)

    assert squared("active_people") == 3
    assert squared("total_events", most=8) == squared("hour_events", most=8) == 64
    assert squared("source_events", most=4) == 48
    assert squared("cell_people", most=4) == squared("top_cells", most=4) == 4
    assert squared("cell_people", most=400) == 8, "the plane has no more cells"
    assert squared("cell_hours", most=400, hours=6, side=2) == 3
    assert squared("class_people", most=400, hours=3, side=3) == 2 * (2 + 2 + 1)


def test_the_interval_holds_for_the_squares_that_are_named() -> None:
    """They are named because their noise was high: an interval of each by itself would not do."""
    query, sigma, names = QUERIES["top_cells"], 40.0, [str(n) for n in range(90)]
    question = question_to(query, first=0, last=3, k=10)
    noise = discrete_gaussian(np.random.default_rng(7), sigma, 500 * 90).reshape(500, 90)
    off = [
        max((abs(value - 240) for value in told.values()), default=0)
        for row in noise.tolist()
        for values in [{n: 240 + x for n, x in zip(names, row, strict=True)}]
        for told in [query.tell(question, values, sigma)]
    ]
    whole, alone = query.half(sigma, 90), QUERIES["cell_people"].half(sigma, 90)
    assert np.mean(np.array(off) <= whole) > 0.93, "all that are named, at once"
    assert np.mean(np.array(off) <= alone) < 0.5
