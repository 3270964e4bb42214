"""What a batch of questions would cost, said beforehand: nothing is charged, nobody is looked at.

All is worked out from the policy, the questions and what blocks have cost, which is public.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

import msgspec

from linkage.privacy.budget.admission import Blocks, Refusal, left, refusal
from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.loss import PrivacyLoss, epsilon
from linkage.privacy.budget.mechanisms import expected_error, sigma_for_squared
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer would be like: how many numbers, and how far each of them may be off.

    `epsilon` belongs to the answer's rho at the purpose's `delta`, for display. `expected_error` is
    the mean absolute noise of each number, `half_width` holds it with 95 %; what the bound on each
    person cuts off, and whom a cap leaves out, comes on top, and cannot be told without a look at
    them. A query that keeps some numbers back, such as those of small squares, tells fewer than
    `numbers`, and its `half_width` is for all at once.
    """

    epsilon: float
    delta: float
    l2_squared: int
    sigma: float
    expected_error: float
    half_width: int
    numbers: int


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a batch; `noise` is missing where it is refused.

    `nano_rho` is what it costs each person who is counted: 0 if refused, and 0 if it is `again` a
    question that was asked before, which gets the same answer.
    """

    question: Question
    request: str
    nano_rho: int
    again: bool
    noise: Noise | None = None
    refusal: Refusal | None = None


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What one block would have left of a purpose's block cap, before and after the batch."""

    purpose: str
    block: int
    before: int
    after: int
    cap: int


class Worst(msgspec.Struct, frozen=True, kw_only=True):
    """What the batch costs a person who is counted in all of it, and how often they can be.

    `purpose` is None for all purposes together, under the lifetime cap. `batches` is how many such
    batches the `cap` allows somebody who has spent nothing; it is None where the batch is free.
    """

    purpose: str | None
    nano_rho: int
    epsilon: float
    delta: float
    cap: int
    batches: int | None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a batch: of each question in order, of blocks, and of a person at worst."""

    questions: tuple[Priced, ...]
    left: tuple[Left, ...]
    worst: tuple[Worst, ...]


def quote(
    policy: Policy,
    domain: Domain,
    questions: Iterable[Question],
    blocks: Blocks,
    answered: Collection[str] = (),
) -> Quote:
    """Return what these questions would cost, asked one after the other.

    Each is checked against what the ones before it would leave, and only one that passes all checks
    takes anything. `answered` are the requests that have an answer or wait for one: these are free,
    and so is a question that the batch has twice.
    """
    after, priced = blocks, list[Priced]()
    known = set(answered)
    for question in questions:
        one = _priced(policy, domain, question, after, known)
        priced.append(one)
        if one.nano_rho:
            after = _deducted(after, question)
            known.add(one.request)
    return Quote(
        questions=tuple(priced),
        left=tuple(_left(policy, priced, blocks, after)),
        worst=tuple(_worst(policy, priced)),
    )


def noise_of(domain: Domain, question: Question, delta: float) -> Noise:
    """Return what the answer to a question would be like, whether or not a policy offers it."""
    query = load_queries()[question.query]
    l2_squared = query.l2_squared(question, domain)
    sigma = sigma_for_squared(question.nano_rho, l2_squared)
    numbers = len(query.labels(question, domain))
    return Noise(
        epsilon=epsilon(PrivacyLoss(question.nano_rho), delta),
        delta=delta,
        l2_squared=l2_squared,
        sigma=sigma,
        expected_error=expected_error(sigma),
        half_width=query.half(sigma, numbers),
        numbers=numbers,
    )


def _priced(
    policy: Policy, domain: Domain, question: Question, blocks: Blocks, known: Collection[str]
) -> Priced:
    request = question.request(policy.hash)
    again = request in known
    found = None if again else refusal(policy, domain, question, blocks)
    delta = {release.name: release.delta for release in policy.releases}.get(question.purpose)
    fits = found is None and delta is not None
    return Priced(
        question=question,
        request=request,
        nano_rho=question.nano_rho if fits and not again else 0,
        again=again,
        noise=noise_of(domain, question, delta) if fits and delta is not None else None,
        refusal=found,
    )


def _deducted(blocks: Blocks, question: Question) -> Blocks:
    spent = dict(blocks.spent)
    for block in range(question.first, question.last + 1):
        key = question.purpose, block
        spent[key] = spent.get(key, 0) + question.nano_rho
    return replace(blocks, spent=spent)


def _left(
    policy: Policy, priced: Iterable[Priced], before: Blocks, after: Blocks
) -> Iterable[Left]:
    """Return every block that a question which passed is about, by purpose and block."""
    asked = {
        (one.question.purpose, block)
        for one in priced
        if one.refusal is None
        for block in range(one.question.first, one.question.last + 1)
    }
    releases = {release.name: release for release in policy.releases}
    for purpose, block in sorted(asked):
        release = releases[purpose]
        yield Left(
            purpose=purpose,
            block=block,
            before=left(release, block, before),
            after=left(release, block, after),
            cap=release.block_cap,
        )


def _worst(policy: Policy, priced: Iterable[Priced]) -> Iterable[Worst]:
    """Return a line for each purpose that is charged, then one for all of them together."""
    cost = Counter[str]()
    for one in priced:
        cost[one.question.purpose] += one.nano_rho
    charged = [release for release in policy.releases if cost[release.name]]
    for release in charged:
        yield _line(release.name, cost[release.name], release.delta, release.person_cap)
    # One purpose's delta is as good as another's; the greatest is the weakest claim.
    delta = max((release.delta for release in charged), default=1e-6)
    yield _line(None, sum(cost.values()), delta, policy.lifetime)


def _line(purpose: str | None, nano_rho: int, delta: float, cap: int) -> Worst:
    return Worst(
        purpose=purpose,
        nano_rho=nano_rho,
        epsilon=epsilon(PrivacyLoss(nano_rho), delta),
        delta=delta,
        cap=cap,
        batches=cap // nano_rho if nano_rho else None,
    )
