"""What another model would decide otherwise, tenancy by tenancy, and by which of its terms.

The model that is tried is the shadow. A difference is one of standing: another status, or another
person while the status says that there is one. Weights alone are no difference.
"""

from typing import Literal

from linkage.decision import Decision

Kind = Literal[
    "gained",
    "gained from review",
    "moved",
    "lost to review",
    "lost",
    "into review",
    "review moved",
    "out of review",
]
_KINDS: dict[tuple[str, str], Kind] = {
    ("non-link", "link"): "gained",
    ("review", "link"): "gained from review",
    ("link", "link"): "moved",
    ("link", "review"): "lost to review",
    ("link", "non-link"): "lost",
    ("non-link", "review"): "into review",
    ("review", "review"): "review moved",
    ("review", "non-link"): "out of review",
}


def kind_of(before: Decision, after: Decision) -> Kind | None:
    """Return how a decision differs from the one before it, or None when it does not.

    >>> yes, other = Decision("link", 4, 9.0, None, 9.0), Decision("link", 5, 9.5, 4, 3.5)
    >>> no = Decision("non-link", 4, -2.0, None, -2.0)
    >>> kind_of(yes, other), kind_of(yes, no), kind_of(no, yes), kind_of(yes, yes)
    ('moved', 'lost', 'gained', None)
    """
    same = before.status == "non-link" or before.person == after.person
    if before.status == after.status and same:
        return None
    return _KINDS[before.status, after.status]
