"""Encodings: what a key changes, what it cannot, what hardening does and what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.bloom import (
    Scheme,
    best_served,
    dice,
    encode,
    grams,
    linked,
    noise_of,
    served,
)
from linkage.privacy.defence import Material, load_defences
from linkage.privacy.defences.bloom import hardened, published
from tests.linkage.privacy.recorded import recorded, rewritten

WORDS = st.text("abcxyz", max_size=8)
RECORDS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6)
PLAIN = Scheme()


def coded(records, scheme=PLAIN, secret=b"one", seed=1, first=0):
    people = np.arange(first, first + len(records))
    return encode(records, scheme, secret, noise_of(seed, people))


def by_hand(left, right) -> float:
    """Dice of the bigrams of two records, field by field."""
    one, other = ({(n, g) for n, f in enumerate(r) for g in grams(f)} for r in (left, right))
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def test_bigrams_are_padded_and_each_counts_once() -> None:
    assert grams("Lala") == [" l", "a ", "al", "la"]
    assert grams("") == []
    assert grams("x") == [" x", "x "]


@given(RECORDS)
def test_a_record_is_encoded_by_what_it_says_and_the_secret_alone(records) -> None:
    once = coded(records)
    assert once.shape == (len(records), 1024)
    assert set(np.unique(once).tolist()) <= {0, 1}
    assert np.array_equal(coded(records[::-1])[::-1], once)
    for row, record in enumerate(records):
        assert np.array_equal(coded([record])[0], once[row])
        if any(record):
            assert not np.array_equal(coded([record], secret=b"other")[0], once[row])


def test_fields_have_keys_of_their_own() -> None:
    first, second = coded([("anna", ""), ("", "anna")])
    assert dice(first[None], second[None])[0, 0] < 0.3
    assert not np.array_equal(first, second)


def test_likeness_survives_every_key() -> None:
    """What linkage needs is what an attack has: bit Dice goes with bigram Dice, key or no key."""
    records = recorded(120, 3).records
    true = np.array([[by_hand(a, b) for b in records] for a in records])
    upper = np.triu_indices(len(records), 1)
    for secret in (b"one", b"two"):
        alike = dice(*2 * (coded(records, secret=secret),))
        assert np.corrcoef(true[upper], alike[upper])[0, 1] > 0.9
    shuffled = np.random.default_rng(1).permutation(alike[upper])
    assert abs(np.corrcoef(true[upper], shuffled)[0, 1]) < 0.1


@given(RECORDS, RECORDS)
def test_dice_is_counted_right(left, right) -> None:
    one, other = coded(left), coded(right)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            both = int((a & b).sum())
            expected = 2 * both / max(int(a.sum()) + int(b.sum()), 1)
            assert dice(one, other)[i, j] == pytest.approx(expected, abs=1e-12)


def test_folding_halves_by_xor_and_salt_parts_the_years() -> None:
    records = [("li", "wei", "1980-01-02"), ("li", "wei", "1981-01-02")]
    whole = coded(records)
    assert np.array_equal(coded(records, Scheme(folds=1)), whole[:, :512] ^ whole[:, 512:])
    assert coded(records, Scheme(folds=2)).shape == (2, 256)
    apart = coded(records, Scheme(salt=2))
    assert dice(whole[:1], whole[1:])[0, 0] > 0.8
    assert dice(apart[:1], apart[1:])[0, 0] < 0.4


def test_so_many_bits_are_flipped_and_another_seed_flips_others() -> None:
    records = recorded(200, 3).records
    whole, bits = coded(records), Scheme(flipped=0.1)
    flips = coded(records, bits) ^ whole
    # 204,800 coins: six standard deviations of the share are .004.
    assert abs(flips.mean() - 0.1) < 0.004
    assert np.array_equal(coded(records, bits) ^ whole, flips)
    both = flips & (coded(records, bits, seed=2) ^ whole)
    assert abs(both.mean() - 0.01) < 0.0014
    assert np.array_equal(coded(records[50:], bits, first=50) ^ whole[50:], flips[50:])


def test_linkage_by_hand() -> None:
    left = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], np.uint8)
    right = np.array([[0, 0, 1, 1], [1, 1, 0, 1]], np.uint8)
    pairs = linked(left, right)
    assert [(a, b) for a, b, _ in zip(*pairs, strict=True)] == [(0, 1), (1, 0)]
    assert pairs.alike.tolist() == pytest.approx([0.8, 1.0])
    mates = np.array([1, -1, 0])
    loose, strict = (served(pairs, mates, t) for t in (0.5, 0.9))
    assert (loose.recall.value, loose.precision.value) == (0.5, 0.5)
    assert (strict.recall.value, strict.precision.value, strict.precision.n) == (0.0, 0.0, 1)
    assert best_served(pairs, mates).recall.value == 0.5
    assert not len(linked(left[:0], right).left)


def test_holders_with_one_secret_link_what_was_written_twice() -> None:
    """Two in five records of the other holder have a slip; another secret links nobody."""
    records, rng = recorded(300, 5).records, np.random.default_rng(5)
    again = [rewritten(record, rng) for record in records[100:]]
    mates = np.where(np.arange(300) < 100, -1, np.arange(300) - 100)
    for scheme in (PLAIN, hardened(4, 3)):
        pairs = linked(coded(records, scheme), coded(again, scheme, seed=2, first=100))
        found = best_served(pairs, mates)
        assert found.recall.low > 0.95 and found.precision.low > 0.95
        strangers = coded(again, scheme, secret=b"other", first=100)
        assert best_served(linked(coded(records, scheme), strangers), mates).recall.high < 0.05


def test_rows_are_published_in_the_order_of_their_bits() -> None:
    material = recorded(60, 3)
    found = load_defences()["bloom"].protect(material, 1, 3)
    assert found.encodings is not None
    assert len({bytes(row) for row in found.encodings}) == 60
    again = Material(material.traces, material.people[::-1].copy(), material.records[::-1])
    other = published(again, PLAIN, 3)
    assert np.array_equal(other.encodings, found.encodings)
    assert np.array_equal(other.encoded, found.encoded)
    assert not np.array_equal(found.encoded, np.sort(found.encoded))


def test_more_strength_keeps_less_of_likeness() -> None:
    assert [hardened(s, 3) for s in (1, 2, 3, 4, 7)] == [
        PLAIN,
        *2 * (Scheme(flipped=0.05),),
        *2 * (Scheme(flipped=0.05, folds=1),),
    ]
    assert hardened(8, 3) == Scheme(flipped=0.1, folds=1, salt=2)
    records = recorded(100, 3).records
    true = np.array([[by_hand(a, b) for b in records] for a in records])
    upper = np.triu_indices(len(records), 1)
    kept = []
    for strength in (1, 2, 4, 8):
        bits = coded(records, hardened(strength, 3))
        kept.append(float(np.corrcoef(true[upper], dice(bits, bits)[upper])[0, 1]))
    assert kept == sorted(kept, reverse=True)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"bits": 4}, "bits, hashes: got 4, 15"),
        ({"hashes": 0}, "bits, hashes: got 1024, 0"),
        ({"folds": 5}, "folds: got 5 of 1024 bits"),
        ({"bits": 24, "folds": 1}, "folds: got 1 of 24 bits"),
        ({"flipped": 0.6}, "flipped: got 0.6"),
        ({"flipped": float("nan")}, "flipped: got nan"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused(how, says) -> None:
    with pytest.raises(RiskError, match=says):
        Scheme(**how)


def test_records_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RiskError, match=r"records: got 2 of \[1, 2\] fields"):
        coded([("a",), ("a", "b")])
    with pytest.raises(RiskError, match="and 2 numbers of noise"):
        encode([("a",)], PLAIN, b"one", noise_of(1, np.arange(2)))
    with pytest.raises(RiskError, match="salt: got field 3"):
        coded([("a", "b")], Scheme(salt=3))
    material = recorded(5, 3)
    with pytest.raises(RiskError, match="records: got 4 for 5 people"):
        published(Material(material.traces, material.people, material.records[:4]), PLAIN, 1)
