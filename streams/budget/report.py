"""The operator's view of both ledgers, side by side and never added."""

import msgspec

from linkage.privacy.claims import NEVER_ADDED, OPERATOR
from streams.budget.exposure import PersonExposure, PurposeExposure


class BudgetReport(msgspec.Struct, frozen=True, kw_only=True):
    """What both ledgers have spent, refused and left; it is the operator's view, not private."""

    label: str = OPERATOR
    ledgers: str = NEVER_ADDED
    of: str
    policy: str
    identifiability: tuple[PurposeExposure, ...]


class PersonBudget(msgspec.Struct, frozen=True, kw_only=True):
    """One person in both ledgers: how exposed, never how good. The operator's view, not private."""

    label: str = OPERATOR
    ledgers: str = NEVER_ADDED
    of: str
    policy: str
    person: int
    identifiability: tuple[PersonExposure, ...]
