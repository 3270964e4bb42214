"""The operator's view of both ledgers, side by side and never added."""

from collections.abc import Iterator, Sequence

import msgspec

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.budget.policy import Policy
from linkage.privacy.claims import NEVER_ADDED, OPERATOR, instead
from streams.budget.exposure import (
    PersonExposure,
    PurposeExposure,
    exposure_of_person,
    exposures,
)
from streams.budget.exposure_text import exposure_lines, exposure_of_person_lines
from streams.budget.losses import Losses, PersonLoss, losses, losses_of_person
from streams.budget.losses_text import losses_lines, losses_of_person_lines
from streams.budget.span import Span
from streams.budget.words import paragraph
from streams.store.protocol import Store


class BudgetReport(msgspec.Struct, frozen=True, kw_only=True):
    """What both ledgers have spent, refused and left; it is the operator's view, not private."""

    label: str = OPERATOR
    ledgers: str = NEVER_ADDED
    of: str
    policy: str
    identifiability: tuple[PurposeExposure, ...]
    privacy: Losses


class PersonBudget(msgspec.Struct, frozen=True, kw_only=True):
    """One person in both ledgers: how exposed, never how good. The operator's view, not private."""

    label: str = OPERATOR
    ledgers: str = NEVER_ADDED
    of: str
    policy: str
    person: int
    identifiability: tuple[PersonExposure, ...]
    privacy: tuple[PersonLoss, ...]


def budget_report(of: str, store: Store, policy: Policy, purposes: Sequence[str]) -> BudgetReport:
    """Return what both ledgers have come to, for these purposes."""
    return BudgetReport(
        of=of,
        policy=policy.hash,
        identifiability=exposures(store, _chosen(policy, purposes)),
        privacy=losses(store, policy, purposes),
    )


def person_budget(
    of: str, store: Store, policy: Policy, purposes: Sequence[str], person: int
) -> PersonBudget:
    """Return what both ledgers have spent on one person, for these purposes."""
    return PersonBudget(
        of=of,
        policy=policy.hash,
        person=person,
        identifiability=exposure_of_person(store, _chosen(policy, purposes), person),
        privacy=losses_of_person(store, policy, purposes, person),
    )


def budget_text(found: BudgetReport, blocks: Span | None) -> str:
    """Return the report for people; with `blocks` it is about those alone."""
    lines = [*_head(found), *exposure_lines(found.identifiability, blocks), ""]
    return "\n".join([*lines, *losses_lines(found.privacy, blocks)])


def person_text(found: PersonBudget) -> str:
    """Return one person's spending for people."""
    lines = [*_head(found), f"person {found.person}: how exposed, never how good or bad", ""]
    lines += [*exposure_of_person_lines(found.identifiability), ""]
    return "\n".join([*lines, *losses_of_person_lines(found.privacy)])


def _head(found: BudgetReport | PersonBudget) -> Iterator[str]:
    yield f"{found.of}, policy {found.policy[:8]}"
    yield from paragraph(f"{found.label}; {found.ledgers}. {instead('population')}", "")
    yield ""


def _chosen(policy: Policy, purposes: Sequence[str]) -> list[Purpose]:
    return [join for join in policy.joins if join.name in purposes]
