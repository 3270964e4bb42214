"""What release is told: who did what in a block, what somebody asks, and who is erased.

The first byte of a message says which of the three it is.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.budget import question as questions
from linkage.privacy.budget.contributions import Contributions
from linkage.privacy.budget.question import Question, QuestionError
from linkage.privacy.rows import Ints
from streams.columns import Columns, pack, portions, unpack
from streams.messages import Frame
from streams.store.protocol import Outgoing

Kind = Literal["activity", "question", "erased"]
TOPIC = "activity"
_KINDS: dict[bytes, Kind] = {b"a": "activity", b"q": "question", b"e": "erased"}
LONGEST = 1 << 14
"""Bytes of a question at most: its refusal says it again, and a broker takes no endless message."""


def kind_of(data: bytes) -> Kind:
    """Return what a message is about; ValueError when it is none of the three."""
    found = _KINDS.get(data[:1])
    if found is None:
        raise ValueError(f"activity: a message begins with {data[:1]!r}, needs one of b'a', q or e")
    return found


def activity(block: int, rows: Columns) -> Iterator[Outgoing]:
    """Return who did what where in a block as messages; one at least, since silence is news too."""
    columns = np.column_stack([rows[name] for name in ("person", "source", "place")])
    distinct, events = np.unique(columns, axis=0, return_counts=True)
    said = Contributions(
        distinct[:, 0].astype(np.int64),
        distinct[:, 1].astype(np.uint8),
        np.full(len(distinct), block, np.int64),
        distinct[:, 2].astype(np.int64),
        events.astype(np.int64),
    )
    for portion in portions(max(1, len(distinct))):
        yield Outgoing(
            TOPIC, 0, None, pack_activity(block, said.take(np.arange(len(said))[portion]))
        )


def pack_activity(block: int, rows: Contributions) -> bytes:
    """Return rows of one block, sorted by person, as a message.

    Each column is as narrow as it can be, and people are told by steps from one to the next: such
    messages are kept for as long as somebody may ask about their block.
    """
    first = int(rows.person[0]) if len(rows) else 0
    columns = {
        "person": _narrow(np.diff(rows.person, prepend=first)),
        "source": rows.source,
        "place": _narrow(rows.place),
        "events": _narrow(rows.events),
    }
    head = b"".join(number.to_bytes(8, "little", signed=True) for number in (block, first))
    return b"a" + head + pack(columns)


def parse_activity(data: bytes) -> Contributions:
    """Return what people did in a block, from a message; sources are numbers of the run's."""
    block, found = block_of(data), unpack(data[17:])
    first = int.from_bytes(data[9:17], "little", signed=True)
    return Contributions(
        first + np.cumsum(found["person"], dtype=np.int64),
        found["source"],
        np.full(len(found["person"]), block, np.int64),
        found["place"].astype(np.int64),
        found["events"].astype(np.int64),
    )


def block_of(data: bytes) -> int:
    """Return which block a message of activity is about; it may be one of silence."""
    return int.from_bytes(data[1:9], "little", signed=True)


def asked(question: Question) -> bytes:
    """Return a question to the released channel as a message."""
    return b"q" + msgspec.json.encode(question)


def parse_question(data: bytes) -> Question:
    """Return the question in a message; QuestionError says what is wrong with it.

    Anybody may have sent it: its numbers and names are held within bounds.
    """
    if len(data) > LONGEST:
        raise QuestionError(f"question: got {len(data)} bytes, needs {LONGEST} at most")
    return questions.parse_question(data[1:])


def question_frame(question: Question, policy: str, nonce: str) -> Frame:
    """Return a question as it is put on the topic `activity`, under a policy's hash.

    A frame that is sent twice is heard once; whoever means to ask again takes another nonce.
    """
    return Frame(f"question/{question.request(policy)}/{nonce}", 0, body=asked(question))


def erased(people: Iterable[int]) -> bytes:
    """Return as a message that nothing of these people's activity may be kept any longer."""
    return b"e" + pack({"person": np.unique(np.fromiter(people, np.int64))})


def parse_erased(data: bytes) -> Ints:
    """Return who is erased, sorted."""
    return unpack(data[1:])["person"].astype(np.int64)


def _narrow(column: Ints) -> NDArray[Any]:
    """Return a column in the narrowest type that holds it."""
    low, high = int(column.min(initial=0)), int(column.max(initial=0))
    return column.astype(np.result_type(np.min_scalar_type(low), np.min_scalar_type(high)))
