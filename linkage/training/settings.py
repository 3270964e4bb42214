"""What training assumes, and how much it looks at."""

from dataclasses import dataclass

from linkage.blocking import CAP


@dataclass(frozen=True)
class Settings:
    """What training assumes, and how much it looks at.

    `rule_recall` is the share of true pairs that meet a rule. Random pairs are drawn until each
    level was seen `level_pairs` times, `random_pairs` at most. `candidate_pairs` bounds the
    sample of candidates, `pass_pairs` what a pass takes of it. A key that more than `cap` right
    records share brings nobody together. `smoothing` is added to counts of levels,
    `term_smoothing` to counts of values. `most_covered`: of left records, no larger share is ever
    taken to have their person on the right, for newcomers will come. `other_kinds` and
    `match_kinds` are the most kinds tried.
    """

    rule_recall: float = 0.95
    random_pairs: int = 2_000_000
    level_pairs: int = 50
    candidate_pairs: int = 500_000
    pass_pairs: int = 200_000
    cap: int = CAP
    smoothing: float = 0.5
    term_smoothing: float = 1.0
    most_covered: float = 0.9
    other_kinds: int = 4
    match_kinds: int = 2


DEFAULTS = Settings()
