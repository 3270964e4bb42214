"""The laws of identify over thousands of histories, with verdicts and a registry that changes."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.stages.work import News
from tests.streams.stages.histories import arrivals, batch_answer
from tests.streams.stages.identified import Town, one_batch
from tests.streams.stages.town import PEOPLE


@pytest.mark.prove
@given(arrivals(), st.randoms(use_true_random=False))
@settings(max_examples=10_000, deadline=None)
def test_any_arrival_gives_one_answer_while_the_registry_changes(
    arrival: tuple[list[News], list[list[News]]], chance: Random
) -> None:
    history, batches = arrival
    town = Town()
    for batch in batches:
        town.feed(*batch)
        if chance.random() < 0.3:
            town.open_again()
    assert town.state() == one_batch(history).state()
    for _ in range(2):
        entering = chance.sample(sorted(PEOPLE), chance.randint(0, 2))
        leaving = {chance.choice(sorted(PEOPLE))} - set(entering)
        town.close(entering, sorted(leaving))
        wanted = batch_answer(history, town)
        assert town.tenancies() == wanted.tenancies
        assert {n: c for n, c in town.counts().items() if n != "duplicate"} == wanted.counts
