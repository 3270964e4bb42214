"""A question to a run on a real Kafka: answered once, refused in public, or nobody is there."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from linkage.privacy.budget.question import Question
from streams.kafka.asking import ask_broker
from streams.kafka.feed import Feed
from streams.kafka.status import BrokerError
from streams.kafka.topics import Names, TopicError, ensure
from streams.messages import Refused, Release
from tests.conftest import Reading
from tests.kafka.crew import Crew
from tests.streams.pipeline import world
from tests.streams.stages.town import CODEC, plan

LAST = 26
POLICY = plan(1).policy
(TERMS,) = POLICY.releases
QUESTION = Question(
    purpose=TERMS.name,
    query="total_events",
    sources=TERMS.sources,
    first=9,
    last=10,
    nano_rho=1_000_000,
    most=2,
)


def test_a_run_on_kafka_answers_once_and_refuses_in_public(
    broker: str, prefix: str, read: Reading, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    layout, names = plan(1).layout, Names(prefix)
    ensure(layout, broker, prefix)
    Feed(CODEC, layout, broker, names).run(world(20))
    crew = Crew(broker, prefix, tmp_path, 1)
    request.addfinalizer(crew.stop)
    crew.start(1)
    crew.wait(read, LAST, 120)

    first = ask_broker(broker, QUESTION, POLICY.hash, 60, names)
    assert isinstance(first, Release)
    assert (first.kind, first.question) == ("asked", QUESTION)
    assert ask_broker(broker, QUESTION, POLICY.hash, 60, names) == first
    closed = ask_broker(broker, replace(QUESTION, first=0, last=1), POLICY.hash, 60, names)
    assert isinstance(closed, Refused) and closed.code == "closed"

    crew.stop()
    again = ask_broker(broker, QUESTION, POLICY.hash, 60, names)
    assert again == first, "what was answered is on the topic, whoever runs"
    with pytest.raises(BrokerError, match=r"no answer on .* within 2 s\. Are workers running"):
        ask_broker(broker, replace(QUESTION, most=1), POLICY.hash, 2, names)


def test_a_broker_without_topics_and_no_broker_are_told_apart(broker: str, prefix: str) -> None:
    with pytest.raises(TopicError, match="make them: `joinlens topics`"):
        ask_broker(broker, QUESTION, POLICY.hash, 5, Names(prefix))
    with pytest.raises(BrokerError, match=r"no Kafka answers on 127\.0\.0\.1:1"):
        ask_broker("127.0.0.1:1", QUESTION, POLICY.hash, 5, Names(prefix))
