"""Is a counter's state what its entries come to, and what it told what its state comes to?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from linkage.privacy.budget.continual import ContinualState, Terms, answered, design
from linkage.privacy.budget.ledger import Entry
from linkage.privacy.budget.policy import Policy
from linkage.privacy.rows import Ints


def counter_faults(
    entries: Sequence[Entry],
    state: ContinualState | None,
    times: Ints,
    policies: Sequence[Policy],
    answers: Mapping[str, bytes],
) -> Iterator[str]:
    """Yield what is wrong with a counter of which these are the entries, in order.

    `times` is how often it counted each person by its entries, `policies` are those of its entries.
    """
    if state is None or not entries:
        yield "its state is gone" if entries else "nobody was charged for it"
        return
    terms = state.terms
    if not policies:
        yield "is not followed, since no policy of its entries can be read"
        return
    if _stated(entries[0], policies) != {terms}:
        yield f"its terms are not those of the policy of its entries: {_told(terms)}"
        return  # It is not followed: it may go on for ever.
    for entry in entries:
        if (entry.nano_rho, entry.question.most) != (terms.nano_rho, terms.contributions):
            yield f"entry {entry.number} has other terms than {_told(terms)}"
    if (most := int(times.max(initial=0))) > terms.contributions:
        yield f"somebody was counted {most} times, most is {terms.contributions}"
    if list(zip(*state.increments, strict=True)) != [entry.truth for entry in entries]:
        yield "its increments are not the true counts of its entries"
    if state.steps != len(entries):
        yield f"it has {state.steps} steps and {len(entries)} entries"
        return
    plan = design(terms.horizon, terms.contributions, terms.nano_rho)
    for step, entry in enumerate(entries):
        published = answers.get(entry.request)
        if published is not None and _values(published) != answered(plan, state, step).values:
            yield f"entry {entry.number} has an answer that its noised integers do not come to"


def _stated(entry: Entry, policies: Iterable[Policy]) -> set[Terms]:
    """Return on which terms these policies have the counter of an entry."""
    return {
        Terms(counter.horizon, counter.most, counter.nano_rho)
        for policy in policies
        for release in policy.releases
        for counter in release.counters
        if (release.name, counter.name) == (entry.question.purpose, entry.question.query)
    }


def _told(terms: Terms) -> str:
    return (
        f"horizon_blocks {terms.horizon}, nano_rho {terms.nano_rho} and most {terms.contributions}"
    )


def _values(published: bytes) -> tuple[int, ...] | None:
    """Return the values of an answer, None for bytes that are no answer."""
    try:
        return tuple(msgspec.json.decode(published, type=_Values).values.values())
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Values(msgspec.Struct):
    """What of an answer is looked at."""

    values: dict[str, int]
