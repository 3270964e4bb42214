"""Erasing somebody on a broker: an entry of the registry, which the workers act on.

It falls into the block that is open and takes effect when that closes. When the stream is over
there is none, so one more is added.
"""

from collections.abc import Iterable

import msgspec

from streams.delivery import Delivery
from streams.erasing.faults import ErasureError
from streams.erasing.report import Remains, remains_lines
from streams.erasing.stopped import entry_of
from streams.events import Codec, Marker
from streams.gate import is_erasure
from streams.kafka.feed import Feed
from streams.kafka.standing import Standing, standing
from streams.kafka.topics import Names, end_offsets
from streams.stage import BEFORE_STREAM
from streams.topology import Layout

_markers = msgspec.json.Decoder(Marker)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent: in which block the person is erased, and whether that block was added.

    `remains` is what the broker still holds, and what the operator must do about it.
    """

    person: int
    block: int
    added: bool
    remains: tuple[Remains, ...]


def erase_on(
    bootstrap: str, codec: Codec, layout: Layout, person: int, names: Names | None = None
) -> Sent:
    """Send the entry that erases a person, and return what is to be known about it.

    Raises ErasureError, with nothing sent, for somebody whom the registry does not have or who was
    erased before, and BrokerError when nobody answers.
    """
    names = names or Names()
    topic = names.of("registry")
    ends = end_offsets([topic], bootstrap)
    held = standing(ends, bootstrap) if any(ends.values()) else ()
    known, open_block, over = _registry(held, person)
    if known is None:
        raise ErasureError(
            f"PERSON: {person} is not in the registry on {bootstrap}; `joinlens feed` fills it"
        )
    if is_erasure(known):
        raise ErasureError(f"PERSON: {person} has been erased on {bootstrap} before")
    items: list[Delivery | Marker] = [entry_of(person)]
    if over:
        items.append(Marker(open_block))
    Feed(codec, layout, bootstrap, names).append(items)
    return Sent(person=person, block=open_block, added=over, remains=_remains(layout))


def _registry(messages: Iterable[Standing], person: int) -> tuple[bytes | None, int, bool]:
    """Return a person's newest entry, the block that is open, and whether the stream is over."""
    newest, key = None, str(person).encode()
    block, over = BEFORE_STREAM, False
    for message in messages:
        value = message.value or b""
        if message.key == key:
            newest = value
        elif (message.key or b"").startswith(b"marker/"):
            marker = _markers.decode(value)
            # What `joinlens erase` adds to a stream that is over does not claim to be its end.
            block, over = max(block, marker.marker), over or marker.last
    return newest, block + 1, over


def _remains(layout: Layout) -> tuple[Remains, ...]:
    events = ", ".join(name for name in layout.topics() if name.startswith("events."))
    told = (
        (events, "events of their accounts, as they came", "topics are not rewritten", "retention"),
        ("registry", "their earlier records", "a topic keeps old versions", "compaction"),
        ("links, reviews", "what was said of their accounts", "as above", "compaction"),
        ("moves, classes, activity", "their points on the way", "as events", "retention"),
        ("rejects", "refused events that were theirs", "as events", "retention"),
        ("releases", "answers that counted them", "what is released cannot be called back", ""),
    )
    until = {
        "retention": "retention.ms of the topic; shorten it for a while to have them deleted",
        "compaction": "the broker compacts, a day later at the earliest",
        "": "it is forgotten by who has read it",
    }
    return tuple(
        Remains(place=place, what=what, count=None, why=why, until=until[when])
        for place, what, why, when in told
    )


def sent_text(sent: Sent) -> str:
    """Return it for people."""
    block = f"block {sent.block}"
    when = f"in {block}, which was added" if sent.added else f"when {block} closes"
    lines = [
        f"person {sent.person}: the entry is on the topic `registry`;",
        f"the workers erase them {when}.",
        "Their state is cleaned by then: links, profiles, what waits, the journal of points. What",
        "was spent and what was released stays, as `joinlens erase` says of a run that is over.",
        "",
        "on the broker remains",
    ]
    return "\n".join([*lines, *remains_lines(sent.remains)])
