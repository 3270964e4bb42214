"""Who is named from encodings without the key: by overlap, by hardening, and where nobody is.

The figures of docs/encodings.md are measured here: `pytest -m prove -s` prints its tables.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from linkage.errors import RiskError
from linkage.privacy.attack import Publish, publisher
from linkage.privacy.attacks.graph_matching import ATTACK, Attempt, named_right
from linkage.privacy.bloom import Scheme, best_served, dice, encode, linked, noise_of
from linkage.privacy.defence import Material, Published, load_defences
from linkage.privacy.defences.bloom import published
from linkage.privacy.estimate import Estimate
from linkage.privacy.graph_match import ROUNDS, Graphs, align
from tests.linkage.privacy.defence_worlds import dealt_anew
from tests.linkage.privacy.recorded import recorded, rewritten

BLOOM = load_defences()["bloom"]
OVERLAPS = (1.0, 0.8, 0.4)
DOCS = Path(__file__).parents[3] / "docs" / "encodings.md"

SCHEMES = {
    "plain": Scheme(),
    "5 % of bits flipped": Scheme(flipped=0.05),
    "10 % of bits flipped": Scheme(flipped=0.1),
    "20 % of bits flipped": Scheme(flipped=0.2),
    "folded": Scheme(folds=1),
    "salted by year": Scheme(salt=2),
    "folded, 5 % flipped": Scheme(folds=1, flipped=0.05),
    "folded, salted, 10 % flipped": Scheme(folds=1, salt=2, flipped=0.1),
}


def by_scheme(scheme: Scheme) -> Publish:
    return lambda material, seed: published(material, scheme, seed)


def test_graphs_that_differ_by_order_alone_are_aligned() -> None:
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2, (40, 256)).astype(np.uint8)
    order = rng.permutation(40)
    plain, encoded = dice(bits, bits), dice(bits[order], bits[order])
    hint = np.zeros((40, 40))
    # Ten right anchors and thirty wrong ones to begin with.
    hint[order[:10], np.arange(10)] = 1.0
    pairs = align(Graphs(plain, encoded, hint))
    assert (pairs.plain == order[pairs.encoded]).all()
    assert (align(Graphs(plain, encoded, hint), rounds=0).plain != order).any()


@pytest.mark.parametrize(("plain", "encoded"), [(0, 0), (1, 1), (2, 5), (5, 2), (1, 3)])
def test_graphs_may_be_of_any_size(plain: int, encoded: int) -> None:
    graphs = Graphs(np.eye(plain), np.eye(encoded), np.zeros((plain, encoded)))
    assert len(align(graphs).plain) == min(plain, encoded)


def test_features_alone_name_fewer_the_smaller_the_overlap() -> None:
    """The order of the published attack: nearly all, many, few, and more than by chance."""
    found = [
        named_right(publisher(BLOOM, 1), recorded(500, 7), 1, Attempt(share, 0, 200, 5))
        for share in OVERLAPS
    ]
    for more, less in pairwise(found):
        assert more.low > less.high
    assert found[-1].control is not None and found[-1].low > 5 * found[-1].control


def test_anchors_name_everybody_where_the_key_is_all_there_is() -> None:
    for share in (1.0, 0.8):
        attempt = Attempt(share, people=200, runs=3)
        found = named_right(publisher(BLOOM, 1), recorded(500, 7), 1, attempt)
        assert found.value > 0.95
        assert found.control == pytest.approx(1 / 200)


def test_hardening_lowers_success() -> None:
    """Of flipped, folded and salted encodings hardly any is read; a plain one is."""
    found = [ATTACK.run(publisher(BLOOM, s), recorded(250, 7), 2) for s in (1, 8)]
    assert found[0].low > 0.5
    assert found[1].high < 0.1
    assert all(one.low <= one.value <= one.high for one in found)


def assert_nothing_learnt(found: Estimate) -> None:
    assert found.control is not None and found.low <= found.control <= found.high
    assert found.value < 0.05


def test_where_nobody_knows_whose_is_whose_it_guesses() -> None:
    def shuffled(material: Material, seed: int) -> Published:
        return dealt_anew(BLOOM.protect(material, 1, seed), seed)

    assert_nothing_learnt(ATTACK.run(shuffled, recorded(250, 7), 2))


def test_equal_encodings_are_not_told_apart_by_their_rows() -> None:
    """Ties fall by chance. Rows in the order of people would give all of them away."""

    def blank(material: Material, seed: int) -> Published:
        found = BLOOM.protect(material, 1, seed)
        assert found.encodings is not None
        nothing = np.zeros_like(found.encodings)
        return Published(found.traces, found.holder, nothing, np.sort(found.encoded))

    assert_nothing_learnt(ATTACK.run(blank, recorded(250, 7), 2))


def test_the_order_of_people_does_not_matter() -> None:
    material = recorded(80, 3)
    other = Material(material.traces, material.people[::-1].copy(), material.records[::-1])
    one, two = (ATTACK.run(publisher(BLOOM, 4), m, 5) for m in (material, other))
    assert one == two


def test_nobody_and_few_are_attacked_without_complaint() -> None:
    nobody = ATTACK.run(publisher(BLOOM, 1), Material(recorded(5, 3).traces), 1)
    assert (nobody.value, nobody.low, nobody.high, nobody.n) == (0.0, 0.0, 1.0, 0)
    for people in (1, 2, 3):
        found = ATTACK.run(publisher(BLOOM, 1), recorded(people, 3), 1)
        assert found.control == pytest.approx(1 / people)


@pytest.mark.parametrize("how", [{"overlap": 0.0}, {"overlap": 1.5}, {"rounds": -1}, {"runs": 0}])
def test_an_attempt_that_cannot_be_is_refused(how) -> None:
    with pytest.raises(RiskError, match=next(iter(how))):
        Attempt(**how)


def shown(found: Estimate) -> str:
    return f"{100 * found.value:.0f} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def usefulness(scheme: Scheme) -> str:
    """Return recall and precision of linking 1,000 to 1,000, of whom 500 are the same people."""
    records, rng = recorded(1500, 7).records, np.random.default_rng(1)
    again = [rewritten(record, rng) for record in records[500:]]
    people = np.arange(1500)
    left = encode(records[:1000], scheme, b"one", noise_of(1, people[:1000]))
    right = encode(again, scheme, b"one", noise_of(2, people[500:]))
    rows = np.arange(1000)
    found = best_served(linked(left, right), np.where(rows < 500, -1, rows - 500))
    return f"{found.recall.value:.3f} | {found.precision.value:.3f}"


def written() -> dict[str, list[str]]:
    """Return the rows of the documentation's table by their name."""
    lines = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in rows if row[0] in SCHEMES}


def test_the_documentation_has_every_scheme() -> None:
    assert list(written()) == list(SCHEMES)


@pytest.mark.prove
@pytest.mark.parametrize("name", SCHEMES)
def test_the_table_of_the_documentation_is_measured(name: str) -> None:
    """Who is named changes with the last digit of a product, so figures may differ by machines."""
    asked = [(share, 0) for share in OVERLAPS] + [(share, ROUNDS) for share in (*OVERLAPS, 0.2)]
    cells = [
        named_right(by_scheme(SCHEMES[name]), recorded(1500, 7), 11, Attempt(*one, 300, 10))
        for one in asked
    ]
    columns = " | ".join(map(shown, cells))
    print(f"| {name} | {columns} | {usefulness(SCHEMES[name])} |", flush=True)
    for more, less in pairwise(cells[:3]):
        assert more.value >= less.value
    stated = written()[name]
    for cell, found in zip(stated, cells, strict=False):
        value, low, high = (int(n) / 100 for n in re.findall(r"\d+", cell))
        assert low <= value <= high
        assert max(low, found.low) - 0.005 <= min(high, found.high) + 0.005
    assert " | ".join(stated[-2:]) == usefulness(SCHEMES[name])
