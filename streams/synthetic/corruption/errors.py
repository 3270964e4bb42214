"""How often registrations go wrong: presets of rates, each with where its figures are from."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from types import MappingProxyType


@dataclass(frozen=True)
class Errors:
    """Rates of errors for a person and source of propensity 1.

    `rates` has the chance of each channel (0 to 1 per registration; one that is left out never
    hits), `claimed` the shares of claimed IDs that are right, missing, mistyped and borrowed.
    ValueError if a rate is no chance or the shares do not add up to 1.
    """

    name: str
    rates: Mapping[str, float]
    claimed: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        for channel, rate in self.rates.items():
            if not 0 <= rate <= 1:
                raise ValueError(f"rate of {channel} is {rate}; allowed: 0 to 1")
        if min(self.claimed) < 0 or not isclose(sum(self.claimed), 1):
            raise ValueError(f"claimed is {self.claimed}; allowed: four shares that add up to 1")
        object.__setattr__(self, "rates", MappingProxyType(dict(self.rates)))

    def __reduce__(self) -> tuple[type["Errors"], tuple[object, ...]]:
        """Pickle the arguments: a frozen mapping cannot be."""
        return Errors, (self.name, dict(self.rates), self.claimed)


CLEAN = Errors("clean", {}, (1.0, 0.0, 0.0, 0.0))
"""No errors at all, and everybody shows their own ID."""

TYPICAL = Errors(
    "typical",
    # This world's choice. Most lie below pseudopeople's default of .01 for each field and kind
    # of noise; old contacts and missing ones are more common than misspelt names, and nicknames
    # rare: under a real-name rule a form is mostly copied from the card.
    {
        "stale_address": 0.04,
        "stale_phone": 0.03,
        "stale_surname": 0.05,
        "copied_phone": 0.02,
        "copied_mail": 0.01,
        "copied_address": 0.005,
        "copied_birth": 0.001,
        "nickname_given": 0.001,
        "swapped_names": 0.004,
        "phonetic_surname": 0.005,
        "phonetic_given": 0.005,
        "typo_surname": 0.008,
        "typo_given": 0.01,
        "keyboard_surname": 0.003,
        "keyboard_given": 0.004,
        "ocr_surname": 0.002,
        "ocr_given": 0.002,
        "swapped_day_month": 0.005,
        "misread_birth": 0.003,
        "ocr_birth": 0.002,
        "wrong_sex": 0.002,
        "slip_phone": 0.005,
        "slip_address": 0.005,
        "typo_mail": 0.005,
        "missing_surname": 0.001,
        "missing_given": 0.001,
        "missing_birth": 0.01,
        "missing_sex": 0.01,
        "missing_address": 0.03,
        "missing_phone": 0.04,
        "missing_mail": 0.06,
    },
    (0.87, 0.08, 0.04, 0.01),
)
"""The default: a careful source, and people of whom some are not."""

HARD = Errors(
    "hard",
    # Names: set so that about 18 % of surnames and 12 % of forenames disagree with the true ones.
    # The others are near the pairs of death registrations and census that the Australian Bureau
    # of Statistics linked (3302.0.55.004, 2011-2012, table C.1, pass 1): surname missing .006,
    # first name .003; sex wrong .017, missing .017; day or month of birth wrong .058, missing
    # .058; street wrong .12, house number wrong .05 (and missing .20, here .1 for the address).
    # Its names disagree otherwise: surname .04, first name .16. Phone and mail, which a census
    # has not, nicknames, old surnames and claimed IDs are this world's choice.
    {
        "stale_address": 0.12,
        "stale_phone": 0.09,
        "stale_surname": 0.15,
        "copied_phone": 0.05,
        "copied_mail": 0.03,
        "copied_address": 0.02,
        "copied_birth": 0.005,
        "nickname_given": 0.03,
        "swapped_names": 0.015,
        "phonetic_surname": 0.081,
        "phonetic_given": 0.03,
        "typo_surname": 0.078,
        "typo_given": 0.035,
        "keyboard_surname": 0.03,
        "keyboard_given": 0.015,
        "ocr_surname": 0.024,
        "ocr_given": 0.01,
        "swapped_day_month": 0.03,
        "misread_birth": 0.025,
        "ocr_birth": 0.025,
        "wrong_sex": 0.017,
        "slip_phone": 0.03,
        "slip_address": 0.05,
        "typo_mail": 0.03,
        "missing_surname": 0.006,
        "missing_given": 0.003,
        "missing_birth": 0.058,
        "missing_sex": 0.017,
        "missing_address": 0.1,
        "missing_phone": 0.1,
        "missing_mail": 0.15,
    },
    (0.75, 0.14, 0.08, 0.03),
)
"""As bad as registers that were linked for research: for whoever wants to see a method fail."""

ERRORS: Mapping[str, Errors] = MappingProxyType({e.name: e for e in (CLEAN, TYPICAL, HARD)})
"""The presets by name."""
