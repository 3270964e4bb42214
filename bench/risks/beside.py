"""One figure beside what a peer says of it, and beside what an exhaustive count says."""

from dataclasses import dataclass

from bench.harness import Row

EXHAUSTIVE = "exhaustive count"


@dataclass(frozen=True)
class Beside:
    """What the rows of one comparison have in common: whose figures, the seed, how many people."""

    peer: str
    seed: int
    n: int

    def row(self, name: str, value: float, its: float, unit: str = "share") -> Row:
        """Return a figure beside the peer's."""
        return self._row(name, value, unit, self.peer, its)

    def true(self, name: str, value: float, its: float, unit: str = "share") -> Row:
        """Return a figure beside the exhaustive count."""
        return self._row(name, value, unit, EXHAUSTIVE, its)

    def _row(self, name: str, value: float, unit: str, peer: str, its: float) -> Row:
        return Row(
            name=name,
            value=value,
            unit=unit,
            peer=peer,
            peer_value=its,
            seed=self.seed,
            n=self.n,
        )
