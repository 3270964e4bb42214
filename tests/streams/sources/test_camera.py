"""Cameras take people for others as often as stated, and for a reason that the vectors show."""

from statistics import NormalDist

import numpy as np
import pytest
from numpy.typing import NDArray

from streams.sources import camera
from streams.sources.camera import COMPARED, FALSE_MATCH, FALSE_NON_MATCH, NOISE, THRESHOLD
from streams.synthetic.truth import Tenancy
from streams.synthetic.world import World
from tests.streams.sources.seen import Seen, clean_world, seen, whereabouts

Floats = NDArray[np.float64]
WORLD = clean_world("camera", people=8_000)


@pytest.fixture(scope="module")
def events() -> list[Seen]:
    return seen(WORLD)


def entries(world: World) -> dict[str, Tenancy]:
    """Return the truth of each gallery entry."""
    return {t.account: t for t in world.ground_truth().tenancies}


def own_entry(world: World) -> dict[int, Tenancy]:
    """Return the entry of each person who has one, by row."""
    return {t.holder - 1: t for t in entries(world).values()}


def level_shares() -> Floats:
    """Return the share of each level: a normal value, of which 256 quantiles are rounded."""
    normal = NormalDist(camera.MEAN, camera.SPREAD)
    values = [normal.inv_cdf((2 * i + 1) / 512) for i in range(256)]
    counts = np.histogram(values, [-np.inf, *(n + 0.5 for n in range(15)), np.inf])[0]
    shares: Floats = counts / 256
    return shares


def seen_as() -> Floats:
    """Return for each true level the chance of each level that a camera makes of it."""
    cuts = [n + 0.5 for n in range(15)]
    rows = [[0.0, *(NormalDist(level, NOISE).cdf(c) for c in cuts), 1.0] for level in range(16)]
    chances: Floats = np.diff(np.array(rows), axis=1)
    return chances


def within(threshold: int, pairs: Floats) -> float:
    """Return the chance of at most this squared distance, from the chances of a value's levels."""
    one = np.zeros(15 * 15 + 1)
    for a in range(16):
        for b in range(16):
            one[(a - b) ** 2] += pairs[a, b]
    total = np.ones(1)
    for _ in range(camera.VALUES):
        total = np.convolve(total, one)
    assert abs(total.sum() - 1) < 1e-9
    return float(total[: threshold + 1].sum())


def levels(face: str) -> NDArray[np.int64]:
    return np.array([ord(letter) - ord("a") for letter in face])


def squared(a: str, b: str) -> int:
    return int(((levels(a) - levels(b)) ** 2).sum())


