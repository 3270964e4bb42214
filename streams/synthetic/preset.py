"""Presets: how wrong, how out of order and how fast a world is, under one name."""

from dataclasses import dataclass

from streams.synthetic.corruption.errors import CLEAN, HARD, TYPICAL, Errors
from streams.synthetic.disorder import IN_ORDER, TYPICAL_DISORDER, Disorder
from streams.synthetic.life import TYPICAL_RATES, Rates


@dataclass(frozen=True)
class Preset:
    """Errors in registrations, disorder of the stream and the pace of life."""

    name: str
    errors: Errors
    disorder: Disorder
    life: Rates


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("clean", CLEAN, IN_ORDER, TYPICAL_RATES),
        Preset("typical", TYPICAL, TYPICAL_DISORDER, TYPICAL_RATES),
        Preset("hard", HARD, TYPICAL_DISORDER, TYPICAL_RATES),
    )
}
DEFAULT_PRESET = "typical"
