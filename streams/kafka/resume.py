"""What the feed's topics hold already, so that a feed run again goes on where it stopped.

Between the feed's messages stand the verdicts of clerks, who write to the same topics, and entries
that erase somebody: they are none of the feed's, and passed over. Those that the feed plays itself
are known by their words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streams.gate import is_erasure
from streams.kafka.standing import Standing, standing
from streams.kafka.topics import end_offsets
from streams.verdicts import is_verdict

Channel = tuple[str, int]
Message = tuple[bytes | None, bytes]


class FeedError(Exception):
    """The broker did not take what was fed, or holds another run's events."""


@dataclass
class Held:
    """What a partition holds: how many messages it was ever given, verdicts and erasures left out,
    the last of them if it is still there, and the verdicts and erasures.
    """

    end: int
    last: Message | None = None
    verdicts: set[bytes] = field(default_factory=set)
    said: int = 0
    seen: int = 0

    @property
    def count(self) -> int:
        """Return how many messages of the feed the partition was ever given."""
        return self.end - self.said

    def see(self, message: Standing) -> None:
        """Take the next message that is there."""
        value = message.value or b""
        gap, self.seen = message.offset > self.seen, message.offset + 1
        if _is_beside(value):
            self.verdicts.add(value)
            self.said += 1
            self.last = None if gap else self.last
        else:
            self.last = (message.key, value)


def held(topics: Iterable[str], bootstrap: str) -> dict[Channel, Held]:
    """Return what every non-empty partition of these topics (names on the broker) holds.

    It reads them whole, since only so the verdicts between the feed's messages are told apart.
    """
    ends = {channel: end for channel, end in end_offsets(topics, bootstrap).items() if end}
    found = {channel: Held(end) for channel, end in ends.items()}
    for message in standing(ends, bootstrap) if ends else ():
        found[message.topic, message.partition].see(message)
    for one in found.values():
        if one.seen < one.end:
            one.last = None
    return found


class Resume:
    """Tells, message by message of a partition, whether the partition holds it already."""

    def __init__(self, found: Mapping[Channel, Held]) -> None:
        self._found = found
        self._seen = dict.fromkeys(found, 0)

    def holds(self, channel: Channel, key: bytes, value: bytes) -> bool:
        """Return whether the partition's next message is there; FeedError when another is."""
        there = self._found.get(channel)
        if there is not None and _is_beside(value):
            return value in there.verdicts
        if there is None or self._seen[channel] == there.count:
            return False
        self._seen[channel] += 1
        at_end = self._seen[channel] == there.count
        if at_end and there.last not in (None, (key, value)):
            raise _another_run(channel)
        return True

    def finish(self) -> None:
        """Raise FeedError when a partition holds more than was asked for."""
        for channel, seen in self._seen.items():
            if seen < self._found[channel].count:
                raise _another_run(channel)


def _is_beside(value: bytes) -> bool:
    return is_verdict(value) or is_erasure(value)


def _another_run(channel: Channel) -> FeedError:
    topic, partition = channel
    return FeedError(
        f"topic {topic}, partition {partition}, holds another run's events: give the options of "
        "that run (--people, --days, --seed, --scenario), or start with a fresh broker folder"
    )
