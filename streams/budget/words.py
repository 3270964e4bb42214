"""Numbers of the two ledgers in words: bits; rho, and its epsilon for display."""

from textwrap import wrap

from linkage.privacy.budget.loss import PrivacyLoss, epsilon


def bits(millibits: int) -> str:
    """Return exposure in bits.

    >>> bits(24_000), bits(78_918_500)
    ('24.0', '78,918.5')
    """
    return f"{millibits / 1000:,.1f}"


def rho(nano_rho: int) -> str:
    """Return a loss in rho, every digit of it.

    >>> rho(12_000_000), rho(0), rho(3), rho(2_000_000_000)
    ('0.012', '0', '0.000000003', '2')
    """
    whole, rest = divmod(nano_rho, 10**9)
    return f"{whole:,}.{rest:09d}".rstrip("0").rstrip(".")


def shown_epsilon(nano_rho: int, delta: float) -> str:
    """Return the epsilon that a loss comes to at a delta, for display.

    >>> shown_epsilon(12_000_000, 1e-6)
    'epsilon 0.69 at delta 1e-06'
    """
    return f"epsilon {epsilon(PrivacyLoss(nano_rho), delta):.2f} at delta {delta:g}"


def of_blocks(first: int, last: int) -> str:
    """Return a range of blocks.

    >>> of_blocks(3, 3), of_blocks(0, 23)
    ('block 3', 'blocks 0-23')
    """
    return f"block {first}" if first == last else f"blocks {first}-{last}"


def some(count: int, one: str) -> str:
    """Return a count with its noun.

    >>> some(1, "block"), some(1_200, "block"), some(2, "person"), some(2, "query")
    ('1 block', '1,200 blocks', '2 people', '2 queries')
    """
    if count == 1:
        return f"1 {one}"
    many = {"person": "people", "query": "queries", "entry": "entries"}.get(one, f"{one}s")
    return f"{count:,} {many}"


def paragraph(text: str, indent: str = "  ") -> list[str]:
    """Return sentences as lines of at most 100 characters."""
    return wrap(text, 100, initial_indent=indent, subsequent_indent=indent)
