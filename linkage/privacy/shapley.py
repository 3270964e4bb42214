"""Who adds how much, when together is more than the sum: Shapley values and Harsanyi dividends.

A game gives every coalition of players (sources, attributes) a value, such as the vulnerability
of the view that joins them. The Shapley value is the mean of what a player adds, over all orders
in which the players may come (Shapley 1953, Contributions to the Theory of Games II:307); it is
the only share that adds up, treats equals equally, gives nothing to who adds nothing, and is
linear in the game. The dividend of a coalition is what it makes beyond all its smaller ones
(Harsanyi 1963, International Economic Review 4:194): a pair's is its synergy, and a player's
Shapley value is an equal part of the dividends of all the coalitions the player is in.

Both are exact over all 2**n coalitions, so n must be small: 8 players take about 1 ms, 16 a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import factorial, fsum, isfinite

Coalition = frozenset[str]
Game = Mapping[Coalition, float]


def shapley(players: Sequence[str], value: Game) -> dict[str, float]:
    """Return each player's share of what all make beyond the empty coalition.

    `value` holds every coalition of the players, the empty one too; others are passed over. The
    sums are rounded once, so equal players get equal floats and who adds nothing gets 0. Raises
    ValueError where a coalition has no finite value or a player is named twice.

    >>> made = {"": 0.0, "a": 0.25, "b": 0.25, "ab": 1.0}
    >>> shapley(["a", "b"], {frozenset(names): worth for names, worth in made.items()})
    {'a': 0.5, 'b': 0.5}
    """
    _refuse_gaps(players, value)
    n, shares = len(players), {}
    for player in players:
        others = [other for other in players if other != player]
        added = (
            factorial(len(few)) * factorial(n - 1 - len(few)) * (value[few | {player}] - value[few])
            for few in coalitions(others)
        )
        shares[player] = fsum(added) / factorial(n)
    return shares


def dividends(players: Sequence[str], value: Game) -> dict[Coalition, float]:
    """Return what each coalition makes beyond its smaller ones: the Moebius inverse of the game.

    The dividends of a coalition and of all its subsets add up to its value; the empty coalition's
    dividend is its own value. A negative one says that its members tell the same thing. Errors as
    in `shapley`.

    >>> made = {"": 0.0, "a": 0.25, "b": 0.25, "ab": 1.0}
    >>> found = dividends(["a", "b"], {frozenset(names): v for names, v in made.items()})
    >>> found[frozenset("ab")]
    0.5
    """
    _refuse_gaps(players, value)
    return {
        whole: fsum(
            value[part] if (len(whole) - len(part)) % 2 == 0 else -value[part]
            for part in coalitions(sorted(whole))
        )
        for whole in coalitions(players)
    }


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Yield every subset of the players, the empty one first, all of them last."""
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def _refuse_gaps(players: Sequence[str], value: Game) -> None:
    if len(set(players)) < len(players):
        raise ValueError(f"players {list(players)}: a player is named twice; name each once")
    for coalition in coalitions(players):
        worth = value.get(coalition)
        if worth is None or not isfinite(worth):
            name = "+".join(sorted(coalition)) or "nobody"
            lack = "has no value" if worth is None else f"has the value {worth}"
            raise ValueError(
                f"coalition {name} {lack}: each of the {2 ** len(players)} coalitions of "
                f"{list(players)}, nobody included, needs a finite one"
            )