def test_the_stated_rates_follow_exactly_from_noise_and_threshold() -> None:
    shares, chances = level_shares(), seen_as()
    genuine = shares[:, None] * chances
    impostor = np.outer(shares, shares @ chances)
    assert 1 - within(THRESHOLD, genuine) == pytest.approx(FALSE_NON_MATCH, rel=0.01)
    assert within(THRESHOLD, impostor) == pytest.approx(FALSE_MATCH, rel=0.01)
    # The threshold separates: below it own faces, above it nearly all others.
    assert within(THRESHOLD // 2, genuine) > 1_000 * within(THRESHOLD // 2, impostor)


def test_faces_and_glimpses_realise_them() -> None:
    n, draw = 300_000, np.random.default_rng(5)
    faces = camera.templates(draw.integers(0, 2**64, n, dtype=np.uint64))
    assert faces.shape == (n, camera.VALUES)
    glimpses = camera.glimpsed(draw, faces)
    missed = float((camera.distances(glimpses, faces) > THRESHOLD).mean())
    taken = float((camera.distances(glimpses, np.roll(faces, 1, axis=0)) <= THRESHOLD).mean())
    for rate, stated in ((missed, FALSE_NON_MATCH), (taken, FALSE_MATCH)):
        assert abs(rate - stated) < 4 * (stated / n) ** 0.5 + 0.01 * stated
    assert abs(np.corrcoef(faces[:, 0], faces[:, 9])[0, 1]) < 0.01


def test_distances_are_squared_and_euclidean() -> None:
    a = np.array([[0] * 32, [15] * 32], dtype=np.uint8)
    b = np.array([[1] * 31 + [3], [0] * 32], dtype=np.uint8)
    assert camera.distances(a, b).tolist() == [31 + 9, 32 * 225]


def test_a_sighting_is_filed_where_its_face_is_near_enough(events: list[Seen]) -> None:
    gallery = {e.subject: e.payload["face"] for e in events if e.kind == "enrolled"}
    entry, own = entries(WORLD), own_entry(WORLD)
    named = unknown = 0
    for e in events:
        if e.kind != "sighting":
            continue
        mine = own.get(e.row)
        if mine is not None and not mine.start < e.time < (mine.until or e.time + 1):
            mine = None
        far = squared(e.payload["face"], gallery[mine.account]) if mine else THRESHOLD + 1
        if e.subject in gallery:
            near = squared(e.payload["face"], gallery[e.subject])
            assert near <= min(THRESHOLD, far)
            assert e.time > entry[e.subject].start
            named += 1
        else:
            assert far > THRESHOLD
            unknown += 1
    assert min(named, unknown) > 1_000


def test_the_errors_are_as_frequent_as_stated_by_the_truth(events: list[Seen]) -> None:
    entry, own = entries(WORLD), own_entry(WORLD)
    enrolled, others, missed, taken, mistaken = 0, 0, 0, 0, 0
    for e in events:
        if e.kind == "sighting":
            filed, mine = entry.get(e.subject), own.get(e.row)
            if mine is not None and e.time > mine.start:
                enrolled += 1
                missed += filed is None
                mistaken += filed is not None and filed.holder - 1 != e.row
            else:
                others += 1
                taken += filed is not None
    search = 1 - (1 - FALSE_MATCH) ** COMPARED
    for count, n, rate in (
        (missed, enrolled, FALSE_NON_MATCH * (1 - search)),
        (taken, others, search),
    ):
        assert abs(count - n * rate) < 4 * (n * rate) ** 0.5 + 0.01 * n * rate
    # Somebody who has an entry is taken for another only if that one is nearer than their own.
    assert taken > 0
    assert mistaken < enrolled * search


def test_only_who_is_out_is_seen_and_where_they_are(events: list[Seen]) -> None:
    where = list(whereabouts(WORLD))
    sightings = [e for e in events if e.kind == "sighting"]
    assert not any(where[e.block].at_home[e.row] for e in sightings)
    assert all(where[e.block].cell[e.row] == e.cell for e in sightings)
    hours = sum(int((~w.at_home).sum()) for w in where)
    assert len(sightings) == pytest.approx(camera.SEEN_PER_HOUR * hours, rel=0.04)
    children = ~WORLD.population.holds()
    assert any(children[e.row] for e in sightings)


def test_a_share_of_grown_ups_has_no_entry_and_leaves_tracks_without_a_name(
    events: list[Seen],
) -> None:
    accounts = WORLD.branches[0].accounts
    assert sorted(accounts.holder.tolist()) == np.flatnonzero(WORLD.population.holds()).tolist()
    assert abs(1 - float(accounts.named.mean()) - camera.NOT_ENROLLED) < 0.015
    named = set(WORLD.branches[0].subjects.filter(accounts.named).to_pylist())
    tracks = {e.subject for e in events if e.kind == "sighting"} - named
    assert len(tracks) > 0.5 * int((~accounts.named).sum())
    assert not [e for e in events if e.kind == "enrolled" and e.subject not in named]


def test_an_entry_shows_the_face_of_who_holds_it_each_time(events: list[Seen]) -> None:
    faces: dict[str, set[str]] = {}
    for e in events:
        if e.kind == "enrolled":
            faces.setdefault(e.subject, set()).add(e.payload["face"])
    assert all(len(shown) == 1 for shown in faces.values())
    assert len({face for shown in faces.values() for face in shown}) == len(faces)
    entry = entries(WORLD)
    account = next(iter(faces))
    die = WORLD.population.die[[entry[account].holder - 1]]
    assert levels(next(iter(faces[account]))).tolist() == camera.templates(die)[0].tolist()
