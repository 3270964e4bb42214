"""Counted things in words."""


def many(n: int, noun: str) -> str:
    """Return so many of something.

    >>> many(1, "cell"), many(1_200, "cell")
    ('1 cell', '1,200 cells')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
