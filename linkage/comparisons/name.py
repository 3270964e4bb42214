"""Do the names agree? Surname and given name are judged together, also when swapped.

Surname and given name depend on each other (families share one, cultures order them differently),
so they are one comparison with one weight per combination, never two independent ones.
"""

from linkage.comparison import Comparison, Level
from linkage.likeness import MISSING, NEAR, SAME, TYPING, Look

BOTH = ("surname", "given")
ALIKE = (SAME, NEAR)
LEVELS = (
    Level("exact", "surname and given name are the same", BOTH),
    Level("swapped", "surname and given name are the same in swapped order", BOTH),
    Level("close_given", "the surname is the same, the given name differs by a typing error"),
    Level("close_surname", "the given name is the same, the surname differs by a typing error"),
    Level("close", "both names differ by a typing error, or are swapped with one"),
    Level("given_alone", "the given name is the same, a surname is missing", ("given",)),
    Level("surname_alone", "the surname is the same, a given name is missing", ("surname",)),
    Level("given_only", "the given name is the same, the surname another", ("given",)),
    Level("surname_only", "the surname is the same, the given name another", ("surname",)),
    Level("other", "the names are different"),
    Level("missing", "a record has no name"),
)


def rule(surname: str, given: str, crossed: str, crossed_too: str) -> str:
    """Return the level; `crossed` is the left surname beside the right given name."""
    if surname == SAME and given == SAME:
        return "exact"
    if crossed == SAME and crossed_too == SAME:
        return "swapped"
    if surname in ALIKE and given in ALIKE:
        if surname == SAME:
            return "close_given"
        return "close_surname" if given == SAME else "close"
    if crossed in ALIKE and crossed_too in ALIKE:
        return "close"
    if given == SAME:
        return "given_alone" if surname == MISSING else "given_only"
    if surname == SAME:
        return "surname_alone" if given == MISSING else "surname_only"
    return "missing" if {surname, given, crossed, crossed_too} == {MISSING} else "other"


COMPARISON = Comparison(
    name="name",
    question="Do surname and given name agree, also when swapped?",
    roles=BOTH,
    looks=(
        Look("surname", "surname", TYPING),
        Look("given", "given", TYPING),
        Look("surname", "given", TYPING),
        Look("given", "surname", TYPING),
    ),
    levels=LEVELS,
    rule=rule,
)
