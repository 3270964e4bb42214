"""What somebody wrote, as an error shows it: never longer than a line."""

_LONGEST = 60


def shown(value: object) -> str:
    """Return a value as it is written in Python, cut where it is long.

    >>> shown("phone"), shown("x" * 70)[-6:]
    ("'phone'", 'xxx...')
    """
    # No more of a text is written out than is shown: it may be a megabyte.
    text = repr(value[: _LONGEST + 1] if isinstance(value, str | bytes | list | tuple) else value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
