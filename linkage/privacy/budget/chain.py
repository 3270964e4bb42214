"""A chain of hashes over the entries of a log: what is changed, moved or left out shows.

Each entry's hash covers the hash before it (Haber and Stornetta 1991), so one changed bit breaks
every hash from there on. A log that was cut short is whole in itself: its length and its last hash
must be known from elsewhere. The hashes are the operator's: whoever knew all of an entry but one
person's part could try both and see which hash fits, so they are never published.
"""

from hashlib import blake2b

GENESIS = "0" * 32
"""What the first entry follows."""


def chained(previous: str, body: bytes) -> str:
    """Return the hash of an entry (32 hex digits) that follows the one with hash `previous`.

    >>> chained(GENESIS, b"one") == chained(GENESIS, b"two")
    False
    """
    return blake2b(previous.encode() + b"\n" + body, digest_size=16).hexdigest()
