"""What anybody may know of the released channel: cost of blocks, curves of counters, refusals.

Told from the answers and refusals alone, so it is as public as they are.
"""

from collections import Counter, OrderedDict
from itertools import groupby
from typing import Any

from linkage.privacy.budget.loss import NANO, PrivacyLoss, epsilon
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.terms import Release as Terms
from linkage.privacy.claims import NEVER_ADDED, OPERATOR, claimed, instead
from streams.dashboard.folds import Seen
from streams.messages import Refused, Release

BLOCKS = 24
"""Blocks whose public cost is shown: the newest, as many as may usually be asked about."""
KEPT = 240
"""Blocks whose cost, and steps of a counter, that are remembered."""


class PublicBudget:
    """Costs of blocks and steps of counters by purpose, and refusals by reason."""

    def __init__(self, capacity: int) -> None:
        self._seen = Seen(capacity)
        self._cost: dict[str, OrderedDict[int, int]] = {}
        self._steps: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}
        self.policies: dict[str, str] = {}
        self.refusals: Counter[str] = Counter()

    def take(self, release: Release) -> None:
        """Add what an answer cost the blocks it is about, once for its id."""
        if not self._seen.is_new(release.id):
            return
        asked = release.question
        self.policies[asked.purpose] = release.policy
        first = asked.last if release.kind == "counter" else asked.first
        costs = self._cost.setdefault(asked.purpose, OrderedDict())
        for block in range(max(first, asked.last - KEPT), asked.last + 1):
            costs[block] = costs.get(block, 0) + asked.nano_rho
        while len(costs) > KEPT:
            del costs[min(costs)]
        if release.kind == "counter":
            steps = self._steps.setdefault((asked.purpose, asked.query), {})
            steps[asked.last] = next(iter(release.values.values())), release.half
            while len(steps) > KEPT:
                del steps[min(steps)]

    def refuse(self, refused: Refused) -> None:
        """Count a public refusal, once for its id and reason."""
        if self._seen.is_new(("refused", refused.id, refused.code, refused.words)):
            self.refusals[refused.code] += 1

    def blocks(self, policy: Policy | None) -> list[dict[str, Any]]:
        """Return runs of blocks whose answers cost the same, by purpose, with what is left."""
        found = []
        for purpose, costs in sorted(self._cost.items()):
            cap = _cap(self.terms(policy, purpose))
            newest = sorted(costs)[-BLOCKS:]
            numbered = enumerate(newest)
            for (cost, _), same in groupby(numbered, key=lambda pair: _same(costs, pair)):
                run = [block for _, block in same]
                left = None if cap is None else max(0, cap - cost) / NANO
                found.append(
                    {
                        "purpose": purpose,
                        "first": run[0],
                        "last": run[-1],
                        "cost_rho": cost / NANO,
                        "left_rho": left,
                    }
                )
        return found

    def counters(self) -> list[dict[str, Any]]:
        """Return the curves of counters: block, value and half of its interval, in order."""
        return [
            {
                "purpose": purpose,
                "name": name,
                "steps": [[block, *steps[block]] for block in sorted(steps)],
            }
            for (purpose, name), steps in sorted(self._steps.items())
        ]

    def terms(self, policy: Policy | None, purpose: str) -> Terms | None:
        """Return a purpose's terms, if its answers were given under this policy."""
        if policy is None or self.policies.get(purpose, policy.hash) != policy.hash:
            return None
        return next((one for one in policy.releases if one.name == purpose), None)


def limits(terms: Terms | None, spent: float) -> dict[str, Any]:
    """Return a person's cap and what is left of it to whom `spent` nano-rho was charged."""
    if terms is None:
        return {"cap_rho": None, "left_rho": None, "epsilon": None, "delta": None}
    return {
        "cap_rho": terms.person_cap / NANO,
        "left_rho": max(0.0, terms.person_cap - spent) / NANO,
        "epsilon": epsilon(PrivacyLoss(int(spent)), terms.delta),
        "delta": terms.delta,
    }


def claims() -> dict[str, str]:
    """Return the sentences that the page says, in the words of linkage.privacy.claims."""
    return {
        "operator": OPERATOR,
        "never_added": NEVER_ADDED,
        "joins": instead("store"),
        "exhaustion": instead("exhaustion"),
        "releases": claimed("release"),
        "relinking": claimed("re-linking"),
    }


def _cap(terms: Terms | None) -> int | None:
    return None if terms is None else terms.block_cap


def _same(costs: OrderedDict[int, int], pair: tuple[int, int]) -> tuple[int, int]:
    place, block = pair
    return costs[block], block - place
