"""Do the mail addresses agree? Only in full: similar ones would count the name twice.

'wei.zhang7@' and 'wei.zhang2@' are alike because both are called Wei Zhang, which the comparison
of names has counted already.
"""

from linkage.comparison import Comparison, Level
from linkage.likeness import EQUAL, Look

LEVELS = (
    Level("same", "the same mail address"),
    Level("other", "the mail addresses are different"),
    Level("missing", "a mail address is missing"),
)


def rule(mail: str) -> str:
    """Return the degree itself."""
    return mail


COMPARISON = Comparison(
    name="mail",
    question="Is it the same mail address?",
    roles=("mail",),
    looks=(Look("mail", "mail", EQUAL),),
    levels=LEVELS,
    rule=rule,
)
