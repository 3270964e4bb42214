"""Membership: who is among the counted is told as often as rho allows, and no oftener."""

import pytest

from linkage.privacy.attack import publisher
from linkage.privacy.attacks.membership import ATTACK, inferred
from linkage.privacy.defence import Material, Published, load_defences
from linkage.privacy.defences.noisy_counts import rho_of
from linkage.privacy.distinguish import gaussian_bound
from tests.linkage.privacy.defence_worlds import material, town

COUNTS = load_defences()["noisy_counts"]
# Everybody is seen by one source, for one hour.
ONE_HOUR = material([(person, 0, person % 24, person % 7) for person in range(200)])


def half_the_noise(strength: int):
    """Return who promises the rho of a strength and adds half of the noise that takes."""

    def publish(given: Material, seed: int) -> Published:
        return COUNTS.protect(given, max(2, strength // 2), seed)

    return publish


@pytest.mark.parametrize("strength", [2, 4, 8])
def test_one_hour_is_told_no_oftener_than_its_rho_allows(strength: int) -> None:
    for seed in range(3):
        found = inferred(publisher(COUNTS, strength), ONE_HOUR, seed, 200)
        assert found.low <= gaussian_bound(rho_of(strength))


def test_noise_below_what_is_claimed_is_caught() -> None:
    found = inferred(half_the_noise(4), ONE_HOUR, 0, 200)
    assert found.low > gaussian_bound(rho_of(4))


def test_many_hours_add_up() -> None:
    """The bound of a whole trace is that of all its hours: rho adds."""
    day = material([(p, 0, hour, (p + hour) % 7) for p in range(60) for hour in range(16)])
    for strength in (4, 8):
        found = inferred(publisher(COUNTS, strength), day, 1, 60)
        assert found.low <= gaussian_bound(16 * rho_of(strength)) <= found.high
        assert found.value > gaussian_bound(rho_of(strength))


def test_exact_counts_tell_who_is_among_them() -> None:
    found = ATTACK.run(publisher(COUNTS, 1), town(100, 1), 5)
    assert found.value == 1.0 and found.control == 0.5
    assert found.n == 120 and found.low > 0.9


def test_more_noise_tells_less() -> None:
    values = [ATTACK.run(publisher(COUNTS, s), town(100, 1), 5).value for s in (1, 2, 8)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1] + 0.15
