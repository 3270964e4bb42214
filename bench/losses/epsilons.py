"""Our epsilon on a grid of a thousand points beside dp-accounting's, asked in its environment."""

import subprocess
from collections.abc import Iterator, Sequence
from itertools import product

import msgspec
import numpy as np

from bench.harness import FOLDER, Options, Row
from bench.peers.environment import PLACE, peers_python
from bench.rig.stopwatch import Stopwatch
from linkage.privacy.budget.loss import PrivacyLoss, epsilon, from_epsilon, from_rho

PEERS = FOLDER / "peers"
Point = tuple[float, float]
Composition = tuple[list[float], float]
NAMED: tuple[Point, ...] = ((0.1, 1e-6), (0.5, 1e-6), (3.0, 1e-6))


class Opinion(msgspec.Struct, frozen=True):
    """What dp-accounting says of the Gaussian answer of one rho, at one delta.

    `pld` is the epsilon of its privacy loss distribution, rounded down and up, `exact` solves its
    formula of the delta, `rdp` is that of the best Renyi order.
    """

    pld: tuple[float, float]
    exact: float
    rdp: float


class Together(msgspec.Struct, frozen=True):
    """What it says of several Gaussian answers, composed by itself."""

    pld: float
    rdp: float


class Opinions(msgspec.Struct, frozen=True):
    """The version that was asked, and what it says of each point and of each composition."""

    version: str
    points: list[Opinion]
    composed: list[Together]


def grid() -> list[Point]:
    """Return a thousand pairs of a rho and a delta."""
    rhos = [from_rho(float(rho)).rho for rho in np.geomspace(1e-5, 30.0, 40)]
    return list(product(rhos, np.geomspace(1e-12, 0.3, 25).tolist()))


def compositions(seed: int) -> list[Composition]:
    """Return fifty lists of very different rho, of 1 to 30 answers, each with a delta."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 31, 50).tolist()
    lists = [[from_rho(10.0**power).rho for power in rng.uniform(-4, -0.5, n)] for n in sizes]
    return list(zip(lists, (10.0 ** rng.uniform(-9, -2, 50)).tolist(), strict=True))


def ask(points: Sequence[Point], composed: Sequence[Composition] = ()) -> Opinions:
    """Return dp-accounting's epsilon of each pair of rho and delta; a minute for a thousand."""
    place = PLACE.with_name("bench-dp_accounting")
    python = peers_python(PEERS / "dp_accounting_requirements.txt", place)
    command = [python, str(PEERS / "with_dp_accounting.py")]
    job = msgspec.json.encode({"points": points, "composed": composed})
    done = subprocess.run(command, input=job, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"dp-accounting: {command[-1]} ended with status {done.returncode}")
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Opinions)


def ours(points: Sequence[Point]) -> list[float]:
    """Return our epsilon of each pair."""
    return [epsilon(from_rho(rho), delta) for rho, delta in points]


def rows(options: Options) -> list[Row]:
    """Compare on the grid and at points that are easy to remember, and time a conversion."""
    points = grid()
    lists = compositions(options.seed)
    said = ask([*points, *NAMED], lists)
    named = said.points[len(points) :]
    peer = f"dp-accounting {said.version}, PLD"
    return [
        *composed(lists, said.composed),
        *compared(ours(points), said.points[: len(points)]),
        *_named(named, peer),
        *_timed(options),
    ]


def compared(found: Sequence[float], said: Sequence[Opinion]) -> Iterator[Row]:
    """Yield how far ours is from what was said, at the worst point of the grid."""
    pairs, n = list(zip(found, said, strict=True)), len(said)
    over = min(eps - one.exact for eps, one in pairs)
    name = "epsilon less the exact one, least"
    yield Row(name=name, value=over, unit="epsilon", at_least=0.0, n=n)
    over = min(eps - one.pld[1] for eps, one in pairs)
    name = "epsilon less that of the PLD rounded up, least"
    yield Row(name=name, value=over, unit="epsilon", at_least=0.0, n=n)
    off = max(abs(eps - one.rdp) for eps, one in pairs)
    name = "epsilon from that of RDP, furthest"
    yield Row(name=name, value=off, unit="epsilon", at_most=0.002, n=n)


def composed(lists: Sequence[Composition], said: Sequence[Together]) -> Iterator[Row]:
    """Yield the same for answers one after the other, whose nano-rho we add up."""
    totals = [(sum(map(from_rho, rhos), PrivacyLoss(0)), delta) for rhos, delta in lists]
    pairs = [(epsilon(*total), one) for total, one in zip(totals, said, strict=True)]
    over, n = min(eps - one.pld for eps, one in pairs), len(pairs)
    name = "of up to 30 answers: epsilon less that of the PLD, least"
    yield Row(name=name, value=over, unit="epsilon", at_least=0.0, n=n)
    off = max(abs(eps - one.rdp) for eps, one in pairs)
    name = "of up to 30 answers: epsilon from that of RDP, furthest"
    yield Row(name=name, value=off, unit="epsilon", at_most=0.002, n=n)


def _named(said: Sequence[Opinion], peer: str) -> Iterator[Row]:
    for (rho, delta), eps, its in zip(NAMED, ours(NAMED), said, strict=True):
        name = f"epsilon at rho {rho:g}, delta {delta:g}"
        yield Row(name=name, value=eps, unit="epsilon", peer=peer, peer_value=its.pld[1])


def _timed(options: Options) -> Iterator[Row]:
    many = 1_000 * options.repeat
    watch = Stopwatch()
    for more in range(many):
        epsilon(PrivacyLoss(500_000_000 + more), 1e-6)
    taken = 1e6 * watch.taken().cpu / many
    yield Row(name="rho to epsilon, processor time", value=taken, unit="us", n=many)
    watch = Stopwatch()
    for more in range(many // 10):
        from_epsilon(1.0 + more / many, 1e-6)
    taken = 1e6 * watch.taken().cpu / (many // 10)
    yield Row(name="epsilon to rho, processor time", value=taken, unit="us", n=many // 10)
