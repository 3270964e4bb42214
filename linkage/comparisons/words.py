"""Do two phrases agree, whatever the order of their words? For streets and titles."""

from linkage.comparison import Comparison, Level
from linkage.likeness import WORDS, Look

LEVELS = (
    Level("same", "the same words", ("phrase",)),
    Level("near", "nearly the same words (similarity at least .85)"),
    Level("far", "some of the same words (similarity at least .60)"),
    Level("other", "the words are different"),
    Level("missing", "a phrase is missing"),
)


def rule(phrase: str) -> str:
    """Return the degree itself."""
    return phrase


COMPARISON = Comparison(
    name="words",
    question="Are they the same words?",
    roles=("phrase",),
    looks=(Look("phrase", "phrase", WORDS),),
    levels=LEVELS,
    rule=rule,
)
