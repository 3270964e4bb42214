"""Do two words agree? By Jaro-Winkler similarity, which forgives late errors."""

from linkage.comparison import Comparison, Level
from linkage.likeness import SPELLING, Look

LEVELS = (
    Level("same", "spelled the same", ("word",)),
    Level("near", "spelled nearly the same (Jaro-Winkler at least .92)"),
    Level("far", "spelled alike (Jaro-Winkler at least .80)"),
    Level("other", "the words are different"),
    Level("missing", "a word is missing"),
)


def rule(word: str) -> str:
    """Return the degree itself."""
    return word


COMPARISON = Comparison(
    name="spelling",
    question="Is it spelled the same?",
    roles=("word",),
    looks=(Look("word", "word", SPELLING),),
    levels=LEVELS,
    rule=rule,
)
