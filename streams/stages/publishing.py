"""What is published: counts, bounded and noised, with all that a reader needs to read them."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.ledger import Kind
from linkage.privacy.budget.mechanisms import Sampler, expected_error, sigma_for_squared
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints
from streams.messages import Refused, Release
from streams.store.protocol import Outgoing

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Press:
    """What answers are made with: the domain and the policy, the queries, and noise."""

    domain: Domain
    policy: Policy
    queries: Mapping[str, Query]
    sampler: Sampler

    def count(self, question: Question, rows: Contributions) -> Ints:
        """Return the true counts, every person's part bounded by the question."""
        return self.queries[question.query].tally(question, self.domain, rows)

    def answer(self, kind: Kind, question: Question, request: str, truth: Ints) -> bytes:
        """Return true counts with noise, as they are published."""
        query = self.queries[question.query]
        labels = query.labels(question, self.domain)
        sigma = sigma_for_squared(question.nano_rho, query.l2_squared(question, self.domain))
        noised = dict(zip(labels, self.sampler(truth.tolist(), sigma), strict=True))
        release = Release(
            id=request,
            kind=kind,
            question=question,
            values=query.tell(question, noised, sigma),
            sigma=sigma,
            expected_error=expected_error(sigma),
            half=query.half(sigma, len(labels)),
            unit=query.unit,
            bound=query.bound,
            policy=self.policy.hash,
        )
        return _encode(release)

    def relevant(self, question: Question, rows: Contributions) -> Contributions:
        """Return the rows of the sources that a question is about."""
        codes = [self.domain.sources.index(source) for source in question.sources]
        return rows.take(np.isin(rows.source, codes))


def said(request: str, value: bytes) -> Outgoing:
    """Return what is published as a message."""
    return Outgoing("releases", 0, request.encode(), value)


def refused(
    request: str,
    question: Question | None,
    policy: Policy,
    code: str,
    words: str,
    left: int | None = None,
) -> Outgoing:
    """Return a public refusal as a message."""
    message = Refused(
        id=request,
        question=question,
        code=code,
        words=words,
        left_nano_rho=left,
        policy=policy.hash,
    )
    return said(request, _encode(message))
