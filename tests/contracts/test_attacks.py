"""Laws of every attack in the catalogue, and every attack against every defence of its form.

What comes out, strength by strength, stands in docs/defences.md: where each promise ends.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.stats import binom

from linkage.errors import CatalogueError
from linkage.privacy.attack import Attack, Publish, load_attacks, publisher, scored
from linkage.privacy.defence import Defence, Material, Published, load_defences, unprotected
from linkage.privacy.estimate import Estimate, census, wilson
from tests.linkage.privacy.defence_worlds import dealt_anew, material, scattered, town

ATTACKS, DEFENCES = load_attacks(), load_defences()
EVERY = pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
OF_TRACES = pytest.mark.parametrize(
    "attack", [a for a in ATTACKS.values() if a.against == "traces"], ids=lambda a: a.name
)
PAIRS = pytest.mark.parametrize(
    ("attack", "defence"),
    [(a, d) for a in ATTACKS.values() for d in DEFENCES.values() if a.against == d.publishes],
    ids=lambda plugin: plugin.name,
)
SEED = 7

DROPPED = '''"""How many are there?"""
from linkage.privacy.attack import Attack, scored

def _run(publish, material, seed):
    people = sorted(set(material.traces.person.tolist()))
    shown = publish(material, seed).holder.tolist()
    return scored(np.array([float(p in shown) for p in people]), 0.0)

ATTACK = Attack(
    name="peek",
    question="Who is published?",
    unit="share of the people attacked",
    paper="none, it cheats",
    must_not_be_read_as="an attack: it looks at what only a scorer may see",
    against="traces",
    run=_run,
)
'''


def attacked_by(attack: Attack, seed: int = SEED) -> Material:
    """Return the town that is attacked; matching encodings is dear, so there they are few."""
    return town(people=40, days=1, seed=seed) if attack.against == "encodings" else town(seed=seed)


def strengths(defence: Defence) -> tuple[int, ...]:
    """Return a defence's weakest, middle and strongest strength."""
    every = defence.strengths
    return tuple(dict.fromkeys((every[0], every[len(every) // 2], every[-1])))


@cache
def figure(attack: str, defence: str, strength: int) -> Estimate:
    publish = publisher(DEFENCES[defence], strength)
    return ATTACKS[attack].run(publish, attacked_by(ATTACKS[attack]), SEED)


def assert_explains_itself(attack: Attack) -> None:
    assert attack.question.endswith("?")
    for words in (attack.unit, attack.paper, attack.must_not_be_read_as):
        assert len(words) > 10
    assert any(c.isdigit() for c in attack.paper) or "none" in attack.paper


def assert_honest(found: Estimate) -> None:
    """An interval holds its value, chance has its share, and nobody attacked is nothing known."""
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.control is not None
    assert 0.0 <= found.control <= 1.0
    assert found.low < found.high
    if not found.n:
        assert (found.low, found.high) == (0.0, 1.0)


def assert_can_succeed(found: Estimate) -> None:
    """An attack that finds nothing where nothing is protected tells nothing about defences."""
    assert found.n > 0
    assert found.low > found.control


def assert_learns_nothing(found: Estimate) -> None:
    """It does no better than its control; of a rare event Wilson's interval of one is above it."""
    hits = round(found.value * found.n)
    assert found.low <= found.control or binom.sf(hits - 1, found.n, found.control) > 1e-3


def told_nothing(attack: Attack, seed: int = SEED) -> Estimate:
    """Run an attack against publications of which none has anything to do with its people."""
    return attack.run(_nothing(attack), attacked_by(attack), seed)


def _nothing(attack: Attack) -> Publish:
    """Return who publishes the form of the attack, with nothing in it that is anybody's."""
    if attack.against == "traces":
        return lambda given, seed: unprotected(scattered(given.traces, seed))
    plain = _plain(attack)
    if attack.against == "encodings":
        return lambda given, seed: dealt_anew(plain.protect(given, 1, seed), seed)
    return lambda _, seed: plain.protect(attacked_by(attack, SEED + 1), 1, seed)


def _plain(attack: Attack) -> Defence:
    """Return the first defence whose form the attack reads."""
    return next(d for d in DEFENCES.values() if d.publishes == attack.against)


@EVERY
def test_it_explains_itself(attack: Attack) -> None:
    assert_explains_itself(attack)


@PAIRS
def test_its_figures_are_honest(attack: Attack, defence: Defence) -> None:
    for strength in strengths(defence):
        assert_honest(figure(attack.name, defence.name, strength))


@PAIRS
def test_it_succeeds_where_nothing_is_protected(attack: Attack, defence: Defence) -> None:
    assert_can_succeed(figure(attack.name, defence.name, 1))


@PAIRS
def test_no_defence_helps_it(attack: Attack, defence: Defence) -> None:
    plain = figure(attack.name, defence.name, 1)
    for strength in strengths(defence):
        assert figure(attack.name, defence.name, strength).low <= plain.high


@PAIRS
def test_its_chance_comes_from_the_seed(attack: Attack, defence: Defence) -> None:
    strength = strengths(defence)[1]
    again = attack.run(publisher(defence, strength), attacked_by(attack), SEED)
    assert again == figure(attack.name, defence.name, strength)


@EVERY
def test_it_learns_nothing_where_there_is_nothing_to_learn(attack: Attack) -> None:
    found = told_nothing(attack)
    assert_honest(found)
    assert_learns_nothing(found)


@EVERY
def test_nobody_and_one_person(attack: Attack) -> None:
    publish = publisher(_plain(attack), 1)
    nobody = attack.run(publish, material([]), SEED)
    assert_honest(nobody)
    assert nobody.n == 0
    assert_honest(attack.run(publish, material([(1, 0, 3, 4), (1, 0, 30, 4)]), SEED))


@OF_TRACES
def test_the_numbers_of_pseudonyms_and_the_order_of_points_tell_nothing(attack: Attack) -> None:
    def renumbered(given: Material, seed: int) -> Published:
        found, draw = unprotected(given.traces), np.random.default_rng(seed)
        number = draw.permutation(len(found.holder))
        rows = draw.permutation(len(found.traces))
        shown = replace(found.traces, person=number[found.traces.person]).take(rows)
        return Published(shown, found.holder[np.argsort(number)])

    plain = attack.run(lambda given, _: unprotected(given.traces), town(), SEED)
    assert attack.run(renumbered, town(), SEED).value == pytest.approx(plain.value, abs=1e-9)


@OF_TRACES
def test_whose_points_they_are_is_all_it_is_told_by(attack: Attack) -> None:
    """Dealing out the names anew leaves an attack on names with its control."""
    found = attack.run(
        lambda given, seed: dealt_anew(unprotected(given.traces), seed), town(), SEED
    )
    named = attack.name != "homogeneity"
    assert (found.low <= found.control <= found.high) == named, "a home is told without any name"


def test_a_new_file_is_a_new_attack_and_one_that_cheats_is_caught(tmp_path: Path) -> None:
    (tmp_path / "peek.py").write_text(f"import numpy as np\n{DROPPED}")
    peek = load_attacks(tmp_path, "dropped_attacks")["peek"]
    assert_explains_itself(peek)
    with pytest.raises(AssertionError):
        assert_learns_nothing(told_nothing(peek))


def test_a_constant_of_the_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "look.py").write_text(DROPPED)
    with pytest.raises(CatalogueError, match=r"ATTACK\.name is 'peek'"):
        load_attacks(tmp_path, "misnamed_attacks")


@pytest.mark.parametrize(
    ("law", "found"),
    [
        (assert_can_succeed, scored(np.zeros(50), 0.0)),
        (assert_can_succeed, scored(np.tile([0.0, 1.0], 25), 0.5)),
        (assert_learns_nothing, scored(np.tile([0.0, 1.0], 25), 0.1)),
        (assert_honest, wilson(3, 9)),
        (assert_honest, msgspec.structs.replace(census(0.5, 9), control=0.1)),
    ],
)
def test_the_laws_can_fail(law: Callable[[Estimate], None], found: Estimate) -> None:
    with pytest.raises(AssertionError):
        law(found)
