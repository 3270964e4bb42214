"""The containers' health checks, asked as a container asks them."""

import subprocess
import sys
import time

import pytest
from kafka import KafkaConsumer, KafkaProducer

from streams.kafka import health
from streams.kafka.topics import ensure
from streams.topology import Layout


def test_topics_and_fed_follow_the_feed(
    broker: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [prefix + name for name in ("registry", "events.phone")]
    ensure(Layout(("phone",), 1), broker, prefix)
    # The broker is shared with other tests, the names of a deployment have no prefix.
    monkeypatch.setattr(health, "input_topics", lambda bootstrap: own)
    assert health.topics(broker)
    assert not health.fed(broker)
    producer = KafkaProducer(bootstrap_servers=broker)
    producer.send(own[0], key=b"1", value=b"x")
    producer.close()
    assert health.fed(broker)


def test_a_member_is_one_of_this_host(broker: str, prefix: str) -> None:
    ensure(Layout(("phone",), 1), broker, prefix)
    group = prefix + "group"
    assert health.main(["member", broker, group]) == 1
    consumer = joined(broker, prefix + "links", group)
    assert health.member(broker, group)
    assert health.main(["member", broker, group]) == 0
    consumer.close()
    assert not health.member(broker, group)


def joined(broker: str, topic: str, group: str) -> KafkaConsumer:
    """A member of the group; kafka-python's first join sometimes stays unanswered for ever."""
    for _ in range(6):
        consumer = KafkaConsumer(topic, bootstrap_servers=broker, group_id=group)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            consumer.poll(timeout_ms=100)
            if consumer.assignment():
                return consumer
        consumer.close()
    raise AssertionError("six consumers in a row were given no partition within 10 s")


def test_the_answer_is_an_exit_status() -> None:
    command = [sys.executable, "-m", "streams.kafka.health"]
    for arguments, status in ((["member"], 2), (["well", "x"], 2), ([], 2)):
        done = subprocess.run([*command, *arguments], capture_output=True, check=False)
        assert done.returncode == status, arguments


def test_no_broker_is_a_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("streams.kafka.topics.CONNECT_MS", 200)
    assert health.main(["fed", "127.0.0.1:1"]) == 1
    assert "no Kafka answers" in capsys.readouterr().err
