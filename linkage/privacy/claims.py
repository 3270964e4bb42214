"""The words for what is never claimed and what is: CLI, live page and docs take them from here.

A sentence about privacy that is written twice drifts. docs/privacy-claims.md gives the reasons at
length; a test holds that page, the commands and the live page to these words.
"""

from dataclasses import dataclass

OPERATOR = "operator's view, not private"
"""What stands above every figure that depends exactly on what was spent on people."""

NEVER_ADDED = "two ledgers, never added: bits of exposure for joins, rho for released answers"


@dataclass(frozen=True)
class Never:
    """Something that is never claimed, why not, and the sentence that is said in its place."""

    name: str
    never: str
    why: str
    instead: str


@dataclass(frozen=True)
class Claim:
    """Something that is claimed, in the words in which it is."""

    name: str
    claim: str


NEVER: tuple[Never, ...] = (
    Never(
        name="store",
        never="differential privacy for the linked store or its operator",
        why="The store holds raw records and the operator reads them all; no noise stands between.",
        instead=(
            "Bits are charged by a public tariff for what a join may reveal. They are not "
            "differential privacy, and a raw join has no epsilon."
        ),
    ),
    Never(
        name="anonymous",
        never='"anonymous" from k or bits',
        why=(
            "A crowd of k under one attacker is a crowd of one under another who knows a point "
            "more, and points that are common one by one may be rare together."
        ),
        instead=(
            "The crowd is of those who look alike to the attacker named here; another attacker "
            "may tell them apart."
        ),
    ),
    Never(
        name="auxiliary",
        never="that bits bound what unknown other data can tell",
        why=(
            "A tariff counts the choices that a point's resolution leaves. What somebody knows "
            "from elsewhere is not among them."
        ),
        instead=(
            "Bits say what the joined points can tell by themselves, not what they tell together "
            "with other data."
        ),
    ),
    Never(
        name="risk",
        never="epsilon from risk scores",
        why=(
            "A risk score is the success of one attack on one world; a privacy loss bounds every "
            "attack on every neighbouring pair of worlds. No formula leads from one to the other."
        ),
        instead=(
            "Risk figures are of the attack named beside them; only noised answers have a rho, "
            "and an epsilon for display."
        ),
    ),
    Never(
        name="population",
        never="validity for a real population",
        why=(
            "People, places and errors are synthetic. Figures that agree with published ones do so "
            "within stated tolerances, in this world."
        ),
        instead="All figures are of synthetic people.",
    ),
    Never(
        name="exhaustion",
        never="protection of a person after exhaustion",
        why=(
            "Whom a cap stops is shown joined no further, or counted no more. What was shown and "
            "published before stays, and whoever holds it goes on inferring from it."
        ),
        instead=(
            "Whoever is at a cap is left out from then on; what was shown or published before is "
            "not taken back."
        ),
    ),
)

CLAIMED: tuple[Claim, ...] = (
    Claim(
        name="release",
        claim=(
            "A released answer carries zero-concentrated differential privacy of the rho it "
            "states, for one person's events of the blocks asked about: neighbours differ in them, "
            "there or not there."
        ),
    ),
    Claim(
        name="re-linking",
        claim=(
            "The assignment of accounts to people is held fixed: that one person's records can "
            "move other people's links is not covered."
        ),
    ),
    Claim(
        name="filter",
        claim=(
            "Losses are counted for each person by themselves (an individual filter); whom a cap "
            "would stop is left out before noise, and no answer says so."
        ),
    ),
    Claim(
        name="lifetime",
        claim=(
            "Over all purposes and blocks together, nobody is charged more rho than the lifetime "
            "cap of the policy. That bounds what all answers together tell of somebody as against "
            "their never having been there; less of them taken away may move later answers too, at "
            "up to twice the sum."
        ),
    ),
    Claim(
        name="tariff",
        claim=(
            "No purpose is shown more bits of a person and source pair than the cap of the policy, "
            "counted by the public tariff."
        ),
    ),
    Claim(
        name="no refund",
        claim="What was spent is never given back: not by erasure, not by a new policy.",
    ),
)


def instead(name: str) -> str:
    """Return the sentence that is said in place of something that is never claimed.

    KeyError for a name that NEVER lacks.

    >>> instead("population")
    'All figures are of synthetic people.'
    """
    return {one.name: one.instead for one in NEVER}[name]


def claimed(name: str) -> str:
    """Return the sentence in which something is claimed; KeyError for a name CLAIMED lacks."""
    return {one.name: one.claim for one in CLAIMED}[name]
