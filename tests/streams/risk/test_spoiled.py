"""As links get worse, what is measured without the truth moves as the truth does; V does not."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from linkage.errors import RiskError
from streams.risk.accounts import subtotals
from streams.risk.beside import SEEING
from streams.risk.figures import draw
from streams.risk.more_tables import truth_text
from streams.risk.spoiled import PRECISIONS, Holdings, Spoiled, spoiled
from tests.streams.risk.ran import Ran, ran

SEEDS = range(8)


def made(people: int, seed: int = 2) -> Holdings:
    """Accounts of people whose traces nearly all differ."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), rng.integers(1, 6, people))
    total = rng.integers(1, 40 * people, len(person)).astype(np.uint64)
    return Holdings(("a", "b"), rng.integers(0, 2, len(person)), person, total)


def held(ran: Ran) -> Holdings:
    """The linked accounts of a run that have points, with whom they describe."""
    found = subtotals(ran.store, ran.stand.sources)
    described = ran.truth.person[[ran.truth.place[name] for name in found.names]]
    some = found.total != 0
    return Holdings(ran.stand.sources, found.source[some], described[some], found.total[some])


def runs(accounts: Holdings) -> list[tuple[Spoiled, ...]]:
    return [spoiled(accounts, seed) for seed in SEEDS]


def errors(found: list[tuple[Spoiled, ...]], name: str) -> np.ndarray:
    """How far the figure is from the truth: seeds x precisions."""
    return np.array([[row.figures[name].error for row in rows] for rows in found])


def assert_blind_and_seeing(found: list[tuple[Spoiled, ...]]) -> None:
    for rows in found:
        v = [row.vulnerability.value for row in rows]
        right, wrong = ([row.figures[name].measured.value for row in rows] for name in SEEING[:2])
        assert max(v) - min(v) < 0.02
        assert right == sorted(right, reverse=True) and right[0] - right[-1] > 0.4
        assert wrong == sorted(wrong) and wrong[-1] - wrong[0] > 0.4


def test_with_perfect_links_nothing_is_in_doubt() -> None:
    perfect = spoiled(made(300), 1)[0]
    assert (perfect.precision, perfect.realised, perfect.people) == (1.0, 1.0, 300)
    right = perfect.figures["correct_identification"]
    assert right.measured == right.true == perfect.vulnerability
    assert perfect.figures["misidentification"].true.value == 0.0
    assert perfect.figures["misidentification"].chance == 0.0


def test_links_come_out_as_right_as_was_asked_for() -> None:
    for row in spoiled(made(20_000), 3):
        assert abs(row.realised - row.precision) < 0.006
        assert row.calibration.expected_error < 0.02


def test_figures_move_as_the_truth_does(hard: Ran) -> None:
    found = runs(held(hard))
    assert_blind_and_seeing(found)
    for name in SEEING:
        far = errors(found, name)
        assert np.abs(far.mean(axis=0)).max() < 0.015, name
        assert np.abs(far).max() < 0.06, name
        # Blind to errors, the same figure would be off by most of what is wrong.
        chance = [[row.figures[name].chance for row in rows] for rows in found]
        assert np.abs(far).max() < 3 * np.max(chance)


@pytest.mark.prove
@pytest.mark.parametrize("preset", ["typical", "hard"])
def test_within_half_a_per_cent_at_twenty_thousand_people(preset: str, tmp_path: Path) -> None:
    """In the mean of eight worlds; a single one has its chance beside."""
    found = runs(held(ran(tmp_path, 20_000, preset)))
    assert_blind_and_seeing(found)
    for name in SEEING:
        far = errors(found, name)
        print(preset, name, PRECISIONS, far.mean(axis=0).round(4), np.abs(far).max(axis=0).round(4))
        assert np.abs(far.mean(axis=0)).max() <= 0.005, name
        assert np.abs(far).max() <= 0.0085, name


def test_the_same_seed_spoils_the_same() -> None:
    accounts = made(200)
    assert spoiled(accounts, 4) == spoiled(accounts, 4) != spoiled(accounts, 5)


def test_one_person_cannot_be_taken_for_another() -> None:
    nobody = np.zeros(3, np.int64)
    with pytest.raises(RiskError, match="people: got 1, needs 2 or more"):
        spoiled(Holdings(("a",), nobody, nobody, np.arange(1, 4).astype(np.uint64)), 1)


def test_the_figure_is_drawn_and_the_table_has_its_numbers(hard: Ran, tmp_path: Path) -> None:
    rows = spoiled(held(hard), 7)
    (path,) = draw("a test", rows, tmp_path)
    assert path.name == "precision.png"
    assert path.read_bytes()[:4] == b"\x89PNG"
    said = truth_text(msgspec.structs.replace(hard.beside_truth(), spoiled=rows))
    for row in rows:
        assert f"\n  {row.precision:.2f} " in said
