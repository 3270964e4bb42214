"""One message for the feed to produce, before it has a partition."""

from typing import NamedTuple


class Delivery(NamedTuple):
    """A message for a topic; its key decides the partition."""

    topic: str
    key: bytes
    value: bytes
