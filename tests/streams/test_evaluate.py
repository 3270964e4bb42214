"""The evaluator: the newest revision counts, whatever the order it hears of them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.evaluate import Evaluator
from streams.messages import Link
from streams.synthetic.truth import Tenancy, Truth

START = 1000


def tenancy(account: str, described: int, **changes: object) -> Tenancy:
    fields: dict[str, object] = {
        "source": "phone",
        "account": account,
        "start": START,
        "described": described,
        "holder": described,
        "stratum": "ok",
        "claimed": described,
        **changes,
    }
    return msgspec.convert(list(fields.values()), Tenancy)


TRUTH = Truth(
    seed=1,
    people=9,
    days=1,
    tenancies=(
        tenancy("a", 1),
        tenancy("b", 2, holder=5),
        tenancy("c", 3, stratum="missing", claimed=None),
        tenancy("d", 8),
        tenancy("e", 4, stratum="borrowed", claimed=6),
    ),
    unregistered=(8,),
)


def link(account: str, person: int | None, revision: int = 0, status: str = "linked") -> bytes:
    return msgspec.json.encode(
        Link(
            id="x",
            source="phone",
            account=account,
            start=START,
            status=status,  # type: ignore[arg-type]
            person=person,
            weight=9.0,
            runner_up=None,
            margin=9.0,
            revision=revision,
            model="m",
            registry_block=0,
        )
    )


SAID = [
    link("a", 7),
    link("a", 1, 1),
    link("b", 2),
    link("c", 3, 0, "review"),
    link("d", 5),
    link("e", 4),
    link("e", 6, 1),
    link("e", None, 2, "retracted"),
    link("nobody's", 1),
]


@given(st.permutations(SAID + SAID[:3]))
def test_the_newest_revisions_count_in_any_order(said: list[bytes]) -> None:
    judge = Evaluator(TRUTH)
    for value in said:
        judge.take(value)
    found, base = judge.overall(), judge.claimed_id_only()
    assert (found.accounts, found.findable, found.linked, found.correct) == (5, 4, 3, 2)
    assert (found.precision.value, found.recall.value) == (pytest.approx(2 / 3), 0.5)
    # The ID of the person outside the registry finds nobody; the borrowed one its owner.
    assert (base.linked, base.correct) == (3, 2)
    assert judge.not_the_holder() == 0.5
    assert {name: q.correct for name, q in judge.strata().items()} == {
        "borrowed": 0,
        "missing": 0,
        "ok": 2,
    }
    assert set(judge.figures()) == {
        "precision",
        "recall",
        "recall_claimed_id_only",
        "precision_claimed_id_only",
        "described_person_is_not_the_holder",
    }


def test_before_anything_is_said() -> None:
    judge = Evaluator(TRUTH)
    assert (judge.overall().recall.value, judge.not_the_holder()) == (0.0, 0.0)
