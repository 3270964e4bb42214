"""What it would cost to show some points of a person joined, and to how many it could be done."""

import msgspec
import numpy as np

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.rows import Ints
from streams.budget.exposure import Accounts
from streams.budget.request import JoinAsked
from streams.budget.words import bits


class PairPrice(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of sources: what the points cost there by the public tariff, in millibits."""

    sources: tuple[str, str]
    cost_millibits: int


class JoinPrice(msgspec.Struct, frozen=True, kw_only=True):
    """A join's price; `refusal` says why nobody could be shown it, and is public.

    `room` of the `people` of whom anything was asked for could be shown all the points: that is the
    operator's view. Of whom nothing was asked, all could, unless it is refused.
    """

    purpose: str
    points: dict[str, int]
    cap_millibits: int
    pairs: tuple[PairPrice, ...]
    refusal: str | None
    room: int
    people: int


def join_price(asked: JoinAsked, accounts: Accounts) -> JoinPrice:
    """Return what a join would cost each person, charging nobody."""
    purpose = accounts.purpose
    costs = pair_costs(purpose, asked)
    dearest = int(costs.max(initial=0))
    refusal = None
    if dearest > purpose.cap:
        pair = "+".join(purpose.pairs[int(costs.argmax())])
        refusal = (
            f"points: they cost {bits(dearest)} bits of {pair}, and {purpose.name} may spend "
            f"{bits(purpose.cap)} of a person; ask for fewer"
        )
    return JoinPrice(
        purpose=purpose.name,
        points=dict(asked.points),
        cap_millibits=purpose.cap,
        pairs=tuple(
            PairPrice(sources=pair, cost_millibits=cost)
            for pair, cost in zip(purpose.pairs, costs.tolist(), strict=True)
            if cost
        ),
        refusal=refusal,
        room=int((accounts.spent + costs <= purpose.cap).all(axis=1).sum()),
        people=len(accounts.person),
    )


def pair_costs(purpose: Purpose, asked: JoinAsked) -> Ints:
    """Return the millibits that the points cost on each pair: K_s tariff_s + K_t tariff_t.

    >>> security = Purpose("security", ("phone", "bank"), (12_000, 9_000), 24_000)
    >>> pair_costs(security, JoinAsked("security", {"phone": 1, "bank": 1})).tolist()
    [21000]
    """
    costs = np.zeros(len(purpose.pairs), np.int64)
    rows = zip(purpose.sources, purpose.tariffs, purpose.touched, strict=True)
    for source, tariff, touched in rows:
        costs[list(touched)] += tariff * asked.points.get(source, 0)
    return costs
