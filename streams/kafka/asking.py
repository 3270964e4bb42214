"""Asking a run on a broker: the question goes to its topic, the answer comes on `releases`."""

import asyncio
import secrets
from collections.abc import Mapping

import msgspec

from linkage.privacy.budget.question import Question
from streams.kafka.status import BrokerError
from streams.kafka.topics import Names, TopicError, administration, end_offsets
from streams.kafka.wire import BatchProducer, tail
from streams.messages import Release, Said
from streams.stages.activity import TOPIC, question_frame
from streams.store.protocol import Outgoing

_frame = msgspec.msgpack.Encoder().encode
_said = msgspec.json.Decoder(Said).decode
ANSWERS = "releases"


def ask_broker(
    bootstrap: str, question: Question, policy: str, timeout: float, names: Names | None = None
) -> Said:
    """Put a question to the run on a broker and return what it says within so many seconds.

    BrokerError when nobody answers, with what to look at; TopicError when there are no topics.
    """
    topics = names or Names()
    answers = topics.of(ANSWERS)
    _check(answers, bootstrap)
    before = end_offsets([answers], bootstrap)
    try:
        return asyncio.run(
            asyncio.wait_for(_asked(bootstrap, question, policy, topics, before), timeout)
        )
    except TimeoutError:
        raise BrokerError(
            f"no answer on {answers} of {bootstrap} within {timeout:g} s. Are workers running "
            "(`joinlens worker`), and is the last block asked about over? The question stands, and "
            "is charged once however often it is asked; ask again, or give a longer --timeout"
        ) from None


async def _asked(
    bootstrap: str,
    question: Question,
    policy: str,
    names: Names,
    before: Mapping[tuple[str, int], int],
) -> Said:
    """Say the question, then read answers: an old answer is the answer, an old refusal is not."""
    producer = BatchProducer(bootstrap)
    frame = _frame(question_frame(question, policy, secrets.token_hex(8)))
    await producer.start()
    try:
        await producer.send([Outgoing(names.of(TOPIC), 0, None, frame)])
    finally:
        await producer.stop()
    async for fetched in tail(bootstrap, [names.of(ANSWERS)], "beginning"):
        for message in fetched:
            said: Said = _said(message.value or b"null")
            new = message.offset >= before.get((message.topic, message.partition), 0)
            if said.question == question and (new or isinstance(said, Release)):
                return said
    raise BrokerError(f"{names.of(ANSWERS)} of {bootstrap} ended")


def _check(topic: str, bootstrap: str) -> None:
    with administration(bootstrap) as admin:
        if topic not in admin.list_topics():
            raise TopicError(f"no topic {topic} on {bootstrap}; make them: `joinlens topics`")
