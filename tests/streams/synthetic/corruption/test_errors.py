"""Presets: rates that are chances, for channels that exist."""

import pytest

from streams.synthetic.corruption.channels import CHANNELS
from streams.synthetic.corruption.errors import CLEAN, ERRORS, HARD, TYPICAL, Errors

NAMES = {channel.name for channel in CHANNELS}


def test_presets_by_name() -> None:
    assert ERRORS == {"clean": CLEAN, "typical": TYPICAL, "hard": HARD}


def test_each_preset_but_clean_has_every_channel() -> None:
    assert set(TYPICAL.rates) == set(HARD.rates) == NAMES
    assert not CLEAN.rates
    assert CLEAN.claimed == (1, 0, 0, 0)


def test_hard_is_harder_in_every_way() -> None:
    assert all(HARD.rates[name] > TYPICAL.rates[name] for name in NAMES)
    assert all(h > t for h, t in zip(HARD.claimed[1:], TYPICAL.claimed[1:], strict=True))


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_is_a_chance(rate: float) -> None:
    with pytest.raises(ValueError, match="rate of stale_phone is"):
        Errors("own", {"stale_phone": rate}, (1.0, 0.0, 0.0, 0.0))


@pytest.mark.parametrize("claimed", [(0.9, 0.2, 0.0, 0.0), (1.1, -0.1, 0.0, 0.0)])
def test_shares_of_claims_add_up(claimed: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        Errors("own", {}, claimed)


def test_rates_cannot_be_changed_afterwards() -> None:
    rates = {"stale_phone": 0.5}
    errors = Errors("own", rates, (1.0, 0.0, 0.0, 0.0))
    rates["stale_phone"] = 7.0
    assert errors.rates == {"stale_phone": 0.5}
