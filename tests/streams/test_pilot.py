"""A pilot joins the people who are drawn, and nobody else."""

import pandas as pd

from streams.pilot import drawn

POINTS = pd.DataFrame(
    [(n, source, n, 0) for n in range(1, 31) for source in ("bank", "phone", "internet")],
    columns=["person", "source", "hour", "place"],
)


def test_the_drawn_keep_their_numbers_and_nobody_else_has_one_in_two_sources() -> None:
    found = drawn(POINTS, ("phone", "bank"), 8, 30, seed=3)
    joined = set(found.pilot.joined["person"])
    assert len(joined) == found.pilot.drawn == 8
    assert found.pilot.population == 30
    assert set(found.pilot.apart["source"]) == {"phone", "bank"}
    seen = found.pilot.apart.groupby("person")["source"].nunique()
    assert set(seen.index[seen == 2]) == joined
    assert len(seen) == 8 + 2 * 22
    assert found.pilot.apart["hour"].tolist() == found.everybody["hour"].tolist()


def test_who_is_drawn_is_the_seeds_choice() -> None:
    who = [set(drawn(POINTS, ("phone",), 8, 30, seed).pilot.joined["person"]) for seed in (1, 1, 2)]
    assert who[0] == who[1] != who[2]
