"""Do the mail addresses agree? Only in full: similar ones would count the name twice.

'wei.zhang7@' and 'wei.zhang2@' are alike because both are called Wei Zhang, which the comparison
of names has counted already. Even the same address says less once the names agree, since both may
have been spelled from them; so u is measured among people who share a given name.
"""

from linkage.columns import Columns, present, same
from linkage.comparison import Comparison, Level, Levels, choose

LEVELS = (
    Level("same", "the same mail address"),
    Level("other", "the mail addresses are different"),
    Level("missing", "a mail address is missing"),
)


def agree(left: Columns, right: Columns) -> Levels:
    """Return the level of each pair."""
    a, b = left["mail"], right["mail"]
    return choose([same(a, b), present(a) & present(b)], len(LEVELS) - 1)


COMPARISON = Comparison(
    name="mail",
    question="Is it the same mail address?",
    fields=("mail",),
    levels=LEVELS,
    agree=agree,
    depends=("given",),
)
