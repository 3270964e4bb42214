"""A question to the released channel: what is to be counted, over which blocks, at which price."""

from hashlib import blake2b

import msgspec


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a purpose about the blocks from `first` to `last`, both included.

    Classes are windows of `hours` blocks and squares of `side` x `side` cells. `most` bounds what
    one person may contribute, in the query's own unit; it is fixed in advance by the policy. `k` is
    for queries that name the largest only. `nano_rho` is what each person who is counted pays.
    """

    purpose: str
    query: str
    sources: tuple[str, ...]
    first: int
    last: int
    nano_rho: int
    most: int = 1
    hours: int = 1
    side: int = 1
    k: int = 10

    def request(self, policy: str) -> str:
        """Return H(question, policy): the same question under the same policy has the same."""
        body = msgspec.json.encode([self, policy])
        return blake2b(body, digest_size=16).hexdigest()
