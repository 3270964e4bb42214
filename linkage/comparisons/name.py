"""Do the names agree? Surname and given name are judged together, also when swapped.

Surname and given name depend on each other (families share one, cultures order them differently),
so they are one comparison with one weight per combination, never two independent ones.
"""

import numpy as np

from linkage.columns import Columns, present, same, within
from linkage.comparison import Comparison, Level, Levels, choose

BOTH = ("surname", "given")
LEVELS = (
    Level("exact", "surname and given name are the same", BOTH),
    Level("swapped", "surname and given name are the same in swapped order", BOTH),
    Level("close", "surname and given name differ by a typing error", ()),
    Level("given_alone", "the given name is the same, a surname is missing", ("given",)),
    Level("surname_alone", "the surname is the same, a given name is missing", ("surname",)),
    Level("given_only", "the given name is the same, the surname another", ("given",)),
    Level("surname_only", "the surname is the same, the given name another", ("surname",)),
    Level("other", "the names are different", ()),
    Level("missing", "a record has no name", ()),
)


def agree(left: Columns, right: Columns) -> Levels:
    """Return the level of each pair; 'close' allows one error per name, or swapped with one."""
    ls, lg, rs, rg = left["surname"], left["given"], right["surname"], right["given"]
    surnames, givens = present(ls) & present(rs), present(lg) & present(rg)
    both = surnames & givens
    surname, given = same(ls, rs), same(lg, rg)
    unequal = both & ~(surname & given)
    crossed, crossed_too = same(ls, rg) & unequal, same(lg, rs) & unequal
    close = within(ls, rs, 1, unequal) if unequal.any() else unequal
    close &= within(lg, rg, 1, close)
    half = (crossed ^ crossed_too) & ~close
    close |= half & (crossed | within(ls, rg, 1, half)) & (crossed_too | within(lg, rs, 1, half))
    nothing = ~(present(ls) | present(lg)) | ~(present(rs) | present(rg))
    return choose(
        [
            surname & given,
            crossed & crossed_too,
            close,
            given & ~surnames,
            surname & ~givens,
            given,
            surname,
            np.logical_not(nothing),
        ],
        len(LEVELS) - 1,
    )


COMPARISON = Comparison(
    name="name",
    question="Do surname and given name agree, also when swapped?",
    fields=BOTH,
    levels=LEVELS,
    agree=agree,
)
