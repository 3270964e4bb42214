"""What agrees is decided by one rule, here by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.estimate import Estimate
from streams.study import Claim, Row, row, verdict


def ours(low: float, high: float) -> Estimate:
    return Estimate(value=(low + high) / 2, low=low, high=high, n=100, estimand="sample")


SHARE = Claim(says="95 %", value=0.95)
OVER = Claim(says="over 50 %", value=0.5, how="at least")
UNDER = Claim(says="under 50 %", value=0.5, how="at most")
CHANGE = Claim(says="9 % fewer", value=0.09, unit="change")
NUMBER = Claim(says="-1.2", value=-1.2, unit="number")
RANGE = Claim(says="30 % [20, 40]", value=0.3, low=0.2, high=0.4)


@pytest.mark.parametrize(
    ("claim", "low", "high", "said"),
    [
        (SHARE, 0.94, 0.96, "agrees"),
        (SHARE, 0.971, 0.99, "differs"),  # .97 is as far as two of a hundred go
        (SHARE, 0.969, 0.99, "agrees"),
        (SHARE, 0.90, 0.929, "differs"),
        (SHARE, 0.90, 0.931, "agrees"),
        (OVER, 0.51, 0.60, "agrees"),
        (OVER, 0.45, 0.50, "agrees"),  # our interval does not rule it out
        (OVER, 0.45, 0.499, "differs"),
        (UNDER, 0.50, 0.60, "agrees"),
        (UNDER, 0.501, 0.60, "differs"),
        (CHANGE, 0.05, 0.08, "differs"),  # a tenth of .09 is allowed: from .081 on
        (CHANGE, 0.05, 0.082, "agrees"),
        (NUMBER, -1.5, -1.33, "differs"),
        (NUMBER, -1.5, -1.31, "agrees"),
        (RANGE, 0.41, 0.5, "agrees"),
        (RANGE, 0.43, 0.5, "differs"),
        (RANGE, 0.1, 0.17, "differs"),
    ],
)
def test_the_rule_by_hand(claim: Claim, low: float, high: float, said: str) -> None:
    assert verdict(claim, ours(low, high)) == said


def test_what_cannot_be_told_is_not_told_and_says_why() -> None:
    told = row("a share", SHARE, None, "predicts", "because", "nobody is there")
    assert (told.verdict, told.why) == ("not told", "nobody is there")
    there = row("a share", SHARE, ours(0.94, 0.96), "predicts", "because", "nobody is there")
    assert (there.verdict, there.why) == ("agrees", "because")


CLAIMS = st.sampled_from([SHARE, OVER, UNDER, CHANGE, NUMBER, RANGE])
NUMBERS = st.floats(-2, 2)


@given(CLAIMS, NUMBERS, NUMBERS, st.floats(0, 1))
def test_more_doubt_never_makes_a_difference(claim: Claim, a: float, b: float, by: float) -> None:
    low, high = sorted((a, b))
    if verdict(claim, ours(low, high)) == "agrees":
        assert verdict(claim, ours(low - by, high + by)) == "agrees"


@given(CLAIMS)
def test_the_published_figure_agrees_with_itself(claim: Claim) -> None:
    assert verdict(claim, ours(claim.value, claim.value)) == "agrees"


def test_a_verdict_cannot_be_written_by_hand() -> None:
    told = Row("a share", SHARE, ours(0.1, 0.2), "predicts", "because")
    with pytest.raises(AttributeError):
        told.verdict = "agrees"  # type: ignore[misc]
