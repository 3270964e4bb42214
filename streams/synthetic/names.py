"""Names nobody was asked for: syllables put together, as common as Zipf-Mandelbrot says."""

import numpy as np

from streams.synthetic.chance import Floats

_INITIALS = ("b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh")
_FINALS = {
    "labial": ("a", "ai", "an", "ang", "ao", "ei", "en", "eng", "i", "ian", "iao", "in", "ing"),
    "dental": ("a", "ai", "an", "ang", "ao", "e", "eng", "i", "ian", "iao", "ong", "ou", "uan"),
    "velar": ("ai", "an", "ang", "ao", "e", "en", "eng", "ong", "ou", "u", "ua", "uai", "uan"),
    "palatal": ("i", "ia", "ian", "iang", "iao", "ie", "in", "ing", "iong", "iu", "ue", "un"),
    "retroflex": ("ai", "an", "ang", "ao", "e", "en", "eng", "ong", "ou", "u", "un", "uo"),
}
_CLASS = {"b": "labial", "p": "labial", "m": "labial", "f": "labial"}
_CLASS |= {"d": "dental", "t": "dental", "n": "dental", "l": "dental"}
_CLASS |= {"g": "velar", "k": "velar", "h": "velar"}
_CLASS |= {"j": "palatal", "q": "palatal", "x": "palatal"}
_CLASS |= {"zh": "retroflex", "ch": "retroflex", "sh": "retroflex"}

SYLLABLES = tuple(i + f for i in _INITIALS for f in _FINALS[_CLASS[i]])


def _spread(count: int, size: int) -> list[int]:
    """Return `count` different places of range(size), far from each other and in no order."""
    step = next(s for s in range(int(size * 0.618), size) if np.gcd(s, size) == 1)
    return [i * step % size for i in range(count)]


def _surnames() -> tuple[str, ...]:
    singles = [SYLLABLES[i] for i in _spread(len(SYLLABLES), len(SYLLABLES))]
    return tuple(name.capitalize() for name in singles + _pairs(400 - len(singles), 5))


def _given_names() -> tuple[str, ...]:
    pairs, singles = _pairs(4000 - len(SYLLABLES), 0), list(SYLLABLES)
    every = len(pairs) // len(singles)
    for i, single in enumerate(singles):
        pairs.insert(i * every + i, single)
    return tuple(name.capitalize() for name in pairs)


def _pairs(count: int, shift: int) -> list[str]:
    n = len(SYLLABLES)
    found: dict[str, None] = {}
    for k in _spread(n * n, n * n):
        a, b = divmod((k + shift) % (n * n), n)
        found[SYLLABLES[a] + SYLLABLES[b]] = None
        if len(found) == count:
            break
    return list(found)


SURNAMES = _surnames()
GIVEN_NAMES = _given_names()


def zipf_mandelbrot(n: int, s: float, q: float) -> Floats:
    """Return the shares of n ranks, proportional to (rank + q)**-s (Mandelbrot 1953).

    >>> [round(float(p), 2) for p in zipf_mandelbrot(3, 1.0, 0.0)]
    [0.55, 0.27, 0.18]
    """
    weights = (np.arange(1, n + 1) + q) ** -s
    shares: Floats = weights / weights.sum()
    return shares


SURNAME_SHARES = zipf_mandelbrot(len(SURNAMES), 1.1, 2.65)  # top about 7 %
GIVEN_SHARES = zipf_mandelbrot(len(GIVEN_NAMES), 1.08, 5.5)  # top about 3 %
